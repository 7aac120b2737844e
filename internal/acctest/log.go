// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// Requests is the emulator's log. A real workspace keeps none, and every check
// of it in this file then holds nothing: what a test says of the behaviour has
// to stand beside it.
func (e *Env) Requests() []emulator.Request {
	if e.Emulator == nil {
		return nil
	}
	return e.Emulator.Requests()
}

// Count returns how often the operation was called since the start, or since
// the log was reset. See emulator.Request.Operation for the names. A real
// workspace keeps no log: there it is 0.
func (e *Env) Count(operation string) int {
	if e.Emulator == nil {
		return 0
	}
	return e.Emulator.Count(operation)
}

// Calls returns the operations of the emulator's log that may change something,
// one name a call, in order; none on a real workspace, which keeps no log.
func (e *Env) Calls() []string {
	var names []string
	for _, request := range e.Requests() {
		switch request.Operation {
		case "CreateService", "PatchService", "DeleteService", "RegenerateKeys", "ServiceToken":
			names = append(names, request.Operation)
		}
	}
	return names
}

// PatchBodies returns the bodies of all PATCH requests of services, in order.
func (e *Env) PatchBodies() []string {
	return e.patchBodies(func(string) bool { return true })
}

func (e *Env) patchBodiesOf(name string) []string {
	return e.patchBodies(func(target string) bool {
		target, _, _ = strings.Cut(target, "?")
		return path.Base(target) == name
	})
}

func (e *Env) patchBodies(wanted func(target string) bool) []string {
	var bodies []string
	for _, request := range e.Requests() {
		if request.Operation == "PatchService" && wanted(request.Path) {
			bodies = append(bodies, strings.TrimSpace(request.Body))
		}
	}
	return bodies
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

// CheckCalls is a step check: these are the calls so far that may change
// something, in order.
func (e *Env) CheckCalls(want ...string) func(*terraform.State) error {
	return func(*terraform.State) error {
		if got := e.Calls(); e.Emulator != nil && !slices.Equal(got, want) {
			return fmt.Errorf("the calls that may change something are %v, want %v", got, want)
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
