// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/terraform-exec/tfexec"

	"github.com/mlws/terraform-provider-mlws/internal/cmd/demo/fleet"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// handedOut bounds how long the clients take to read their keys after an apply.
const handedOut = 10 * time.Second

// rotateFleet rotates the keys of all services by one apply, and by the next, while
// a client of each scores with the key that it was last given.
func (d *demo) rotateFleet(ctx context.Context) (string, error) {
	if _, err := exec.LookPath("sh"); err != nil {
		return "left out: sh is not on PATH, and the example gives the clients their keys with it", nil
	}
	folder := filepath.Join(d.fleet.WorkingDir(), "clients")
	if err := os.Mkdir(folder, 0o700); err != nil {
		return "", err
	}
	if err := d.fleet.Apply(ctx); err != nil {
		return "", err
	}
	outputs, err := d.fleet.Output(ctx)
	if err != nil {
		return "", err
	}
	var uris map[string]string
	if err := json.Unmarshal(outputs["scoring_uris"].Value, &uris); err != nil {
		return "", err
	}
	clients, err := fleet.Start(ctx, folder, uris)
	if err != nil {
		return "", err
	}
	defer clients.Stop()
	var longest time.Duration
	for round := 1; round <= 2; round++ {
		if _, err := d.requests(ctx, http.MethodDelete); err != nil {
			return "", err
		}
		if err := d.fleet.Apply(ctx, tfexec.Var(fmt.Sprintf("round=%d", round)), tfexec.Parallelism(fleet.Size)); err != nil {
			return "", err
		}
		requests, err := d.requests(ctx, http.MethodGet)
		if err != nil {
			return "", err
		}
		waiting, cancel := context.WithTimeout(ctx, handedOut)
		needed, err := clients.Changed(waiting, round, fleet.Regenerated(requests))
		cancel()
		if err != nil {
			return "", err
		}
		longest = max(longest, needed)
	}
	requests, refused := clients.Stop()
	if len(refused) > 0 {
		return "", fmt.Errorf("%d of %d requests were refused:\n%s", len(refused), requests, strings.Join(refused, "\n"))
	}
	return fmt.Sprintf("%d requests, 0 refused; a client needed its old key for at most %.1fs after the new one was made", requests, longest.Seconds()), nil
}

// requests reads or empties the request log of the emulator.
func (d *demo) requests(ctx context.Context, method string) ([]emulator.Request, error) {
	request, err := http.NewRequestWithContext(ctx, method, d.emulator+"/_emulator/requests", http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close() //nolint:errcheck // read-only
	if method != http.MethodGet {
		return nil, nil
	}
	var log struct {
		Value []emulator.Request `json:"value"`
	}
	err = json.NewDecoder(response.Body).Decode(&log)
	return log.Value, err
}
