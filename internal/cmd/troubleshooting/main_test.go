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
