// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package functions

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

type serviceID struct{}

// NewServiceID returns the function service_id(workspace_id, name).
func NewServiceID() function.Function { return serviceID{} }

func (serviceID) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "service_id"
}

func (serviceID) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Build the id of a service from its workspace and name",
		MarkdownDescription: "Returns the full resource id of a service, which keys, tokens and other objects of this provider refer to it by. " +
			"Use it for a service that Terraform does not manage. It does not check that the service exists.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "workspace_id",
				MarkdownDescription: "Resource id of the workspace: `/subscriptions/…/resourceGroups/…/providers/Microsoft.MachineLearningServices/workspaces/…`.",
			},
			function.StringParameter{
				Name:                "name",
				MarkdownDescription: "Name of the service.",
			},
		},
		Return: function.StringReturn{},
	}
}

func (serviceID) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var workspaceID, name string
	if resp.Error = req.Arguments.Get(ctx, &workspaceID, &name); resp.Error != nil {
		return
	}
	workspace, err := resourceid.ParseWorkspace(workspaceID)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	if name == "" || strings.ContainsAny(name, "/ \t\r\n") {
		resp.Error = function.NewArgumentFuncError(1,
			"A service name is not empty, and has neither slashes nor spaces. Pass the name alone, not its id or URI.")
		return
	}
	resp.Error = resp.Result.Set(ctx, workspace.Service(name).String())
}
