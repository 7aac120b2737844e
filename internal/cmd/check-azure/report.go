// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

// finding is one line of the report. Its texts are made of statuses, names of
// fields and headers, and quoted messages of Azure, which are redacted.
type finding struct{ operation, expected, got string }

// report collects what the walk finds.
type report struct {
	secrets     redact.Secrets
	hidden      []string // names and ids of the workspace, which are nobody's business
	region      string
	compared    int       // answers
	differences []finding // from what this project believes
	answers     []finding // to questions that are open; expected is the question
	leftOut     []finding // steps, and why
}

// compare notes every expectation that an answer does not meet, and tells
// whether it meets all of them.
func (r *report) compare(a answer, expectations ...expectation) bool {
	r.compared++
	met := true
	for _, e := range expectations {
		if expected, got := e(a); got != "" {
			r.differ(a.operation, expected, got)
			met = false
		}
	}
	return met
}

func (r *report) differ(operation, expected, got string) {
	r.differences = append(r.differences, finding{operation, expected, got})
}

func (r *report) learn(operation, question, got string) {
	r.answers = append(r.answers, finding{operation, question, got})
}

func (r *report) leaveOut(what, why string) {
	r.leftOut = append(r.leftOut, finding{operation: what, got: why})
}

// print writes the report in Markdown.
func (r *report) print(w io.Writer, now time.Time) {
	fmt.Fprintf(w, "## Azure compared with the contract\n\n%d answers compared on %s, region %s: %d differ.\n",
		r.compared, now.UTC().Format(time.DateOnly), cmp.Or(r.region, "unknown"), len(r.differences))
	r.table(w, "Differences", [3]string{"operation", "expected", "Azure"}, r.differences)
	r.table(w, "Answers to open questions", [3]string{"operation", "question", "Azure"}, r.answers)
	if len(r.leftOut) > 0 {
		fmt.Fprint(w, "\n### Not compared\n\n")
		for _, f := range r.leftOut {
			fmt.Fprintf(w, "- %s: %s\n", r.clean(f.operation), r.clean(f.got))
		}
	}
}

func (r *report) table(w io.Writer, title string, head [3]string, findings []finding) {
	if len(findings) == 0 {
		return
	}
	fmt.Fprintf(w, "\n### %s\n\n| %s | %s | %s |\n|---|---|---|\n", title, head[0], head[1], head[2])
	for _, f := range findings {
		fmt.Fprintf(w, "| %s | %s | %s |\n", r.clean(f.operation), r.clean(f.expected), r.clean(f.got))
	}
}

// clean makes a text safe for a cell, and for everybody to read.
func (r *report) clean(text string) string {
	text = r.secrets.Line(text, 600)
	// Longer names first: one can be a part of another.
	for _, name := range slices.SortedFunc(slices.Values(r.hidden), func(a, b string) int { return len(b) - len(a) }) {
		if name != "" {
			text = strings.ReplaceAll(text, name, "…")
		}
	}
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(text)
}
