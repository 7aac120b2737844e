// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// allowed is how much a benchmark may grow: a fifth.
const allowed = 1.2

// counted are the units that are compared: never those of time.
var counted = []string{"allocs/op", "B/op", "requests/op"}

// counts are the results of benchmarks: by name, then by unit.
type counts map[string]map[string]float64

// check runs the Go benchmarks, and compares their counts with those of a file, or
// replaces these.
func check(ctx context.Context, file string, write bool, out io.Writer) error {
	command := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", ".", "-benchmem", "-benchtime", "20x", module+"/internal/cmd/bench")
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		return fmt.Errorf("the benchmarks failed: %w\n%s", err, output)
	}
	now := readCounts(bytes.NewReader(output))
	if write {
		return os.WriteFile(file, []byte(now.String()), 0o600)
	}
	stored, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = stored.Close() }()
	fmt.Fprint(out, now)
	return readCounts(stored).compare(now)
}

// processors is what go test adds to the name of a benchmark.
var processors = regexp.MustCompile(`-\d+$`)

// readCounts reads the results of go test.
func readCounts(from io.Reader) counts {
	found := counts{}
	for lines := bufio.NewScanner(from); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 2 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		units := map[string]float64{}
		for i := 3; i < len(fields); i += 2 {
			if value, err := strconv.ParseFloat(fields[i-1], 64); err == nil && slices.Contains(counted, fields[i]) {
				units[fields[i]] = value
			}
		}
		found[processors.ReplaceAllString(fields[0], "")] = units
	}
	return found
}

// String returns the counts in the form of go test.
func (c counts) String() string {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(c)) {
		fmt.Fprintf(&text, "%s 1", name)
		for _, unit := range counted {
			if value, ok := c[name][unit]; ok {
				fmt.Fprintf(&text, " %s %s", strconv.FormatFloat(value, 'f', -1, 64), unit)
			}
		}
		text.WriteString("\n")
	}
	return text.String()
}

// compare returns an error that names what has grown by more than allowed, and what is
// not in both.
func (c counts) compare(now counts) error {
	var wrong []error
	for _, name := range slices.Sorted(maps.Keys(now)) {
		if c[name] == nil {
			wrong = append(wrong, fmt.Errorf("%s is new", name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c)) {
		if now[name] == nil {
			wrong = append(wrong, fmt.Errorf("%s did not run", name))
			continue
		}
		for _, unit := range counted {
			if before, after := c[name][unit], now[name][unit]; after > before*allowed {
				wrong = append(wrong, fmt.Errorf("%s: %g %s, and the baseline has %g", name, after, unit, before))
			}
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return fmt.Errorf("%w\nFind out why. If it has to be so, store the new counts with make bench-baseline", errors.Join(wrong...))
}
