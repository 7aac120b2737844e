// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"strings"
	"testing"
)

func TestGuideIsUpToDate(t *testing.T) {
	t.Parallel()
	var want string
	for _, page := range pages() {
		text, err := page.Check("../../..")
		if err != nil {
			t.Fatal(err)
		}
		want += text
	}
	for _, row := range []string{
		"| **Service without auth** | Key auth and token auth are off",
		"| **The … key has changed** |",
		"| `CrashLoopBackOff` | The container starts and dies again",
		"| AADSTS7000222 | The client secret has expired. | Make a new secret",
	} {
		if !strings.Contains(want, row) {
			t.Errorf("the guides lack %q", row)
		}
	}
}
