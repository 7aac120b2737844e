// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package workspace serves what is known of workspaces: the data sources
// mlws_workspace, mlws_workspaces, and mlws_access, which says what the caller may do
// in one.
package workspace

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// readLimit is how long a read may take.
const readLimit = 5 * time.Minute

// DataSources returns the data sources of this package.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		func() datasource.DataSource { return &workspaceDataSource{framework.NewDataSource("workspace")} },
		func() datasource.DataSource { return &workspacesDataSource{framework.NewDataSource("workspaces")} },
		func() datasource.DataSource { return &accessDataSource{framework.NewDataSource("access")} },
	}
}

var _ datasource.DataSourceWithConfigure = (*workspaceDataSource)(nil)

// workspaceDataSource is data.mlws_workspace: the facts of one workspace.
type workspaceDataSource struct {
	framework.DataSource
}

func (d *workspaceDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := schemaOf()
	attributes[framework.WorkspaceID] = framework.WorkspaceOfData()
	attributes["model_management_url"] = schema.StringAttribute{
		Computed: true, MarkdownDescription: "The address of the API of services and models, which the workspace's discovery gives: what a firewall has to let through.",
	}
	resp.Schema = schema.Schema{MarkdownDescription: "Reads the facts of a workspace: where it is, what belongs to it, and the address of its API.", Attributes: attributes}
}

func (d *workspaceDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var configured types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(framework.WorkspaceID), &configured)...)
	id := framework.ResolveWorkspace(configured, d.OwnWorkspace(), "data source", &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	api := d.Data.Client.Workspace(id)
	details, err := api.Details(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError("Could not read the workspace", fmt.Sprintf("workspace %q", id.Name), err))
		return
	}
	address, err := api.ModelManagementURL(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError("Could not find the API of the workspace", fmt.Sprintf("workspace %q", id.Name), err))
		return
	}
	for _, f := range facts() {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(f.name), f.read(details))...)
	}
	if configured.IsNull() {
		configured = types.StringValue(id.String())
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(framework.WorkspaceID), configured)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("model_management_url"), address)...)
}
