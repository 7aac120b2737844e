// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

const serviceIDDescription = "The full id of the service: the `id` of its resource or of `data.mlws_service`, or what the function `service_id` returns."

// serviceRef names a service to read or change credentials of.
type serviceRef struct {
	id        resourceid.Service
	workspace *azureml.Workspace
	rotations *framework.Rotations
}

// refer parses a service_id; nothing is sent. A validator has checked the one of a
// configuration, but an unknown one becomes known during the apply only.
func refer(data *framework.Data, serviceID string, diags *diag.Diagnostics) serviceRef {
	if data == nil {
		diags.AddError("The provider is not configured",
			"A credential was asked for before the provider was configured. This is a bug in the provider; please report it.")
		return serviceRef{}
	}
	id, err := resourceid.ParseService(serviceID)
	if err != nil {
		diags.AddAttributeError(path.Root("service_id"), "Invalid service_id", validators.ServiceID.Why(serviceID))
		return serviceRef{}
	}
	return serviceRef{id: id, workspace: data.Client.Workspace(id.Workspace), rotations: &data.Rotations}
}

func sameService(a, b string) bool {
	idA, errA := resourceid.ParseService(a)
	idB, errB := resourceid.ParseService(b)
	return errA == nil && errB == nil && idA.Equal(idB)
}

// String names the service in diagnostics.
func (s serviceRef) String() string {
	return fmt.Sprintf("service %q of workspace %q", s.id.Name, s.id.Workspace.Name)
}

// key names a key of the service in diagnostics.
func (s serviceRef) key(slot azureml.KeyType) string {
	return fmt.Sprintf("the %s key of %s", slot, s)
}

type rule func(c authmode.Compute, auth, token bool, service string) *authmode.Violation

// require asks the live service whether it has the credential; nil after an error. For
// keys it comes before every regenerate: the API does not document what it answers to
// one on a service without key auth.
func (s serviceRef) require(ctx context.Context, check rule, advice string, diags *diag.Diagnostics) *azureml.Service {
	service, err := s.workspace.GetService(ctx, s.id.Name)
	return s.allowed(service, err, check, advice, diags)
}

// allowed returns a service that was read, or nil if it could not be read, or does not have
// the credential: then it adds why.
func (s serviceRef) allowed(service *azureml.Service, err error, check rule, advice string, diags *diag.Diagnostics) *azureml.Service {
	if err != nil {
		diags.Append(diagnostics.AtPath(path.Root("service_id"), "Could not read the service", s.String(), err))
		return nil
	}
	if v := s.violation(service, check); v != nil {
		diags.AddAttributeError(path.Root("service_id"), v.Summary, strings.TrimSpace(v.Detail()+" "+advice))
		return nil
	}
	return service
}

func (s serviceRef) violation(service *azureml.Service, check rule) *authmode.Violation {
	return check(authmode.Compute(service.ComputeType), values.IsTruePointer(service.AuthEnabled), values.IsTruePointer(service.AADAuthEnabled), s.id.Name)
}

// listKeys reads both keys.
func (s serviceRef) listKeys(ctx context.Context, diags *diag.Diagnostics) azureml.Keys {
	keys, err := s.workspace.ListKeys(ctx, s.id.Name)
	if err != nil {
		diags.Append(diagnostics.FromError("Could not read the keys", s.String(), err))
	}
	return keys
}

// keyAuthOff looks for the reason of a refused listkeys in the mode of the service.
// The API does not document what it answers then, so any refusal counts that is not
// about the caller or the load.
func (s serviceRef) keyAuthOff(ctx context.Context, refusal error) *authmode.Violation {
	var response *azureml.ResponseError
	if !errors.As(refusal, &response) {
		return nil
	}
	switch response.StatusCode {
	case http.StatusUnauthorized, http.StatusTooManyRequests:
		return nil
	}
	service, err := s.workspace.GetService(ctx, s.id.Name)
	if err != nil {
		return nil
	}
	return s.violation(service, authmode.RequireKeyAuth)
}
