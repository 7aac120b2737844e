// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	tflist "github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
)

var _ tflist.ListResourceWithConfigure = (*serviceList)(nil)

// serviceList lists what can be imported as mlws_aci_service or mlws_aks_service,
// for terraform query.
type serviceList struct {
	framework.ListResource
	compute azureml.ComputeType
}

func newServiceList(compute azureml.ComputeType) tflist.ListResource {
	return &serviceList{framework.NewListResource(resourceName(compute)), compute}
}

// ListResourceConfigSchema implements tflist.ListResource.
func (l *serviceList) ListResourceConfigSchema(_ context.Context, _ tflist.ListResourceSchemaRequest, resp *tflist.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: fmt.Sprintf("Finds the web services of a workspace that run on %s, whoever deployed them, for `terraform query` (Terraform 1.14 or later). "+
			"All filters are optional, and a service has to fit all of them.", l.compute),
		Attributes: listFilters(l.compute),
	}
}

// List implements tflist.ListResource.
func (l *serviceList) List(ctx context.Context, req tflist.ListRequest, stream *tflist.ListResultsStream) {
	var diags diag.Diagnostics
	wanted := filterOf(ctx, l.compute, req.Config, &diags)
	workspace := framework.ResolveWorkspace(wanted.WorkspaceID, l.OwnWorkspace(), "list block", &diags)
	if diags.HasError() {
		stream.Results = tflist.ListResultsStreamDiagnostics(diags)
		return
	}
	api := l.Data.Client.Workspace(workspace)
	stream.Results = framework.Listing[*azureml.Service]{
		Objects: api.ListServices(ctx, wanted.options()),
		Wanted:  wanted.lets,
		Fill: func(ctx context.Context, service *azureml.Service, result *tflist.ListResult) {
			id := workspace.Service(service.Name)
			result.DisplayName = displayName(service)
			result.Diagnostics.Append(result.Identity.Set(ctx, identityOf(id))...)
			if req.IncludeResource {
				found := flatten(ctx, service, workspace, newDeployment(l.compute))
				image, diags := inference.Adopt(ctx, api, service, found.image())
				result.Diagnostics.Append(diags...)
				found.InferenceConfig = image.Object
				result.Diagnostics.Append(store(ctx, found, &result.Resource.Raw)...)
			}
		},
		Failed: func(err error) diag.Diagnostic {
			return diagnostics.FromError("Could not list the services", fmt.Sprintf("workspace %q", workspace.Name), err)
		},
	}.Results(ctx, req)
}

// displayName tells a service from others at a glance: "iris (AKS aks-demo, Healthy,
// auth mode key)".
func displayName(service *azureml.Service) string {
	compute := string(service.ComputeType)
	if service.ComputeName != nil {
		compute += " " + *service.ComputeName
	}
	mode, open := authOutputs(service)
	access := "auth mode " + mode.ValueString()
	if open.ValueBool() {
		access = "open to anyone"
	}
	return fmt.Sprintf("%s (%s)", service.Name, strings.Join([]string{compute, string(service.State), access}, ", "))
}
