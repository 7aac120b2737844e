// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// ResourceManager sends a request of v2 about something in the workspace to the
// emulator, as its owner, and waits until the operation that it starts has ended. Any
// refusal ends the test. It returns the object of the reply; nil if there is none.
func (e *Env) ResourceManager(t testing.TB, method, path string, body any) map[string]any {
	t.Helper()
	header, object := e.resourceManager(t, method, e.Emulator.ResourceManagerURL()+e.WorkspaceID+path+"?api-version=2026-05-01", body)
	status := header.Get("Azure-AsyncOperation")
	for until := time.Now().Add(time.Minute); status != ""; time.Sleep(20 * time.Millisecond) {
		_, operation := e.resourceManager(t, http.MethodGet, status, nil)
		if operation["status"] == "Succeeded" {
			break
		}
		if operation["status"] != "InProgress" || time.Now().After(until) {
			t.Fatalf("%s %s: the operation is %v", method, path, operation)
		}
	}
	return object
}

func (e *Env) resourceManager(t testing.TB, method, url string, body any) (header http.Header, object map[string]any) {
	t.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	if body == nil {
		request.Body, request.ContentLength = nil, 0
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+e.Emulator.AccessToken(emulator.OwnerClientID))
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	raw, err := io.ReadAll(reply.Body)
	if err != nil || reply.StatusCode >= http.StatusMultipleChoices {
		t.Fatalf("%s %s: %d %s (%v)", method, url, reply.StatusCode, raw, err)
	}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &object); err != nil {
			t.Fatalf("%s %s: %v\n%s", method, url, err, raw)
		}
	}
	return reply.Header, object
}
