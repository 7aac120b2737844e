// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

const serviceIDDescription = "The full resource id of the service: the `id` of `mlws_aci_service`, `mlws_aks_service` or `data.mlws_service`, " +
	"or what the function `service_id` returns."

func invalidServiceID(err error) string {
	return err.Error() + ". Use the id of mlws_aci_service or mlws_aks_service, or data.mlws_service for a service outside Terraform."
}

// serviceIDValidator checks the form of a service id.
type serviceIDValidator struct{}

func (serviceIDValidator) Description(context.Context) string {
	return "must be the full id of a service"
}

func (v serviceIDValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (serviceIDValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := resourceid.ParseService(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid service id", invalidServiceID(err))
	}
}

// sameServiceKeepsID keeps the id of the state where the configuration spells
// the same id in another case: Azure compares ids without regard to case.
type sameServiceKeepsID struct{}

func (sameServiceKeepsID) Description(context.Context) string {
	return "the case of the id does not matter"
}

func (m sameServiceKeepsID) MarkdownDescription(ctx context.Context) string {
	return m.Description(ctx)
}

func (sameServiceKeepsID) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.StateValue.IsNull() || req.PlanValue.IsNull() || req.PlanValue.IsUnknown() {
		return
	}
	if sameService(req.StateValue.ValueString(), req.PlanValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}

func sameService(a, b string) bool {
	idA, errA := resourceid.ParseService(a)
	idB, errB := resourceid.ParseService(b)
	return errA == nil && errB == nil && idA.Equal(idB)
}

// serviceIDReplaces are the plan modifiers of service_id on resources. An
// unknown id replaces too: it is what a service has that is itself to be
// replaced, and its keys go with it.
func serviceIDReplaces() []planmodifier.String {
	return []planmodifier.String{sameServiceKeepsID{}, stringplanmodifier.RequiresReplace()}
}
