// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestGuideIsUpToDate(t *testing.T) {
	t.Parallel()
	want := render()
	for _, file := range []string{guideFile, publishedFile} {
		got, err := os.ReadFile(filepath.Join("../../..", file))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is out of date: go run ./internal/cmd/troubleshooting", file)
		}
	}
	for _, row := range []string{
		"| **Service without auth** | Key auth and token auth are off",
		"| **The … key has changed** |",
		"| `CrashLoopBackOff` | The container starts and dies again",
		"| AADSTS7000222 | The client secret has expired. | Make a new secret",
	} {
		if !strings.Contains(want, row) {
			t.Errorf("the guide lacks %q", row)
		}
	}
}
