// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// withoutPython is printed if no prediction can be shown.
const withoutPython = "left out: python3 (3.8 or newer) is not on PATH, so the emulator answers with an echo and does not run the code"

// typical are the measures of one flower of each species, which are in species.
const typical = `{"data": [[5.1, 3.5, 1.4, 0.2], [7.0, 3.2, 4.7, 1.4], [6.3, 3.3, 6.0, 2.5]]}`

var species = []string{"setosa", "versicolor", "virginica"}

// predict scores with the model and the code that terraform has uploaded.
func (d *demo) predict(ctx context.Context) (string, error) {
	if !d.predicts {
		return withoutPython, nil
	}
	found, err := d.classify(ctx, d.aciURI, d.secondary)
	if err != nil {
		return "", err
	}
	if !slices.Equal(found, species) {
		return "", fmt.Errorf("the three flowers are %q, not %q", found, species)
	}
	return "three flowers are " + strings.Join(found, ", "), nil
}

// changeCode edits the code as a person would, and lets terraform deploy it.
func (d *demo) changeCode(ctx context.Context) (string, error) {
	before, err := d.values(ctx)
	if err != nil {
		return "", err
	}
	const plain, loud = `"species": species`, `"species": [name.upper() for name in species]`
	script := filepath.Join(d.directory, "src", "score.py")
	code, err := os.ReadFile(script)
	if err != nil {
		return "", err
	}
	if strings.Count(string(code), plain) != 1 {
		return "", errors.New("score.py has changed, and the demo with it cannot")
	}
	if err := os.WriteFile(script, []byte(strings.Replace(string(code), plain, loud, 1)), 0o600); err != nil {
		return "", err
	}
	if err := d.terraform.Apply(ctx); err != nil {
		return "", err
	}
	after, err := d.values(ctx)
	if err != nil {
		return "", err
	}
	for address, attributes := range map[string][]string{
		"mlws_aci_service.iris": {"id", "scoring_uri", "created_at"}, "mlws_service_key.primary": {"key"}, "mlws_service_key.secondary": {"key"},
	} {
		for _, attribute := range attributes {
			if before.text(address, attribute) == "" || before.text(address, attribute) != after.text(address, attribute) {
				return "", fmt.Errorf("%s of %s did not stay as it was", attribute, address)
			}
		}
	}
	const kept = "deployed in place, with the same URL and keys"
	if !d.predicts {
		return kept + "; the predictions are " + withoutPython, expectStatus(ctx, d.aciURI, d.secondary, http.StatusOK)
	}
	found, err := d.classify(ctx, d.aciURI, d.secondary)
	if err != nil {
		return "", err
	}
	if want := strings.ToUpper(strings.Join(species, ", ")); strings.Join(found, ", ") != want {
		return "", fmt.Errorf("the new code answers %q, not %q", found, want)
	}
	return kept + "; the three flowers are " + strings.Join(found, ", "), nil
}

// classify asks for the species of the typical flowers.
func (d *demo) classify(ctx context.Context, uri, key string) ([]string, error) {
	status, body, err := post(ctx, uri, key, typical)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Species []string `json:"species"`
	}
	if err := json.Unmarshal(body, &answer); status != http.StatusOK || err != nil {
		return nil, fmt.Errorf("scoring at %s answered %d, and no prediction", uri, status)
	}
	return answer.Species, nil
}
