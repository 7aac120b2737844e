// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"strings"
	"testing"
)

const stored = `goos: linux
BenchmarkCall/service/plan-8 	 20	 6334556 ns/op	 10 requests/op	 1000 B/op	 100 allocs/op
BenchmarkText-8 	 20	 12 ns/op	 0 B/op	 0 allocs/op
PASS
`

// Counts may grow by a fifth, and time as it likes.
func TestCompare(t *testing.T) {
	t.Parallel()
	baseline := readCounts(strings.NewReader(readCounts(strings.NewReader(stored)).String())) // as it is stored
	for name, test := range map[string]struct{ from, to, want string }{
		"the same":          {"", "", ""},
		"slower":            {"6334556 ns/op", "9334556 ns/op", ""},
		"other processors":  {"plan-8", "plan-2", ""},
		"a fifth more":      {"100 allocs/op", "120 allocs/op", ""},
		"more allocations":  {"100 allocs/op", "121 allocs/op", "plan: 121 allocs/op, and the baseline has 100"},
		"more bytes":        {"1000 B/op", "1201 B/op", "plan: 1201 B/op, and the baseline has 1000"},
		"more requests":     {"10 requests/op", "13 requests/op", "plan: 13 requests/op, and the baseline has 10"},
		"one, not none":     {"0 allocs/op\nPASS", "1 allocs/op\nPASS", "BenchmarkText: 1 allocs/op, and the baseline has 0"},
		"one did not run":   {"BenchmarkText-8", "SKIP", "BenchmarkText did not run"},
		"one that is new":   {"BenchmarkText-8", "BenchmarkOther-8 1 1 ns/op\nBenchmarkText-8", "BenchmarkOther is new"},
		"fewer allocations": {"100 allocs/op", "50 allocs/op", ""},
	} {
		err := baseline.compare(readCounts(strings.NewReader(strings.Replace(stored, test.from, test.to, 1))))
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}
