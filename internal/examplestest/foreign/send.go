// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"maps"
	"os"
	"strings"
	"sync"

	"github.com/mlws/terraform-provider-mlws/internal/armclient"
)

// sendVariable makes an apply send what azapi would send, to the Resource Manager and
// with the credential of the ARM_* variables that azapi reads too.
const sendVariable = "FOREIGN_SENDS"

var sender = sync.OnceValues(func() (*armclient.Client, error) { return armclient.New(os.Getenv) })

// send sends a request, and waits until what it starts has ended.
func send(ctx context.Context, r request) error {
	client, err := sender()
	if err != nil {
		return err
	}
	_, version, _ := strings.Cut(r.Type, "@")
	body := r.Body
	if object, ok := body.(map[string]any); ok {
		body = merged(object, r.Sensitive)
	}
	_, err = client.Do(ctx, r.Method, r.ID, version, body)
	return err
}

// merged merges the members of secret into those of body, as azapi merges sensitive_body.
func merged(body map[string]any, secret any) map[string]any {
	result := maps.Clone(body)
	more, _ := secret.(map[string]any)
	for name, value := range more {
		inner, isObject := value.(map[string]any)
		if below, both := result[name].(map[string]any); both && isObject {
			result[name] = merged(below, inner)
		} else {
			result[name] = value
		}
	}
	return result
}
