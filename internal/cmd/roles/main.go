// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command roles writes the guide that says which role and which actions each operation
// needs, from the list that the errors use. Run it from the root of the repository.
package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/cmd/guide"
	"github.com/mlws/terraform-provider-mlws/internal/permissions"
)

var page = guide.Page{
	Command: "roles", Files: []string{"templates/guides/roles.md"},
	Render: func(string) (string, error) { return render(), nil },
}

func main() { page.Write() }

const intro = `---
page_title: "Roles and actions"
description: |-
  Which role the provider and your clients need in a workspace, for each thing they do.
---

# Roles and actions

This page tells you which role to assign, and which actions a smaller role of your own needs. It is generated from the list that the errors of the provider use: if Azure refuses a call, the error names the action and these roles.

Assign a role on the workspace, its resource group or the subscription. A new assignment takes a few minutes to apply. All actions are below ` + "`" + permissions.Namespace + "`" + `.

## Who needs what

| who | built-in role | a role of your own: these actions |
|---|---|---|
`

const each = `
- **AzureML Data Scientist** holds every action of this page but ` + "`read`" + ` on the workspace itself: no source says whether its ` + "`workspaces/*/read`" + ` includes that. Assign Reader with it.
- **A plan reads keys** if the configuration has a key, a rotation or ` + "`mlws_service_keys`" + `, so Reader is not enough for it.
- ` + "[`mlws_access`](../data-sources/access.md)" + ` answers what the caller may do, before an apply finds out.

## Each operation

| to | action on ACI | action on AKS | name of the action | built-in roles |
|---|---|---|---|---|
`

const outro = `
*Documented* names are in Microsoft's articles about [roles](https://learn.microsoft.com/azure/machine-learning/how-to-assign-roles) and about authentication to services. *Inferred* names follow their pattern, and nobody has tried them in Azure: if one
is wrong, Azure's refusal names the right one, and the provider shows that.
`

// jobs are what people and programs do with a workspace.
var jobs = []struct {
	who        string
	operations []permissions.Operation
}{
	{"a client that fetches tokens", []permissions.Operation{permissions.FetchToken}},
	{"a plan of services alone", []permissions.Operation{permissions.ReadWorkspace, permissions.ReadServices, permissions.ReadComputes, permissions.ReadModels, permissions.ReadEnvironments}},
	{"a pipeline that rotates keys", []permissions.Operation{permissions.ReadWorkspace, permissions.ReadServices, permissions.ListKeys, permissions.RegenerateKeys}},
	{"a pipeline that deploys services and rotates keys", deploying},
	{"the same, with code from a folder", append(slices.Clone(deploying), permissions.WriteModels, permissions.ReadArtifacts, permissions.WriteArtifacts)},
	{"a pipeline that registers models", []permissions.Operation{permissions.ReadWorkspace, permissions.ReadModels, permissions.WriteModels, permissions.DeleteModels, permissions.ReadArtifacts, permissions.WriteArtifacts}},
	{"a rotation that also sets the keys of v2 endpoints, on those", []permissions.Operation{permissions.ListV2Keys, permissions.RegenerateV2Keys}},
	{"a client of a v2 endpoint with token auth", []permissions.Operation{permissions.FetchV2Token}},
}

var deploying = []permissions.Operation{
	permissions.ReadWorkspace, permissions.ReadServices, permissions.WriteService, permissions.DeleteService, permissions.ListKeys, permissions.RegenerateKeys,
	permissions.ReadComputes, permissions.ReadModels, permissions.ReadEnvironments,
}

// render makes the guide.
func render() string {
	var out strings.Builder
	out.WriteString(intro)
	for _, job := range jobs {
		fmt.Fprintf(&out, "| %s | %s | %s |\n", job.who, smallest(job.operations), actions(job.operations))
	}
	out.WriteString(each)
	for _, o := range permissions.All() {
		source := string(o.AKS[0].Source)
		if len(o.ACI) > 0 && o.ACI[0].Source != o.AKS[0].Source {
			source = fmt.Sprintf("%s for ACI, %s for AKS", o.ACI[0].Source, o.AKS[0].Source)
		}
		names := make([]string, len(o.Roles))
		for i, role := range o.Roles {
			names[i] = string(role)
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s |\n", o.To, short(o.ACI), short(o.AKS), source, strings.Join(names, ", "))
	}
	out.WriteString(outro)
	return out.String()
}

// smallest returns the role that may least of those that hold all operations.
func smallest(operations []permissions.Operation) permissions.Role {
	for _, role := range operations[0].Roles {
		if !slices.ContainsFunc(operations, func(o permissions.Operation) bool { return !slices.Contains(o.Roles, role) }) {
			return role
		}
	}
	return ""
}

// actions lists the actions of a custom role. An inferred action stands under all names
// that it may have.
func actions(operations []permissions.Operation) string {
	var names []string
	for _, o := range operations {
		for _, action := range slices.Concat(o.ACI, o.AKS) {
			for _, name := range action.Names() {
				if short := "`" + strings.TrimPrefix(name, permissions.Namespace) + "`"; !slices.Contains(names, short) {
					names = append(names, short)
				}
			}
		}
	}
	return strings.Join(names, ", ")
}

func short(actions []permissions.Action) string {
	if len(actions) == 0 {
		return "–"
	}
	return "`" + strings.TrimPrefix(actions[0].Name, permissions.Namespace) + "`"
}
