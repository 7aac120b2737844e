// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
)

// usage is what a process uses when it is at rest.
type usage struct {
	Memory     int // resident, in bytes
	Goroutines int
}

// ownUsage measures this process, after its garbage has been given back.
func ownUsage() (usage, error) {
	debug.FreeOSMemory()
	content, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return usage{}, err
	}
	fields := strings.Fields(string(content))
	if len(fields) < 2 {
		return usage{}, fmt.Errorf("/proc/self/statm has the unknown form %q", content)
	}
	pages, err := strconv.Atoi(fields[1])
	return usage{Memory: pages * os.Getpagesize(), Goroutines: runtime.NumGoroutine()}, err
}

// sample is what both processes use after a cycle. The emulator runs in the process of
// the soak.
type sample struct{ provider, emulator usage }

func (s sample) String() string {
	return fmt.Sprintf("provider %.1f MiB, %d goroutines; emulator %.1f MiB, %d goroutines",
		mebibytes(s.provider.Memory), s.provider.Goroutines, mebibytes(s.emulator.Memory), s.emulator.Goroutines)
}

func mebibytes(bytes int) float64 { return float64(bytes) / (1 << 20) }

type samples []sample

// allowed is how much the median of the last tenth may be of that of the second.
const allowed = 1.2

// flat compares the last tenth of the samples with the second, and prints both.
func (all samples) flat(out io.Writer) error {
	tenth := len(all) / 10
	if tenth < 1 {
		fmt.Fprintln(out, "fewer than 10 cycles: growth was not measured")
		return nil
	}
	second, last := all[tenth:2*tenth], all[len(all)-tenth:]
	var grown []error
	for _, measure := range []struct {
		name string
		unit float64
		of   func(sample) int
	}{
		{"provider, memory in MiB", 1 << 20, func(s sample) int { return s.provider.Memory }},
		{"provider, goroutines", 1, func(s sample) int { return s.provider.Goroutines }},
		{"emulator, memory in MiB", 1 << 20, func(s sample) int { return s.emulator.Memory }},
		{"emulator, goroutines", 1, func(s sample) int { return s.emulator.Goroutines }},
	} {
		before, after := second.median(measure.of), last.median(measure.of)
		growth := float64(after) / float64(before)
		fmt.Fprintf(out, "%s: %.1f in the second tenth, %.1f in the last (x %.2f)\n", measure.name, float64(before)/measure.unit, float64(after)/measure.unit, growth)
		if growth > allowed {
			grown = append(grown, fmt.Errorf("%s has grown by a factor of %.2f, more than %.1f", measure.name, growth, allowed))
		}
	}
	return errors.Join(grown...)
}

func (all samples) median(of func(sample) int) int {
	var values []int
	for _, s := range all {
		values = append(values, of(s))
	}
	slices.Sort(values)
	return values[len(values)/2]
}
