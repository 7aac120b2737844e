// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// endpoint is a scoring endpoint that answers keys with these statuses and others
// with 401. It learns of the keys late: its first answers to them are 401 too.
func endpoint(t *testing.T, answers map[string]int, late int32) string {
	t.Helper()
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, known := answers[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
		if !known || asked.Add(1) <= late {
			status = http.StatusUnauthorized
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestProof(t *testing.T) {
	t.Parallel()
	before := azureml.Keys{Primary: "old", Secondary: "other"}
	after := azureml.Keys{Primary: "new", Secondary: "other"}
	for name, test := range map[string]struct {
		answers map[string]int
		late    int32
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
			t.Parallel()
			p := proof{bound: 300 * time.Millisecond, interval: 5 * time.Millisecond, after: afterCreate}
			diags := p.run(t.Context(), "the Primary key of service \"iris\"", endpoint(t, test.answers, test.late), azureml.KeyPrimary, before, test.after)
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

func TestProofWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	p := proof{bound: 50 * time.Millisecond, interval: 5 * time.Millisecond, after: afterUpdate}
	keys := azureml.Keys{Primary: "old", Secondary: "other"}
	if diags := p.run(t.Context(), "the key", gone.URL, azureml.KeySecondary, keys, keys); len(diags) != 1 ||
		!strings.Contains(diags[0].Summary(), "could not be verified") || !strings.Contains(diags[0].Detail(), "must be able to reach it") {
		t.Errorf("an endpoint that cannot be reached is waited for once, and fails once: %v", diags)
	}
	if diags := p.run(t.Context(), "the key", "", azureml.KeySecondary, keys, keys); len(diags) != 1 || !strings.Contains(diags[0].Detail(), "no scoring URI") {
		t.Errorf("no endpoint: %v", diags)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if diags := p.run(ctx, "the key", gone.URL, azureml.KeySecondary, keys, keys); len(diags) != 1 || diags[0].Severity() != diag.SeverityWarning {
		t.Errorf("an interrupt must not taint what was made: %v", diags)
	}
}
