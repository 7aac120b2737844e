// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

var _ datasource.DataSourceWithConfigure = (*workspacesDataSource)(nil)

// workspacesDataSource is data.mlws_workspaces, of a subscription or resource group.
type workspacesDataSource struct {
	framework.DataSource
}

var subscriptionRule = validators.Matches(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`,
	"Write the UUID of the subscription, not its name; az account list shows both.")

func (d *workspacesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the workspaces of a subscription, or of one of its resource groups, that the caller may read.",
		Attributes: map[string]schema.Attribute{
			"subscription_id": schema.StringAttribute{
				Optional: true, Computed: true, Validators: []validator.String{subscriptionRule},
				MarkdownDescription: "The UUID of the subscription. Default: the subscription of the provider's workspace.",
			},
			"resource_group_name": schema.StringAttribute{
				Optional: true, Validators: []validator.String{validators.NotEmpty},
				MarkdownDescription: "Only workspaces of this resource group.",
			},
			"workspaces": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The workspaces, sorted by id.",
				NestedObject: schema.NestedAttributeObject{Attributes: schemaOf()},
			},
		},
	}
}

func (d *workspacesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var subscription, group types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("subscription_id"), &subscription)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("resource_group_name"), &group)...)
	if own := d.OwnWorkspace(); !values.IsSet(subscription) && own != nil {
		subscription = types.StringValue(own.SubscriptionID)
	} else if !values.IsSet(subscription) {
		resp.Diagnostics.AddAttributeError(path.Root("subscription_id"), "The subscription is not known",
			"Neither this data source nor the provider's configuration names a subscription. Set subscription_id here, or workspace_id in the provider's configuration.")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	found := map[string]attr.Value{}
	for workspace, err := range d.Data.Client.ListWorkspaces(ctx, subscription.ValueString(), group.ValueString()) {
		if err != nil {
			scope := fmt.Sprintf("subscription %s", subscription.ValueString())
			if !group.IsNull() {
				scope = fmt.Sprintf("resource group %q of subscription %s", group.ValueString(), subscription.ValueString())
			}
			resp.Diagnostics.Append(diagnostics.FromError("Could not list the workspaces", scope, err))
			return
		}
		found[strings.ToLower(workspace.ID)] = listed(workspace)
	}
	workspaces := make([]attr.Value, 0, len(found))
	for _, id := range slices.Sorted(maps.Keys(found)) {
		workspaces = append(workspaces, found[id])
	}
	resp.State.Raw = req.Config.Raw.Copy()
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("subscription_id"), subscription)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("workspaces"), workspaces)...)
}
