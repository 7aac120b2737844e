// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// serviceRef is a service whose credentials are dealt with.
type serviceRef struct {
	id        resourceid.Service
	workspace *azureml.Workspace
}

// refer parses a service_id; nothing is sent. A configuration's is checked by
// a validator already, but an unknown one only becomes known during apply.
func refer(data *framework.Data, serviceID string) (serviceRef, diag.Diagnostics) {
	var diags diag.Diagnostics
	if data == nil {
		diags.AddError("The provider is not configured",
			"A credential was asked for before the provider was configured. This is a bug in the provider; please report it.")
		return serviceRef{}, diags
	}
	id, err := resourceid.ParseService(serviceID)
	if err != nil {
		diags.AddAttributeError(path.Root("service_id"), "Invalid service id", invalidServiceID(err))
		return serviceRef{}, diags
	}
	return serviceRef{id: id, workspace: data.Client.Workspace(id.Workspace)}, diags
}

// String names the service in diagnostics.
func (s serviceRef) String() string {
	return fmt.Sprintf("service %q of workspace %q", s.id.Name, s.id.Workspace.Name)
}

// requireKeyAuth asks the live service whether it has keys. It comes before
// every regenerate: what the API answers to one on a service without key auth
// is not documented.
func (s serviceRef) requireKeyAuth(ctx context.Context, advice string) (*azureml.Service, diag.Diagnostics) {
	return s.require(ctx, authmode.RequireKeyAuth, advice)
}

// requireTokenAuth asks the live service whether it issues tokens.
func (s serviceRef) requireTokenAuth(ctx context.Context, advice string) (*azureml.Service, diag.Diagnostics) {
	return s.require(ctx, authmode.RequireTokenAuth, advice)
}

type rule func(c authmode.Compute, auth, token bool, service string) *authmode.Violation

func (s serviceRef) require(ctx context.Context, check rule, advice string) (*azureml.Service, diag.Diagnostics) {
	var diags diag.Diagnostics
	service, err := s.workspace.GetService(ctx, s.id.Name)
	if err != nil {
		diags.Append(diagnostics.AtPath(path.Root("service_id"), "Could not read the service", s.String(), err))
		return nil, diags
	}
	if v := s.violation(service, check); v != nil {
		detail := v.Detail()
		if advice != "" {
			detail += " " + advice
		}
		diags.AddAttributeError(path.Root("service_id"), v.Summary, detail)
		return nil, diags
	}
	return service, diags
}

func (s serviceRef) violation(service *azureml.Service, check rule) *authmode.Violation {
	return check(authmode.Compute(service.ComputeType), isTrue(service.AuthEnabled), isTrue(service.AADAuthEnabled), s.id.Name)
}

// isTrue reads a flag that ACI services do not have.
func isTrue(flag *bool) bool { return flag != nil && *flag }
