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
	got, err := os.ReadFile(filepath.Join("../../..", guideFile))
	if err != nil {
		t.Fatal(err)
	}
	want := render()
	if string(got) != want {
		t.Errorf("%s is out of date: go run ./internal/cmd/reliability, then make docs", guideFile)
	}
	for _, row := range []string{
		"so 345 cells",
		"| 503 once | ✓ | ✓ | ✓ | ✓ | ✓ | ↻ | ✓ | ↻ |",
		"| SIGKILL of Terraform | ⇥ | ⇥ | ↻ |",
		"| two runs create one service | One creates it.",
		"| Only a create claims a name. |",
	} {
		if !strings.Contains(want, row) {
			t.Errorf("the guide lacks %q", row)
		}
	}
}
