// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command changes writes the guide that says what a change of each attribute of
// a service does, from the table that the plan modifiers use. Run it from
// the root of the repository.
package main

import (
	"fmt"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/cmd/guide"
	"github.com/mlws/terraform-provider-mlws/internal/webservice"
)

var page = guide.Page{
	Command: "changes", Files: []string{"templates/guides/changes.md"},
	Render: func(string) (string, error) { return render(), nil },
}

func main() { page.Write() }

const intro = `---
page_title: "What a change does"
description: |-
  What a change of each attribute does: a patch in place, a deployment over the running service, or a new service.
---

# What a change does

This page tells you, for each attribute, whether a change updates the service in place (` + "`~`" + ` in the plan) or replaces it (` + "`-/+`" + `), on ACI and on AKS. It is generated from the table that the provider uses.

| word | an apply |
|---|---|
| in place | sends **one** JSON Patch with all changes, and waits until the service is Healthy |
| overwrite | deploys over the running service, because the API cannot patch the attribute |
| replacement | destroys the service and creates a new one |
| local | sends nothing to the API |

- **In place**: id and keys stay. The address stays too, unless the table says otherwise.
- **Overwrite**: id and keys stay. The provider reads the keys before, compares them after, and sets them again if the service has changed them. The address may change, so it is unknown in the plan. All other changes are part of the
  same deployment.
- **Replacement**: keys that refer to the service are replaced with it.
- If an update fails half-way, the next plan is not empty, and its apply deploys over the service. The same happens if the service is ` + "`Failed`" + `.

| attribute | ACI | AKS | notes |
|---|---|---|---|
`

const outro = `
The provider never patches ` + "`/imageId`" + `, the image of an older way to deploy. A service that was deployed that way gets an environment with the first change of ` + "`model_ids` or `inference_config`" + `. The table calls an attribute
in place only if the Python SDK patches it; no source says whether the API accepts other patches.

## When the service is tested

With ` + "`test_request`" + `, every apply that changes the service ends with that scoring request. If an update passes but the request fails, the change stays, and the next apply sends only the request again. If the request fails after
the service was created, Terraform marks the service as tainted: the next apply replaces it, unless you run ` + "`terraform untaint`" + `.
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
