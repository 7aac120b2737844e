// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

type parseServiceID struct{}

// NewParseServiceID returns the function parse_service_id(id).
func NewParseServiceID() function.Function { return parseServiceID{} }

// parsedServiceID is the result of parse_service_id.
type parsedServiceID struct {
	SubscriptionID    string `tfsdk:"subscription_id"`
	ResourceGroupName string `tfsdk:"resource_group_name"`
	WorkspaceName     string `tfsdk:"workspace_name"`
	WorkspaceID       string `tfsdk:"workspace_id"`
	Name              string `tfsdk:"name"`
}

func (parseServiceID) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "parse_service_id"
}

func (parseServiceID) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Split the id of a service into its parts",
		MarkdownDescription: "Returns an object with `subscription_id`, `resource_group_name`, `workspace_name`, `workspace_id` and `name` " +
			"of the service. It is the inverse of `service_id`.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "id",
				MarkdownDescription: "Full resource id of a service: `{workspace id}/services/{name}`.",
			},
		},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
			"subscription_id":     types.StringType,
			"resource_group_name": types.StringType,
			"workspace_name":      types.StringType,
			"workspace_id":        types.StringType,
			"name":                types.StringType,
		}},
	}
}

func (parseServiceID) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var id string
	if resp.Error = req.Arguments.Get(ctx, &id); resp.Error != nil {
		return
	}
	service, err := resourceid.ParseService(id)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, parsedServiceID{
		SubscriptionID:    service.Workspace.SubscriptionID,
		ResourceGroupName: service.Workspace.ResourceGroup,
		WorkspaceName:     service.Workspace.Name,
		WorkspaceID:       service.Workspace.String(),
		Name:              service.Name,
	})
}
