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
	fmt.Fprintf(r.out, "\nAll %d steps passed in %.0fs; nothing was left behind.\n", r.passed, time.Since(r.first).Seconds())
}
