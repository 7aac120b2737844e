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

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
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

// fact is one attribute of a workspace, in mlws_workspace and mlws_workspaces alike.
type fact struct {
	name      string
	attribute schema.Attribute
	read      func(*azureml.WorkspaceDetails) attr.Value
}

// facts are the attributes of a workspace, from Resource Manager.
func facts() []fact {
	text := func(name, description string, read func(*azureml.WorkspaceDetails) *string) fact {
		return fact{name, schema.StringAttribute{Computed: true, MarkdownDescription: description}, func(w *azureml.WorkspaceDetails) attr.Value {
			return values.ComputedString(read(w))
		}}
	}
	property := func(name, description string, read func(azureml.WorkspaceProperties) *string) fact {
		return text(name, description, func(w *azureml.WorkspaceDetails) *string { return read(w.Properties) })
	}
	flag := func(name, description string, read func(azureml.WorkspaceProperties) *bool) fact {
		return fact{name, schema.BoolAttribute{Computed: true, MarkdownDescription: description}, func(w *azureml.WorkspaceDetails) attr.Value {
			return values.BoolOr(read(w.Properties), false)
		}}
	}
	return []fact{
		text("id", "The full resource id of the workspace.", func(w *azureml.WorkspaceDetails) *string { return &w.ID }),
		text("name", "The name of the workspace.", func(w *azureml.WorkspaceDetails) *string { return &w.Name }),
		text("resource_group_name", "The resource group of the workspace.", func(w *azureml.WorkspaceDetails) *string {
			id, err := resourceid.ParseWorkspace(w.ID)
			if err != nil {
				return nil
			}
			return &id.ResourceGroup
		}),
		text("location", "The Azure region of the workspace, such as `westeurope`. It issues the tokens of the services.",
			func(w *azureml.WorkspaceDetails) *string { return new(values.Region(w.Location)) }),
		{
			"tags",
			schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Tags of the workspace."},
			func(w *azureml.WorkspaceDetails) attr.Value { return values.StringMap(w.Tags) },
		},
		property("workspace_uuid", "The UUID of the workspace, which some of its addresses contain.", func(p azureml.WorkspaceProperties) *string { return p.WorkspaceID }),
		property("friendly_name", "The display name of the workspace.", func(p azureml.WorkspaceProperties) *string { return p.FriendlyName }),
		property("provisioning_state", "The state of the workspace itself, such as `Succeeded`.", func(p azureml.WorkspaceProperties) *string { return p.ProvisioningState }),
		property("discovery_url", "Where the workspace tells the addresses of its APIs.", func(p azureml.WorkspaceProperties) *string { return p.DiscoveryURL }),
		property("storage_account_id", "The storage account, with models and uploaded code.", func(p azureml.WorkspaceProperties) *string { return p.StorageAccount }),
		property("key_vault_id", "The key vault of the workspace.", func(p azureml.WorkspaceProperties) *string { return p.KeyVault }),
		property("application_insights_id", "The Application Insights that services with `enable_app_insights` log to.", func(p azureml.WorkspaceProperties) *string { return p.ApplicationInsights }),
		property("container_registry_id", "The container registry with the images of services. Null before the first image is built.", func(p azureml.WorkspaceProperties) *string { return p.ContainerRegistry }),
		property("image_build_compute", "The compute target that builds images. Null: Azure's own.", func(p azureml.WorkspaceProperties) *string { return p.ImageBuildCompute }),
		flag("high_business_impact", "Whether the workspace was created for data of high business impact.", func(p azureml.WorkspaceProperties) *bool { return p.HighBusinessImpact }),
		flag("allow_public_access_when_behind_vnet", "Whether public access is allowed although the workspace is behind a virtual network.",
			func(p azureml.WorkspaceProperties) *bool { return p.AllowPublicAccessWhenBehindVNet }),
	}
}

// schemaOf returns the facts as attributes.
func schemaOf() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for _, f := range facts() {
		attributes[f.name] = f.attribute
	}
	return attributes
}

// listed returns a workspace as an element of mlws_workspaces.
func listed(w *azureml.WorkspaceDetails) attr.Value {
	found := map[string]attr.Value{}
	for _, f := range facts() {
		found[f.name] = f.read(w)
	}
	return values.Object(values.Types(schemaOf()), found)
}
