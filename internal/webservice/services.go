// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"fmt"
	"maps"
	"slices"
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
)

var _ datasource.DataSourceWithConfigure = (*servicesDataSource)(nil)

// servicesDataSource is data.mlws_services: the services of a workspace, of all
// types, whoever deployed them.
type servicesDataSource struct {
	framework.DataSource
}

// listedAttributes are the attributes of data.mlws_service that each service has here.
var listedAttributes = []string{
	"id", "name", "compute_type", "compute_name", "auth_mode", "open_to_anyone", "scoring_uri", "model_ids", "state", "tags",
	"created_at", "updated_at", "created_by",
}

// listedSchema is the schema of one listed service.
func listedSchema() map[string]schema.Attribute {
	all, listed := dataSchema().Attributes, map[string]schema.Attribute{}
	for _, name := range listedAttributes {
		listed[name] = all[name]
	}
	listed["name"] = schema.StringAttribute{Computed: true, MarkdownDescription: "The name of the service."}
	listed["age_days"] = schema.Int64Attribute{Computed: true, MarkdownDescription: "How many whole days ago the service was created. It changes every day, without a change of the service."}
	return listed
}

// Schema implements datasource.DataSource.
func (d *servicesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataFilters()
	attributes["services"] = schema.ListNestedAttribute{
		Computed: true, MarkdownDescription: "The services that all filters let through, sorted by name.",
		NestedObject: schema.NestedAttributeObject{Attributes: listedSchema()},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the web services of a workspace, of all types, whoever deployed them: an inventory, and what `for_each` can run over. " +
			"All filters are optional, and a service has to fit all of them. Keys and tokens are not part of it.",
		Attributes: attributes,
	}
}

// Read implements datasource.DataSource.
func (d *servicesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	wanted := filterOf(ctx, "", req.Config, &resp.Diagnostics)
	workspace := framework.ResolveWorkspace(wanted.WorkspaceID, d.OwnWorkspace(), "data source", &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limits.Read.Default)
	defer cancel()
	found := map[string]*azureml.Service{} // a service that changes meanwhile may be on two pages
	for service, err := range d.Data.Client.Workspace(workspace).ListServices(ctx, wanted.options()) {
		if err != nil {
			resp.Diagnostics.Append(diagnostics.FromError("Could not list the services", fmt.Sprintf("workspace %q", workspace.Name), err))
			return
		}
		if wanted.lets(service) {
			found[service.Name] = service
		}
	}
	listed := values.Types(listedSchema())
	services := make([]attr.Value, 0, len(found))
	for _, name := range slices.Sorted(maps.Keys(found)) {
		all := shown(ctx, found[name], workspace)
		all["age_days"] = ageDays(d.Data.Clock.Now(), found[name].CreatedTime.Time)
		services = append(services, values.Object(listed, all))
	}
	resp.State.Raw = req.Config.Raw.Copy()
	if wanted.WorkspaceID.IsNull() {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(framework.WorkspaceID), workspace.String())...)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("services"), services)...)
}

// ageDays returns how many whole days have passed since a time; null for none.
func ageDays(now, since time.Time) types.Int64 {
	if since.IsZero() {
		return types.Int64Null()
	}
	return types.Int64Value(int64(now.Sub(since) / (24 * time.Hour)))
}
