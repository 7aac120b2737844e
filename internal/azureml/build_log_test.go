// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// endedIn returns an operation that has ended in a step, with a build log at an address.
func endedIn(t *testing.T, api *wire, state, step, log string) azureml.Operation {
	t.Helper()
	api.on("GET", opPath, operation(state, `,"operationLog":"`+log+`","operationDetails":{"subOperationType":"`+step+`","subOperationState":"`+state+`"}`))
	got, err := api.ws.GetOperation(t.Context(), azureml.OperationRef{ID: "op-1"})
	if err != nil {
		t.Fatal(err)
	}
	return *got
}

func TestBuildFailed(t *testing.T) {
	for name, tc := range map[string]struct {
		state, step string
		want        bool
	}{
		"environment": {"Failed", "BuildEnvironment", true},
		"image":       {"Failed", "BuildImage", true},
		"timed out":   {"TimedOut", "BuildImage", true},
		"deployment":  {"Failed", "DeployService", false},
		"no step":     {"Failed", "", false},
		"running":     {"Running", "BuildImage", false},
		"succeeded":   {"Succeeded", "BuildImage", false},
	} {
		run(t, name, func(t *testing.T) {
			if got := endedIn(t, newWire(t), tc.state, tc.step, ""); got.BuildFailed() != tc.want {
				t.Errorf("%s in %s: %t", tc.state, tc.step, !tc.want)
			}
		})
	}
}

// The log lies in a storage account: it gets the signature, and never the token.
func TestBuildLog(t *testing.T) {
	const path, query = "/container/build%20log.txt", "?sv=2021-08-06&sig=c2lnbmF0dXJl%2B&sp=r"
	run(t, "it is read", func(t *testing.T) {
		api := newWire(t)
		var headers http.Header
		var asked string
		api.on("GET", "/container/build log.txt", func(w http.ResponseWriter, r *http.Request) {
			headers, asked = r.Header, r.URL.Query().Get("sig")
			answer(200, "pip: no such package")(w, r)
		})
		log, err := api.ws.BuildLog(t.Context(), endedIn(t, api, "Failed", "BuildImage", api.url+path+query))
		if err != nil || log != "pip: no such package" {
			t.Fatal(log, err)
		}
		if headers.Get("Authorization") != "" || asked != "c2lnbmF0dXJl+" {
			t.Errorf("Authorization %q, signature %q", headers.Get("Authorization"), asked)
		}
	})
	run(t, "there is none", func(t *testing.T) {
		api := newWire(t)
		if log, err := api.ws.BuildLog(t.Context(), endedIn(t, api, "Failed", "BuildImage", "")); log != "" || err != nil {
			t.Error(log, err)
		}
	})
	for name, reply := range map[string]http.HandlerFunc{
		"refused":   answer(403, "<Error><Code>AuthenticationFailed</Code><Message>sig=c2lnbmF0dXJl%2B is wrong</Message></Error>"),
		"gone":      answer(404, ""),
		"elsewhere": answer(302, "", "Location: https://elsewhere.example/log"),
		"down":      answer(503, ""),
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t)
			api.on("GET", "/container/build log.txt", reply)
			_, err := api.ws.BuildLog(t.Context(), endedIn(t, api, "Failed", "BuildImage", api.url+path+query))
			var failed *azureml.BuildLogError
			if !errors.As(err, &failed) || failed.Address != api.url+path {
				t.Fatalf("%T %v", err, err)
			}
			if text := err.Error(); strings.Contains(text, "c2lnbmF0dXJl") || strings.Contains(text, query) {
				t.Errorf("the signature is in %q", text)
			}
			api.wantCount("GET", path, 1) // the failure is known: no retries
		})
	}
	for _, address := range []string{"http://storage.example/log?sig=c2lnbmF0dXJl", "//no-scheme?sig=c2lnbmF0dXJl", "::?sig=c2lnbmF0dXJl"} {
		run(t, address, func(t *testing.T) {
			api := newWire(t)
			_, err := api.ws.BuildLog(t.Context(), endedIn(t, api, "Failed", "BuildImage", address))
			if err == nil || strings.Contains(err.Error(), "c2lnbmF0dXJl") {
				t.Error(err)
			}
		})
	}
}
