// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"strings"
	"testing"
)

func TestGuideIsUpToDate(t *testing.T) {
	t.Parallel()
	want, err := page.Check("../../..")
	if err != nil {
		t.Fatal(err)
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
