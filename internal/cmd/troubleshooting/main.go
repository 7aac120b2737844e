// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command troubleshooting writes the guide that lists every message of the provider,
// with its cause and what to do. Run it from the root of the repository.
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/troubleshooting"
)

const guideFile = "templates/guides/troubleshooting.md"

func main() {
	if err := os.WriteFile(guideFile, []byte(render()), 0o644); err != nil { //nolint:gosec // a document
		fmt.Fprintln(os.Stderr, "troubleshooting:", err)
		os.Exit(1)
	}
}

const intro = `---
page_title: "Troubleshooting"
description: |-
  Every message of the provider, with its cause and what to do.
---

# Troubleshooting

Search this page for the first line of an error or a warning. It has all %d messages of the provider, each with its cause and what to do. The message itself says more: which object, which value, and what Azure answered.
An ellipsis (…) stands for the part that varies.

`

// render makes the guide.
func render() string {
	var out strings.Builder
	fmt.Fprintf(&out, intro, len(troubleshooting.Entries()))
	for _, area := range troubleshooting.Areas() {
		fmt.Fprintf(&out, "## %s\n\n| message | cause | what to do |\n|---|---|---|\n", area.Title)
		for _, entry := range area.Entries {
			fmt.Fprintf(&out, "| **%s** | %s | %s |\n", strings.ReplaceAll(entry.Message, "%s", "…"), entry.Cause, entry.Do)
		}
		out.WriteString("\n")
	}
	return strings.TrimRight(out.String(), "\n") + "\n"
}
