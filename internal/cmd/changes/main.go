// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command changes writes the guide that says what a change of each attribute of
// a service does, from the table that the plan modifiers work from. Run it from
// the root of the repository.
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/webservice"
)

const guideFile = "templates/guides/changes.md"

func main() {
	if err := os.WriteFile(guideFile, []byte(render()), 0o644); err != nil { //nolint:gosec // a document
		fmt.Fprintln(os.Stderr, "changes:", err)
		os.Exit(1)
	}
}

const intro = `---
page_title: "What a change does"
description: |-
  Attribute by attribute: what is patched in place, what is deployed over the running service, and what needs a new one.
---

# What a change does

Terraform shows in the plan whether a service is updated in place (` + "`~`" + `) or replaced (` + "`-/+`" + `). This page says which attribute does what, on ACI and on AKS. It is generated from the
table that the provider itself works from.

| word | what an apply does |
|---|---|
| in place | **One** JSON Patch with everything that changes, however much that is; then it waits until the service is Healthy again. Id, keys and, unless noted, the address stay. |
| overwrite | The API cannot patch it, but accepts a deployment over the running service. Id and keys stay: keys are read before, compared after, and put back where the service changed them. The address may change, so it is unknown in the plan. Everything else that changes goes along. |
| replacement | Nothing but a new service can have it. The old one is destroyed; keys that refer to it are planned anew with it. |
| local | Nothing is sent to the API. |

An update that failed half-way is not lost: the next plan is not empty, and its apply deploys over the service. So does the next apply of a service that is found ` + "`Failed`" + `.

| attribute | ACI | AKS | notes |
|---|---|---|---|
`

const outro = `
What the API can patch and this provider does not: ` + "`/imageId`" + `, the image of the older way to deploy, which has no attribute here; a service that was deployed so gets an environment with its first
change of ` + "`model_ids` or `inference_config`" + `. What the API cannot patch at all (the Python SDK never does) is deployed over or replaced, as the table says; whether the service would accept such a patch is not
documented.

## When the service is tested

With ` + "`test_request`" + `, every apply that sent something to the API, by patch or by overwrite, ends with that scoring request. Where it fails, the change stays made, and the next apply sends the request again without
deploying anything. A service that was just created is tainted instead, and replaced by the next apply unless it is untainted.
`

// render makes the guide.
func render() string {
	var out strings.Builder
	out.WriteString(intro)
	for _, row := range webservice.Changes() {
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s |\n", row.Attribute, orNone(row.ACI), orNone(row.AKS), row.Note)
	}
	out.WriteString(outro)
	return out.String()
}

// orNone is for a compute type that does not have the attribute.
func orNone(kind string) string {
	if kind == "" {
		return "–"
	}
	return kind
}
