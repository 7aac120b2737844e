// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package faults_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest/faults"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// check is the four checks, after the run that met the fault.
func (c *cell) check(t *testing.T, first report) {
	t.Helper()
	want := c.Expect()
	c.checkReport(t, first, want)

	next := terraform(t, c.cli, plan...)
	if action := next.Planned[c.Operation.Address]; next.failed || !slices.Contains(want.Next, action) {
		t.Errorf("the next plan does %q to %s (failed: %t), want one of %q:\n%s", action, c.Operation.Address, next.failed, want.Next, next.text)
	}
	c.converge(t, next, want)
	c.checkServer(t, want)
}

// checkReport checks what the disturbed run says: no error, or one that says what, why
// and what to do.
func (c *cell) checkReport(t *testing.T, r report, want faults.Expectation) {
	t.Helper()
	var own []faults.Diagnostic // not Terraform's
	for _, e := range r.Errors {
		if e.Detail != "" && !strings.Contains(e.Detail, "GRPCProvider") {
			own = append(own, e)
		}
	}
	switch {
	case want.Passes:
		// An interrupted Terraform fails for itself.
		if len(own) > 0 || r.failed && c.Fault.Moment != faults.Interrupted {
			t.Errorf("the run failed:\n%s", r.text)
		}
		return
	case !r.failed:
		t.Errorf("the run did not fail:\n%s", r.text)
	case len(own) == 0 && !want.Speechless:
		t.Errorf("the provider gives no error:\n%s", r.text)
	}
	for _, e := range own {
		for _, fault := range faultsOfForm(e, c.Operation.Object) {
			t.Errorf("the error %s:\n%s", fault, e)
		}
		if c.Fault.Moment == faults.Removed && !strings.Contains(e.Detail, "does not exist") {
			t.Errorf("the error does not say that the object is gone:\n%s", e)
		}
	}
}

// toDo are the words that a sentence with something to do begins with, or has.
var toDo = regexp.MustCompile(`(?i)(^|[.:;,] |\n|\band )(apply( it)? again|run terraform|run again|run it again|check|correct|fix|wait|assign|ask|choose|import|free or add|read the|look at|the next apply|apply the)`)

// forbidden never show in an error: raw bodies, traces, and secrets.
var forbidden = []string{`{"`, "goroutine ", "<html", "panic:", "0xc0", "Bearer ", "eyJ", emulator.ContributorSecret, emulator.OwnerSecret, emulator.ReaderSecret}

// faultsOfForm checks the three parts of an error, and that it names its object.
func faultsOfForm(e faults.Diagnostic, object string) []string {
	var wrong []string
	if e.Summary == "" || strings.HasSuffix(e.Summary, ".") {
		wrong = append(wrong, "does not say in its summary what has happened")
	}
	if !strings.Contains(e.Detail, object) {
		wrong = append(wrong, "does not name "+object)
	}
	sentences := strings.Count(strings.ReplaceAll(e.Detail, "\n", " ")+" ", ". ")
	if sentences < 2 {
		wrong = append(wrong, "does not say why in a sentence, and what to do in another")
	}
	if !toDo.MatchString(e.Detail) {
		wrong = append(wrong, "does not say what to do")
	}
	for _, never := range forbidden {
		if strings.Contains(e.Summary+e.Detail, never) {
			wrong = append(wrong, "shows a body, a trace or a secret")
		}
	}
	return wrong
}

// converge applies the next plan, and requires an empty plan after it.
func (c *cell) converge(t *testing.T, next report, want faults.Expectation) {
	t.Helper()
	if len(next.Planned) == 0 {
		return
	}
	end := terraform(t, c.cli, "apply", "-json", "next")
	if want.Imports {
		end = c.adopt(t, end)
	}
	if end.failed {
		t.Errorf("the next apply failed:\n%s", end.text)
	}
	if last := terraform(t, c.cli, "plan", "-json"); last.failed || len(last.Planned) > 0 {
		t.Errorf("the plan after the next apply is not empty:\n%s", last.text)
	}
}

var importBlock = regexp.MustCompile(`(?s)import \{.*?\n\}`)

// adopt follows the error of a create that found its name taken.
func (c *cell) adopt(t *testing.T, refused report) report {
	t.Helper()
	if !refused.failed || len(refused.Errors) != 1 {
		t.Fatalf("the next apply took a service over that is not in its state:\n%s", refused.text)
	}
	for _, fault := range faultsOfForm(refused.Errors[0], c.Operation.Object) {
		t.Errorf("the error %s:\n%s", fault, refused.Errors[0])
	}
	c.configure(c.Operation.After + "\n" + importBlock.FindString(refused.Errors[0].Detail) + "\n")
	return terraform(t, c.cli, apply...)
}

// checkServer checks that the workspace has what is configured, and that it came to
// that by the right changes.
func (c *cell) checkServer(t *testing.T, want faults.Expectation) {
	t.Helper()
	e, workspace := c.env.Emulator, c.env.WorkspaceID
	var services []string
	if c.Operation.Kind != faults.Deletes && c.Operation.Kind != faults.Registers {
		services = []string{"iris"}
	}
	if got := e.ServiceNames(workspace); !slices.Equal(got, services) {
		t.Errorf("the workspace has the services %v, want %v", got, services)
	}
	for _, name := range services {
		if live, _ := e.ServiceJSON(workspace, name); live["state"] != emulator.StateHealthy {
			t.Errorf("the service is %v", live["state"])
		}
	}
	for _, kind := range []faults.Kind{faults.Creates, faults.Deletes, faults.Regenerates, faults.Registers} {
		least := want.Also[kind]
		if kind == faults.Creates {
			least += want.Also[faults.Updates]
		}
		most := least
		if slices.Equal(kind.Changes(), c.Operation.Kind.Changes()) {
			least, most = least+want.Made, most+want.Made+want.Repeats
		}
		if got := carriedOut(c.env, kind); got < least || got > most {
			t.Errorf("%v were carried out %d times, want %d to %d", kind.Changes(), got, least, most)
		}
	}
	if got := len(e.ArtifactIDs(workspace)) - c.artifacts; got != c.Operation.Artifacts+want.Files {
		t.Errorf("%d uploaded files are in the workspace, want %d", got, c.Operation.Artifacts+want.Files)
	}
	c.checkKey(t)
}

// checkKey checks that the key in the state is the live one.
func (c *cell) checkKey(t *testing.T) {
	t.Helper()
	if c.Operation.Kind != faults.Regenerates {
		return
	}
	content, err := os.ReadFile(filepath.Join(c.cli.Dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	var state struct {
		Resources []struct {
			Instances []struct {
				Attributes struct {
					Key       string
					ActiveKey string `json:"active_key"`
				}
			}
		}
	}
	if err := json.Unmarshal(content, &state); err != nil {
		t.Fatal(err)
	}
	primary, secondary := c.env.Emulator.Keys(c.env.WorkspaceID, "iris")
	for _, resource := range state.Resources {
		for _, instance := range resource.Instances {
			key := instance.Attributes.Key + instance.Attributes.ActiveKey
			if key == primary || key == secondary {
				return
			}
		}
	}
	t.Error("the key in the state is not a live one")
}
