// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command troubleshooting writes the guide that lists every message of the provider,
// with its cause and what to do. Run it from the root of the repository.
package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/cmd/guide"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/troubleshooting"
)

// page stands twice: make docs makes the same of it, since it has no template in it.
var page = guide.Page{
	Command: "troubleshooting", Files: []string{"templates/guides/troubleshooting.md", "docs/guides/troubleshooting.md"},
	Render: func(string) (string, error) { return render(), nil },
}

func main() { page.Write() }

const intro = `---
page_title: "Troubleshooting"
description: |-
  Every message of the provider, with its cause and what to do.
---

# Troubleshooting

Search this page for the first line of an error or a warning. It has all %d messages of the provider, each with its cause and what to do. The message itself says more: which object, which value, and what Azure answered.
An ellipsis (…) stands for the part that varies.

`

const azureIntro = `## What Azure says of a deployment

The detail of a failed deployment quotes Azure. The first row that fits gives the advice.

| Azure says | what to do |
|---|---|
`

const signInIntro = `
## What Microsoft Entra ID says of a sign-in

| code | cause | what to do |
|---|---|---|
`

func byNumber(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) }

func capitalize(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

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
	out.WriteString(azureIntro)
	for _, hint := range diagnostics.Hints() {
		words := make([]string, len(hint.Azure))
		for i, text := range hint.Azure {
			words[i] = "`" + text + "`"
		}
		fmt.Fprintf(&out, "| %s | %s |\n", strings.Join(words, ", "), hint.Advice)
	}
	out.WriteString(signInIntro)
	reasons := auth.Reasons()
	for _, code := range slices.SortedFunc(maps.Keys(reasons), byNumber) {
		why, do, _ := strings.Cut(reasons[code], ". ")
		fmt.Fprintf(&out, "| AADSTS%s | %s. | %s. |\n", code, capitalize(why), do)
	}
	return out.String()
}
