// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
)

// CheckNothingLeft fails where the emulator still has a service.
func (e *Env) CheckNothingLeft(*terraform.State) error {
	if e.Emulator == nil {
		return nil
	}
	if left := e.Emulator.ServiceNames(e.WorkspaceID); len(left) > 0 {
		return fmt.Errorf("services left behind: %s", strings.Join(left, ", "))
	}
	return nil
}

// CheckCount is a step check: the operation was called that often so far.
func (e *Env) CheckCount(operation string, want int) func(*terraform.State) error {
	return func(*terraform.State) error {
		if e.Emulator == nil {
			return nil
		}
		if got := e.Count(operation); got != want {
			return fmt.Errorf("%s was called %d times, want %d", operation, got, want)
		}
		return nil
	}
}

// CheckOnlyPatch is a step check: exactly one PATCH was sent since the log was
// reset, and its operations, in any order, are these (JSON).
func (e *Env) CheckOnlyPatch(want string) func(*terraform.State) error {
	return func(*terraform.State) error {
		if e.Emulator == nil {
			return nil
		}
		return onlyPatch(e.PatchBodies(), want)
	}
}

// CheckOnlyPatchOf is CheckOnlyPatch for one service of several.
func (e *Env) CheckOnlyPatchOf(name, want string) func(*terraform.State) error {
	return func(*terraform.State) error {
		if e.Emulator == nil {
			return nil
		}
		return onlyPatch(e.patchBodiesOf(name), want)
	}
}

func onlyPatch(bodies []string, want string) error {
	if len(bodies) != 1 {
		return fmt.Errorf("%d PATCH requests were sent, want 1: %s", len(bodies), strings.Join(bodies, "; "))
	}
	got, err := patchByPath(bodies[0])
	if err != nil {
		return err
	}
	expected, err := patchByPath(want)
	if err != nil {
		return err
	}
	if diff := cmp.Diff(expected, got); diff != "" {
		return fmt.Errorf("the PATCH differs (-want +got):\n%s", diff)
	}
	return nil
}

func patchByPath(body string) (map[string]any, error) {
	var operations []map[string]any
	if err := json.Unmarshal([]byte(body), &operations); err != nil {
		return nil, fmt.Errorf("a PATCH body is not a JSON Patch: %w", err)
	}
	byPath := make(map[string]any, len(operations))
	for _, operation := range operations {
		path, _ := operation["path"].(string)
		if _, twice := byPath[path]; twice {
			return nil, fmt.Errorf("the PATCH names %s twice", path)
		}
		byPath[path] = map[string]any{"op": operation["op"], "value": operation["value"]}
	}
	return byPath, nil
}

// ResetLog is a PreConfig: it forgets what the emulator was asked so far.
func (e *Env) ResetLog() {
	if e.Emulator != nil {
		e.Emulator.ResetRequests()
	}
}

// Edit returns a PreConfig that changes the service as another person would,
// in its wire form.
func (e *Env) Edit(t testing.TB, name string, edit func(service map[string]any)) func() {
	return func() {
		if err := e.Emulator.EditService(e.WorkspaceID, name, edit); err != nil {
			t.Fatal(err)
		}
	}
}

// propagation bounds how long a real scoring endpoint may take to learn of new
// keys; the emulator's knows them at once.
const propagation = 2 * time.Minute

// ExpectScore scores, and fails where the answer has another status.
func ExpectScore(uri, credential string, want int) error {
	for until := time.Now().Add(propagation); ; time.Sleep(5 * time.Second) {
		got, err := Score(uri, credential)
		if err == nil && got == want {
			return nil
		}
		if os.Getenv(WorkspaceEnv) == "" || time.Now().After(until) {
			return errors.Join(fmt.Errorf("scoring was answered with %d, want %d", got, want), err)
		}
	}
}

// Score posts to a scoring URI, with the credential as a bearer unless it is
// empty, and returns the status.
func Score(uri, credential string) (int, error) {
	request, err := http.NewRequest(http.MethodPost, uri, strings.NewReader(`{"data": [[5.1, 3.5, 1.4, 0.2]]}`))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	if credential != "" {
		request.Header.Set("Authorization", "Bearer "+credential)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return response.StatusCode, err
}
