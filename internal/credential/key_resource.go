// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/providerdata"
)

var (
	_ resource.ResourceWithConfigure   = (*keyResource)(nil)
	_ resource.ResourceWithImportState = (*keyResource)(nil)
	_ resource.ResourceWithIdentity    = (*keyResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*keyResource)(nil)
)

// keyResource is mlws_service_key.
type keyResource struct {
	data *providerdata.Data
}

func (*keyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_service_key"
}

func (r *keyResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	data, diags := providerdata.From(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	r.data = data
}

// ModifyPlan makes the id of a new key known as soon as its service's id is.
func (*keyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return // a destroy
	}
	var plan keyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.ID.IsUnknown() && !plan.ServiceID.IsUnknown() && !plan.KeyType.IsUnknown() {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), keyID(plan.ServiceID.ValueString(), plan.KeyType.ValueString()))...)
	}
}

// Create regenerates the slot, once.
func (r *keyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan keyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := plan.Timeouts.Create(ctx, defaultCreateTimeout)
	resp.Diagnostics.Append(diags...)
	service, diags := refer(r.data, plan.ServiceID.ValueString())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if _, diags := service.requireKeyAuth(ctx, ""); diags.HasError() {
		resp.Diagnostics.Append(diags...)
		return
	}
	if err := ctx.Err(); err != nil {
		resp.Diagnostics.Append(diagnostics.FromError("The key was not regenerated", plan.describe(service), err))
		return
	}
	// From here on an interrupt must not lose the answer: the old key may be gone.
	regenerateCtx, cancel := graceful(ctx, timeout, interruptGrace)
	defer cancel()
	keys, err := service.workspace.RegenerateKey(regenerateCtx, service.id.Name, plan.slot(), "")
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError("Could not regenerate the key", plan.describe(service), err))
		return
	}
	plan.ID = types.StringValue(keyID(plan.ServiceID.ValueString(), plan.KeyType.ValueString()))
	plan.Key = types.StringValue(keyOf(keys, plan.slot()))
	plan.RotatedAt = timestamp(r.data.Clock.Now())
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
}

// Read takes the key as it is now; it costs one listkeys.
func (r *keyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state keyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := state.Timeouts.Read(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	service, diags := refer(r.data, state.ServiceID.ValueString())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	keys, err := service.workspace.ListKeys(ctx, service.id.Name)
	switch {
	case azureml.IsNotFound(err):
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		if v := service.keyAuthOff(ctx, err); v != nil {
			resp.Diagnostics.AddWarning(v.Summary, fmt.Sprintf("%s The key in the state is kept, but the service does not ask for it. %s", v.Rule, v.Fix))
			resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
			return
		}
		resp.Diagnostics.Append(diagnostics.FromError("Could not read the key", state.describe(service), err))
		return
	}
	state.ID = types.StringValue(keyID(state.ServiceID.ValueString(), state.KeyType.ValueString()))
	state.Key = types.StringValue(keyOf(keys, state.slot()))
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
}

// keyAuthOff looks for the reason of a refused listkeys in the mode of the
// service. What the API answers then is not documented, so any refusal counts
// that is not about the caller, the load or a running operation.
func (s serviceRef) keyAuthOff(ctx context.Context, refusal error) *authmode.Violation {
	var response *azureml.ResponseError
	if !errors.As(refusal, &response) || response.StatusCode >= http.StatusInternalServerError {
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

// Update has nothing to send: what can change without replacing the key is
// kept in the state only.
func (*keyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan keyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
}

// Delete leaves the key as it is: regenerating it would cut off its users.
func (*keyResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// ImportState takes an id or an identity; the key is read afterwards.
func (r *keyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id := req.ID
	if id == "" && req.Identity != nil {
		var identity keyIdentity
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		if resp.Diagnostics.HasError() {
			return
		}
		id = keyID(identity.ServiceID.ValueString(), identity.KeyType.ValueString())
	}
	if r.data == nil {
		return
	}
	service, slot, err := parseKeyID(id, r.data.Workspace)
	if err != nil {
		resp.Diagnostics.AddError("Invalid import id", err.Error()+".")
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), keyID(service.String(), string(slot)))...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("service_id"), service.String())...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("key_type"), string(slot))...)
}
