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
		"| `cpu_cores` | overwrite | in place | Deploying over an ACI service",
		"| `compute_name` | – | replacement |  |",
		"| `ssl.key_pem_wo` | in place | – | Write-only:",
	} {
		if !strings.Contains(want, row) {
			t.Errorf("the guide lacks %q", row)
		}
	}
}
