// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// objects are the attributes of all objects in the state, by address.
type objects map[string]map[string]any

func (o objects) text(address, attribute string) string {
	text, _ := o[address][attribute].(string)
	return text
}

// values reads the state, where the demo's configuration keeps its keys and
// its token.
func (d *demo) values(ctx context.Context) (objects, error) {
	state, err := d.terraform.Show(ctx)
	if err != nil {
		return nil, err
	}
	found := objects{}
	if state.Values == nil || state.Values.RootModule == nil {
		return found, nil
	}
	for _, resource := range state.Values.RootModule.Resources {
		found[resource.Address] = resource.AttributeValues
	}
	return found, nil
}

// expectStatus scores once. The error names the status, never the credential.
func expectStatus(ctx context.Context, uri, credential string, want int) error {
	status, _, err := post(ctx, uri, credential, `{"data": [[5.1, 3.5, 1.4, 0.2]]}`)
	if err == nil && status != want {
		err = fmt.Errorf("scoring at %s answered %d, not %d", uri, status, want)
	}
	return err
}

func post(ctx context.Context, uri, credential, body string) (status int, answer []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, uri, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if credential != "" {
		request.Header.Set("Authorization", "Bearer "+credential)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close() //nolint:errcheck // read-only
	answer, err = io.ReadAll(response.Body)
	return response.StatusCode, answer, err
}

func indent(text string) string {
	return "        " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n        ")
}
