// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command troubleshooting writes the guides that list every message of the provider,
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

// pages are the guide and one guide for each group of areas. Each stands twice: make
// docs makes the same of it, since it has no template in it.
func pages() []guide.Page {
	all := []guide.Page{newPage("troubleshooting", renderIndex)}
	for _, name := range names() {
		all = append(all, newPage(name, func() string { return renderAreas(name) }))
	}
	return all
}

func newPage(name string, render func() string) guide.Page {
	return guide.Page{
		Command: "troubleshooting", Files: []string{"templates/guides/" + name + ".md", "docs/guides/" + name + ".md"},
		Render: func(string) (string, error) { return render(), nil },
	}
}

// names returns the names of the pages with messages.
func names() []string {
	var found []string
	for _, area := range troubleshooting.Areas() {
		found = append(found, area.Page)
	}
	return slices.Compact(found)
}

func main() {
	for _, page := range pages() {
		page.Write()
	}
}

const index = `---
page_title: "Troubleshooting"
description: |-
  Every message of the provider, with its cause and what to do.
---

# Troubleshooting

These pages have all %d messages of the provider, each with its cause and what to do. Search them for the first line of an error or a warning. The message itself says more: which object, which value, and what Azure answered.

| messages about | begin for example with |
|---|---|
`

const areaIntro = `---
page_title: "Troubleshooting: %s"
description: |-
  The messages about this area, with their causes and what to do.
---

# Troubleshooting: %s

Search this page for the first line of an error or a warning. An ellipsis (…) stands for the part that varies. [Troubleshooting](troubleshooting.md) leads to the other messages.

`

const azureIntro = `
## What Azure says of a deployment

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

// of returns the areas of a page, and its title.
func of(page string) (areas []troubleshooting.Area, title string) {
	var titles []string
	for _, area := range troubleshooting.Areas() {
		if area.Page == page {
			areas, titles = append(areas, area), append(titles, area.Title)
		}
	}
	for i := 1; i < len(titles); i++ {
		titles[i] = strings.ToLower(titles[i][:1]) + titles[i][1:]
	}
	return areas, strings.Join(titles, ", ")
}

// renderAreas makes the guide of some areas.
func renderAreas(page string) string {
	var out strings.Builder
	areas, title := of(page)
	fmt.Fprintf(&out, areaIntro, title, title)
	for i, area := range areas {
		if i > 0 {
			out.WriteString("\n")
		}
		if len(areas) > 1 {
			fmt.Fprintf(&out, "## %s\n\n", area.Title)
		}
		out.WriteString("| message | cause | what to do |\n|---|---|---|\n")
		for _, entry := range area.Entries {
			fmt.Fprintf(&out, "| **%s** | %s | %s |\n", shown(entry), entry.Cause, entry.Do)
		}
	}
	return out.String()
}

func shown(entry troubleshooting.Entry) string { return strings.ReplaceAll(entry.Message, "%s", "…") }

// renderIndex makes the guide that leads to the others, with the words of Azure.
func renderIndex() string {
	var out strings.Builder
	fmt.Fprintf(&out, index, len(troubleshooting.Entries()))
	for _, name := range names() {
		areas, title := of(name)
		fmt.Fprintf(&out, "| [%s](%s.md) | %s; %s |\n", title, name, shown(areas[0].Entries[0]), shown(areas[0].Entries[1]))
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
