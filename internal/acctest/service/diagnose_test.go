// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// problem is an error as terraform reports it to programs.
type problem struct {
	Severity, Summary, Detail, Address string
	Snippet                            struct {
		Context string // the block
		Code    string // the lines that the error points at
	}
}

// text is what a person reads, without line breaks.
func (p problem) text() string {
	return strings.Join(strings.Fields(p.Summary+" "+p.Detail), " ")
}

// validate runs terraform validate and returns its errors by the block they are in.
func validate(t *testing.T, cli *acctest.CLI) map[string][]problem {
	t.Helper()
	output, _ := cli.Command(t.Context(), nil, "validate", "-json").Output() // exit code 1 if there are errors
	var result struct{ Diagnostics []problem }
	if err := json.Unmarshal(output, &result); err != nil {
		t.Fatalf("%v in\n%s", err, output)
	}
	return byBlock(result.Diagnostics)
}

// run runs a terraform command that reports line by line, and returns its errors.
func run(t *testing.T, cli *acctest.CLI, args ...string) map[string][]problem {
	t.Helper()
	output, _ := cli.Command(t.Context(), nil, append(args, "-json")...).Output() // exit code 1 if there are errors
	var found []problem
	for line := range strings.Lines(string(output)) {
		var event struct {
			Type       string
			Diagnostic problem
		}
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Fatalf("%v in\n%s", err, output)
		}
		if event.Type == "diagnostic" {
			found = append(found, event.Diagnostic)
		}
	}
	return byBlock(found)
}

func byBlock(problems []problem) map[string][]problem {
	found := map[string][]problem{}
	for _, p := range problems {
		if p.Severity == "error" {
			found[p.Snippet.Context] = append(found[p.Snippet.Context], p)
		}
	}
	return found
}

// refusal is a service that breaks one rule.
type refusal struct {
	label, typeName string
	arguments       attrs
	// unknown are the arguments with values that are known at apply only.
	unknown attrs
	// at is the argument that the error has to point at; empty if it is not
	// there, so that Terraform points at the block.
	at string
	// texts have to be in the message: the path, the rule, and the fix.
	texts []string
}

// expect compares the errors of a block with the refusal: there is one, it
// points at the argument, and it says what has to be said.
func (r refusal) expect(t *testing.T, found map[string][]problem) {
	t.Helper()
	context := fmt.Sprintf("resource %q %q", r.typeName, r.label)
	problems := found[context]
	delete(found, context)
	if len(problems) != 1 {
		t.Errorf("%s: %d errors, want 1: %v", r.label, len(problems), problems)
		return
	}
	p := problems[0]
	if !pointsAt(p.Snippet.Code, r.at) {
		t.Errorf("%s: the error points at %q, want %q", r.label, p.Snippet.Code, r.at)
	}
	for _, want := range r.texts {
		if !strings.Contains(p.text(), want) {
			t.Errorf("%s: %q is not in: %s", r.label, want, p.text())
		}
	}
}

// objects are the arguments with members that have rules. Terraform before 1.12
// points at the block for a path inside one.
var objects = []string{"autoscale", "ssl", "vnet", "cmk", "environment", "test_request"}

func pointsAt(code, argument string) bool {
	atBlock := strings.HasPrefix(code, "resource ")
	if argument == "" {
		return atBlock
	}
	return strings.HasPrefix(strings.TrimSpace(code), argument+" ") || atBlock && slices.Contains(objects, argument)
}

// none fails where errors are left that no refusal has expected.
func none(t *testing.T, found map[string][]problem) {
	t.Helper()
	for context, problems := range found {
		for _, p := range problems {
			t.Errorf("not expected: %s: %s", context, p.text())
		}
	}
}
