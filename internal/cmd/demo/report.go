// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"io"
	"time"
)

// report prints one line a step, and the summary.
type report struct {
	out     io.Writer
	started time.Time
	first   time.Time
	title   string
	passed  int
}

func (r *report) begin(title string) {
	r.title, r.started = title, time.Now()
	if r.first.IsZero() {
		r.first = r.started
	}
}

func (r *report) proved(format string, args ...any) {
	r.passed++
	fmt.Fprintf(r.out, "ok %2d  %s: %s (%.1fs)\n", r.passed, r.title, fmt.Sprintf(format, args...), time.Since(r.started).Seconds())
}

func (r *report) summary(err error) {
	if err != nil {
		fmt.Fprintf(r.out, "FAILED  %s: %v\n\nThe demo failed at step %d.\n", r.title, err, r.passed+1)
		return
	}
	fmt.Fprintf(r.out, "\nAll %d steps passed in %.0fs; nothing was left behind.\n%s", r.passed, time.Since(r.first).Seconds(), next)
}

const next = `
What next:
  make demo KEEP=1   the same, and keeps the workspace for you to play with
  make install       use this build with your own configuration
  docs/guides/getting-started.md
`

// keeping tells how to play with what is kept.
func (r *report) keeping(emulator, directory string) {
	fmt.Fprintf(r.out, `
All %d steps passed in %.0fs. The workspace is kept until you press Ctrl-C here.
Its page: %s

In another terminal:
  cd %q && . ../variables.sh
  terraform apply -replace=mlws_service_key.primary
  curl -H "Authorization: Bearer $(terraform output -raw primary_key)" -d '{"data": [[5.1, 3.5, 1.4, 0.2]]}' "$(terraform output -raw aci_scoring_uri)"
`, r.passed, time.Since(r.first).Seconds(), emulator, directory)
}
