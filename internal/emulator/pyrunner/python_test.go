// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package pyrunner_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner"
)

// An interpreter that is too old, or does not work, is not used.
func TestFind(t *testing.T) {
	for name, test := range map[string]struct{ script, want string }{
		"none":   {"", "no working python3 on the PATH"},
		"broken": {"exit 1", "no working python3 on the PATH"},
		"mute":   {"echo hello", "no working python3 on the PATH"},
		"old":    {`echo '["/usr/bin/python3", [3, 7], "/base"]'`, "is Python 3.7; 3.8 or newer is needed"},
		"python": {`echo '["/usr/bin/python", [2, 7], "/base"]'`, "is Python 2.7"},
		"new":    {`echo '["/usr/bin/python3", [3, 8], "/base"]'`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			directory := t.TempDir()
			if test.script != "" {
				if err := os.WriteFile(filepath.Join(directory, "python3"), []byte("#!/bin/sh\n"+test.script+"\n"), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			t.Setenv("PATH", directory)
			_, err := pyrunner.Find(context.Background())
			if got := fmt.Sprint(err); (err == nil) != (test.want == "") || !strings.Contains(got, test.want) && err != nil {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// The log keeps its end, from the begin of a line.
func TestLogIsBounded(t *testing.T) {
	t.Parallel()
	var log pyrunner.Log
	if got := log.Tail(10); got != "" {
		t.Errorf("an empty log: %q", got)
	}
	log.Printf("first")
	log.Printf("second")
	_, _ = log.Write([]byte("third, without an end"))
	for lines, want := range map[int]string{1: "third, without an end", 2: "second\nthird, without an end", 3: "first\nsecond\nthird, without an end", 9: "first\nsecond\nthird, without an end"} {
		if got := log.Tail(lines); got != want {
			t.Errorf("%d lines: %q", lines, got)
		}
	}
	const size = 256 << 10
	for number := range 100_000 {
		log.Printf("line %06d\xff", number)
	}
	kept := log.Tail(1_000_000)
	if len(kept) > size+size/8 || len(kept) < size/2 || !strings.HasPrefix(kept, "line ") || !strings.HasSuffix(kept, "line 099999?\n") {
		t.Errorf("%d bytes from %q to %q", len(kept), kept[:20], kept[len(kept)-20:])
	}
	if got := log.Tail(2); got != "line 099998?\nline 099999?\n" {
		t.Errorf("the last two: %q", got)
	}
}
