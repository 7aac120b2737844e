// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

var (
	_ datasource.DataSourceWithConfigure      = (*serviceDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*serviceDataSource)(nil)
)

// serviceDataSource is data.mlws_service: any service of a workspace, whatever
// it runs on and whoever deployed it.
type serviceDataSource struct {
	framework.DataSource
}

// Schema implements datasource.DataSource.
func (d *serviceDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = dataSchema()
}

// ValidateConfig implements datasource.DataSourceWithValidateConfig.
func (d *serviceDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	config := lookupOf(ctx, req.Config, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(checkLookup(config)...)
	}
}

// lookup is how a configuration names a service.
type lookup struct{ ServiceID, Name, WorkspaceID types.String }

func lookupOf(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) (l lookup) {
	diags.Append(config.GetAttribute(ctx, path.Root("service_id"), &l.ServiceID)...)
	diags.Append(config.GetAttribute(ctx, path.Root("name"), &l.Name)...)
	diags.Append(config.GetAttribute(ctx, path.Root("workspace_id"), &l.WorkspaceID)...)
	return l
}

// checkLookup refuses a configuration that does not name a service once: by its id,
// or by its name and workspace.
func checkLookup(config lookup) diag.Diagnostics {
	var diags diag.Diagnostics
	switch {
	case config.ServiceID.IsNull() && config.Name.IsNull():
		diags.AddError("The service is not named",
			"A service is found by service_id, or by name in workspace_id (or in the provider's workspace). Set service_id or name.")
	case values.IsSet(config.ServiceID) && values.IsSet(config.Name):
		diags.AddAttributeError(path.Root("name"), "The service is named twice",
			"service_id already has the name of the service in it. Remove name, or remove service_id.")
	case values.IsSet(config.ServiceID) && values.IsSet(config.WorkspaceID):
		diags.AddAttributeError(path.Root("workspace_id"), "The workspace is named twice",
			"service_id already has the workspace in it. Remove workspace_id, or set name instead of service_id.")
	}
	return diags
}

// Read implements datasource.DataSource.
func (d *serviceDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	config := lookupOf(ctx, req.Config, &resp.Diagnostics)
	resp.Diagnostics.Append(checkLookup(config)...)
	id := d.find(config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limits.Read.Default)
	defer cancel()
	service, err := d.Data.Client.Workspace(id.Workspace).GetService(ctx, id.Name)
	if azureml.IsNotFound(err) {
		resp.Diagnostics.AddError("The service does not exist",
			fmt.Sprintf("Workspace %q has no service named %q. Correct the name; if the same configuration deploys it, refer to that resource's id.", id.Workspace.Name, id.Name))
		return
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError("Could not read the service", fmt.Sprintf("service %q", id.Name), err))
		return
	}
	resp.Diagnostics.Append(storeData(ctx, service, id, config, &resp.State.Raw)...)
}

// find returns the id of the service that a configuration names.
func (d *serviceDataSource) find(config lookup, diags *diag.Diagnostics) resourceid.Service {
	if values.IsSet(config.ServiceID) {
		id, err := resourceid.ParseService(config.ServiceID.ValueString())
		if err != nil {
			diags.AddAttributeError(path.Root("service_id"), "Invalid service_id", err.Error()+".")
		}
		return id
	}
	return framework.ResolveWorkspace(config.WorkspaceID, d.OwnWorkspace(), "data source", diags).Service(config.Name.ValueString())
}
