// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package faults

import (
	"encoding/json"
	"strings"
)

// Report is what a run of terraform with -json has said.
type Report struct {
	Errors []Diagnostic
	// Planned are the actions of the plan by address; reads of data sources are among
	// them, and what stays as it is is not.
	Planned map[string]string
}

// Diagnostic is one error.
type Diagnostic struct{ Severity, Summary, Detail, Address string }

// String is the diagnostic in one line of text and more.
func (d Diagnostic) String() string { return d.Address + ": " + d.Summary + ": " + d.Detail }

// ReadReport reads the output of terraform with -json. Lines that are no JSON are left
// out.
func ReadReport(output string) Report {
	report := Report{Planned: map[string]string{}}
	for line := range strings.Lines(output) {
		var message struct {
			Type       string
			Diagnostic Diagnostic
			Change     struct {
				Resource struct{ Addr string }
				Action   string
			}
		}
		if json.Unmarshal([]byte(line), &message) != nil {
			continue
		}
		switch {
		case message.Type == "diagnostic" && message.Diagnostic.Severity == "error":
			report.Errors = append(report.Errors, message.Diagnostic)
		case message.Type == "planned_change":
			report.Planned[message.Change.Resource.Addr] = message.Change.Action
		}
	}
	return report
}
