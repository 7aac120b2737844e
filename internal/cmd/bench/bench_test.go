// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"math"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// A bench of one service measures every operation of the provider and of the floor, and
// counts the requests.
func TestAccBench(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "bench")
	if output, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	output, err := exec.Command(binary, "-n", "1").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	for _, o := range operations {
		measured := regexp.MustCompile(`(?m)^\| ` + o.name + ` \| 1 \| \d+\.\d+ \| \d+\.\d+ \| \d+\.\d+ \| [1-9]\d* \| [1-9]\d* \| [1-9]\d* \|$`)
		want := 2 // alone, and with keys
		if o.keysOnly {
			want = 1
		}
		if found := len(measured.FindAll(output, -1)); found != want {
			t.Errorf("%s: %d rows, want %d\n%s", o.name, found, want, output)
		}
	}
}

// The cost of one more resource, and the exponent, are between two sizes.
func TestGrowth(t *testing.T) {
	t.Parallel()
	at := func(n int, cpu time.Duration) measurement { return measurement{n: n, usage: usage{CPU: cpu}} }
	if got := perResource(at(1, time.Second), at(101, 3*time.Second)); got != 20*time.Millisecond {
		t.Errorf("%s a resource, want 20ms", got)
	}
	for want, many := range map[float64]time.Duration{0: time.Second, 1: 10 * time.Second, 2: 100 * time.Second} {
		if got := exponent(at(10, time.Second), at(100, many)); math.Abs(got-want) > 1e-9 {
			t.Errorf("from 1s to %s: %f, want %f", many, got, want)
		}
	}
}
