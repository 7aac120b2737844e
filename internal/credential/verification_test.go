// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

// endpointURI is where the endpoint of a test answers.
const endpointURI = "http://scoring.test/score"

// endpoint is a scoring endpoint that answers keys with these statuses and others
// with 401. It learns of the keys late: its first answers to them are 401 too.
func endpoint(answers map[string]int, late int) workspacetest.Scorer {
	asked := 0
	return func(r *http.Request) (*http.Response, error) {
		status, known := answers[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
		if known {
			asked++
		}
		if !known || asked <= late {
			status = http.StatusUnauthorized
		}
		return workspacetest.Scored(r, status, ""), nil
	}
}

func TestVerification(t *testing.T) {
	before := azureml.Keys{Primary: "old", Secondary: "other"}
	after := azureml.Keys{Primary: "new", Secondary: "other"}
	for name, test := range map[string]struct {
		answers map[string]int
		late    int
		after   azureml.Keys
		want    []string
	}{
		"all is well":                {answers: map[string]int{"new": 200, "other": 200}, after: after},
		"a moment to propagate":      {answers: map[string]int{"new": 200, "other": 200}, late: 3, after: after},
		"a model that fails":         {answers: map[string]int{"new": 502, "other": 400}, after: after},
		"the new key is not known":   {answers: map[string]int{"old": 401, "other": 200}, after: after, want: []string{"the new key is not accepted"}},
		"an exhausted queue":         {answers: map[string]int{"new": 503, "other": 200}, after: after, want: []string{"the new key is not accepted"}},
		"the old key works":          {answers: map[string]int{"new": 200, "old": 200, "other": 200}, after: after, want: []string{"the old key is not refused"}},
		"the other key was changed":  {answers: map[string]int{"new": 200, "other2": 200}, after: azureml.Keys{Primary: "new", Secondary: "other2"}, want: []string{"the other slot was changed"}},
		"the other key is not known": {answers: map[string]int{"new": 200}, after: after, want: []string{"the key of the other slot is not accepted"}},
		"nothing works":              {answers: map[string]int{"old": 200}, after: after, want: []string{"new key", "old key", "other slot"}},
	} {
		t.Run(name, func(t *testing.T) {
			workspacetest.ServeScoring(t, endpoint(test.answers, test.late))
			var diags diag.Diagnostics
			synctest.Test(t, func(t *testing.T) {
				diags = newVerification(afterCreate).run(t.Context(), "the Primary key of service \"iris\"", endpointURI, azureml.KeyPrimary, before, test.after)
			})
			if len(diags) != len(test.want) {
				t.Fatalf("%d diagnostics, want %d: %v", len(diags), len(test.want), diags)
			}
			for i, want := range test.want {
				if !strings.Contains(diags[i].Summary(), want) || !strings.Contains(diags[i].Detail(), "untaint") {
					t.Errorf("want %q, got %s: %s", want, diags[i].Summary(), diags[i].Detail())
				}
			}
		})
	}
}

func TestVerificationWithoutAnAnswer(t *testing.T) {
	workspacetest.ServeScoring(t, func(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") })
	synctest.Test(t, func(t *testing.T) {
		v := newVerification(afterUpdate)
		keys := azureml.Keys{Primary: "old", Secondary: "other"}
		begun := time.Now()
		if diags := v.run(t.Context(), "the key", endpointURI, azureml.KeySecondary, keys, keys); len(diags) != 1 ||
			!strings.Contains(diags[0].Summary(), "could not be verified") || !strings.Contains(diags[0].Detail(), "must be able to reach it") {
			t.Errorf("an endpoint that cannot be reached is waited for once, and fails once: %v", diags)
		}
		if waited := time.Since(begun); waited != v.bound {
			t.Errorf("an endpoint that cannot be reached was waited for for %s, want %s", waited, v.bound)
		}
		if diags := v.run(t.Context(), "the key", "", azureml.KeySecondary, keys, keys); len(diags) != 1 || !strings.Contains(diags[0].Detail(), "no scoring URI") {
			t.Errorf("no endpoint: %v", diags)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if diags := v.run(ctx, "the key", endpointURI, azureml.KeySecondary, keys, keys); len(diags) != 1 || diags[0].Severity() != diag.SeverityWarning {
			t.Errorf("an interrupt must not taint what was made: %v", diags)
		}
	})
}
