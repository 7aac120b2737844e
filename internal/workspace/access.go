// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/permissions"
)

// answer says whether the caller may do something.
type answer string

const (
	allowed answer = "allowed"
	denied  answer = "denied"
	unknown answer = "unknown" // the name of the action is not known, and no wildcard decides
)

// action is the name of an action of Resource Manager. Several names, or a "*" in one,
// stand for a name that no source gives: it is one of those.
type action []string

// task is what a caller may want to do.
type task struct {
	name, text string
	operations []permissions.Operation // all of them
}

// tasks are the attributes of mlws_access.
func tasks() []task {
	return []task{
		{"read", "Read the workspace and its services.", []permissions.Operation{permissions.ReadWorkspace, permissions.ReadServices}},
		{"write", "Deploy and change services.", []permissions.Operation{permissions.WriteService}},
		{"list_keys", "Read the keys of a service.", []permissions.Operation{permissions.ListKeys}},
		{"regenerate_keys", "Regenerate a key of a service.", []permissions.Operation{permissions.RegenerateKeys}},
		// Tokens exist on AKS only.
		{"token", "Fetch a token for a service with token auth, which exists on AKS only.", []permissions.Operation{permissions.FetchToken}},
	}
}

// needs returns the actions on services of a compute type: all of them.
func (t task) needs(compute azureml.ComputeType) (needed []action) {
	for _, operation := range t.operations {
		actions := operation.AKS
		if compute == azureml.ComputeACI && len(operation.ACI) > 0 {
			actions = operation.ACI
		}
		for _, a := range actions {
			needed = append(needed, a.Names())
		}
	}
	return needed
}

// decide answers for a task on services of these compute types. Types with different
// answers have none in common.
func (t task) decide(permissions []azureml.Permission, computes ...azureml.ComputeType) answer {
	var answers []answer
	for _, compute := range computes {
		var each []answer
		for _, need := range t.needs(compute) {
			each = append(each, need.decide(permissions))
		}
		answers = append(answers, every(each))
	}
	return common(answers)
}

// every is the answer if all of several things are needed.
func every(answers []answer) answer {
	switch {
	case slices.Contains(answers, denied):
		return denied
	case slices.Contains(answers, unknown):
		return unknown
	}
	return allowed
}

// common is the answer that several cases share.
func common(answers []answer) answer {
	if len(slices.Compact(slices.Clone(answers))) == 1 {
		return answers[0]
	}
	return unknown
}

// decide answers for an action, under whichever of its names.
func (a action) decide(permissions []azureml.Permission) answer {
	var answers []answer
	for _, name := range a {
		answers = append(answers, decideName(permissions, name))
	}
	return common(answers)
}

// decideName answers for all names that a name with wildcards stands for. One
// permission that covers them is enough: permissions are role assignments, and add up.
func decideName(permissions []azureml.Permission, name string) answer {
	possible := false
	for _, p := range permissions {
		covered := func(pattern string) bool { return fits(pattern, name, false) }
		touched := func(pattern string) bool {
			// No source says whether "/*/" also stands for a single slash: whether
			// workspaces/*/read, which a built-in role has, includes workspaces/read.
			return fits(pattern, name, true) || fits(strings.ReplaceAll(pattern, "/*/", "/"), name, true)
		}
		if slices.ContainsFunc(p.Actions, covered) && !slices.ContainsFunc(p.NotActions, touched) {
			return allowed
		}
		if slices.ContainsFunc(p.Actions, touched) && !slices.ContainsFunc(p.NotActions, covered) {
			possible = true
		}
	}
	if possible {
		return unknown
	}
	return denied
}

// fits reports whether a pattern matches all names that a name with wildcards stands
// for, or with any at least one of them. "*" is any run of characters, and case does
// not count, as in Azure.
func fits(pattern, name string, some bool) bool {
	p, n := strings.ToLower(pattern), strings.ToLower(name)
	matched := make([][]bool, len(p)+1) // by where the rest of the pattern and of the name begins
	for i := len(p); i >= 0; i-- {
		matched[i] = make([]bool, len(n)+1)
		for j := len(n); j >= 0; j-- {
			switch {
			case i == len(p) && j == len(n):
				matched[i][j] = true
			case i < len(p) && p[i] == '*':
				matched[i][j] = matched[i+1][j] || j < len(n) && matched[i][j+1]
			case some && j < len(n) && n[j] == '*':
				matched[i][j] = matched[i][j+1] || i < len(p) && matched[i+1][j]
			case i < len(p) && j < len(n):
				matched[i][j] = p[i] == n[j] && matched[i+1][j+1]
			}
		}
	}
	return matched[0][0]
}

var _ datasource.DataSourceWithConfigure = (*accessDataSource)(nil)

// accessDataSource is data.mlws_access. It reads permissions, and tries nothing.
type accessDataSource struct {
	framework.DataSource
}

func (d *accessDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		framework.WorkspaceID: framework.WorkspaceOfData(),
		"compute_type": schema.StringAttribute{
			Optional: true, Validators: []validator.String{validators.OneOf(string(azureml.ComputeACI), string(azureml.ComputeAKS))},
			MarkdownDescription: "Answers about services of this type alone, `ACI` or `AKS`. Without it, an answer that is not the same for both is `unknown`.",
		},
	}
	for _, t := range tasks() {
		attributes[t.name] = schema.StringAttribute{Computed: true, MarkdownDescription: t.text + " `allowed`, `denied` or `unknown`."}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Answers what the caller may do in a workspace, from the roles that it has there. No key is read, and no token is fetched, to find out.\n\n" +
			"Azure does not document the actions of reading the keys of a service on ACI, and of regenerating keys: the answer is `unknown`, unless a role with a wildcard such as `*` decides. " +
			"Deny assignments and the workspace's network rules are not part of the answer. If the caller may not list its own permissions, all answers are `unknown`, with a warning.",
		Attributes: attributes,
	}
}

func (d *accessDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var configured, compute types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(framework.WorkspaceID), &configured)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("compute_type"), &compute)...)
	id := framework.ResolveWorkspace(configured, d.OwnWorkspace(), "data source", &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	permissions, err := d.Data.Client.Workspace(id).Permissions(ctx)
	var refused *azureml.ResponseError
	hidden := errors.As(err, &refused) && refused.StatusCode == http.StatusForbidden
	switch object := fmt.Sprintf("workspace %q", id.Name); {
	case hidden:
		resp.Diagnostics.AddWarning("The permissions cannot be read", diagnostics.Explain(object, err)+" All answers are unknown.")
	case err != nil:
		resp.Diagnostics.Append(diagnostics.FromError("Could not read the permissions", object, err))
		return
	}
	computes := []azureml.ComputeType{azureml.ComputeACI, azureml.ComputeAKS}
	if !compute.IsNull() {
		computes = []azureml.ComputeType{azureml.ComputeType(compute.ValueString())}
	}
	resp.State.Raw = req.Config.Raw.Copy()
	if configured.IsNull() {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(framework.WorkspaceID), id.String())...)
	}
	for _, t := range tasks() {
		decided := unknown
		if !hidden {
			decided = t.decide(permissions, computes...)
		}
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(t.name), string(decided))...)
	}
}
