// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"io"
	"maps"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A soak of some cycles ends well, and a seed repeats it.
func TestAccSoak(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "soak")
	if output, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	output, err := exec.Command(binary, "-cycles", "6", "-seed", "1").CombinedOutput()
	if err != nil || !strings.Contains(string(output), "seed 1: 6 of 6 cycles") {
		t.Errorf("%v\n%s", err, output)
	}
}

// The last tenth is compared with the second, by the median.
func TestGrowthIsSeen(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		last, outlier int
		grows         bool
	}{
		"flat":            {100, 100, false},
		"a fifth more":    {120, 120, false},
		"more than that":  {121, 121, true},
		"a single sample": {100, 1000, false},
	} {
		var all samples
		for i := range 100 {
			memory := 1 // the start does not count
			switch {
			case i == 99:
				memory = test.outlier
			case i >= 90:
				memory = test.last
			case i >= 10:
				memory = 100
			}
			all = append(all, sample{provider: usage{memory, 1}, emulator: usage{1, 1}})
		}
		if err := all.flat(io.Discard); (err != nil) != test.grows {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A seed draws the same steps again, and every kind of step comes.
func TestStepsFollowTheSeed(t *testing.T) {
	t.Parallel()
	draw := func() (names map[string]int, config string) {
		w := newWorld(rand.New(rand.NewPCG(3, 3)))
		names = map[string]int{}
		for range 200 {
			names[w.next().name]++
		}
		return names, w.config(func(name string) string { return name })
	}
	names, config := draw()
	again, same := draw()
	if !maps.Equal(names, again) || config != same {
		t.Errorf("%v, and then %v", names, again)
	}
	for _, name := range []string{"apply", "rotate", "replace", "import", "destroy"} {
		if names[name] == 0 {
			t.Errorf("no %s in 200 steps", name)
		}
	}
}
