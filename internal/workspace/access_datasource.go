// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
)

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
			"Azure does not document all names of the actions: reading the keys of a service on ACI, and regenerating keys. For these the answer is `unknown`, unless a role with a wildcard such as `*` decides. " +
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
