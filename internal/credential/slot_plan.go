// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// decision is whether a plan rotates. It may depend on values that Terraform learns
// during the apply only.
type decision int

const (
	no decision = iota
	maybe
	yes
)

func decide(known, rotates bool) decision {
	switch {
	case !known:
		return maybe
	case rotates:
		return yes
	}
	return no
}

// triggered tells whether a map of triggers rotates: adding the map to an
// existing object does not, nor does removing it.
func triggered(state, plan types.Map) decision {
	if state.IsNull() || plan.IsNull() {
		return no
	}
	known := !plan.IsUnknown()
	for _, value := range plan.Elements() {
		known = known && !value.IsUnknown()
	}
	return decide(known, !state.Equal(plan))
}

// reasons are what the last refresh found that may rotate the key. The refresh finds
// them, and not the plan, because a plan is made again during the apply and has to
// come to the same result there.
type reasons struct {
	age      decision // the key is too old, and its maximum age is not being changed
	external decision // somebody else rotated it, and that is answered by a rotation
}

func findReasons(ctx context.Context, from framework.PrivateReader, plan, state *managed) (reasons, diag.Diagnostics) {
	var found reasons
	due, diags := privateDue.Get(ctx, from)
	if due {
		found.age = decide(!plan.RotateAfter.IsUnknown(), !plan.RotateAfter.IsNull() && plan.RotateAfter.Equal(state.RotateAfter))
	}
	external, problems := privateExternal.Get(ctx, from)
	if external {
		found.external = decide(!plan.OnExternalRotation.IsUnknown(), plan.OnExternalRotation.ValueString() == onExternalRotate)
	}
	return found, append(diags, problems...)
}

// planSlot plans an object in its creation with create, or else with update.
// It reads the plan, and the state if there is one, into the models.
func planSlot(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, plan, state slotModel, create func(), update func(reasons)) {
	if req.Plan.Raw.IsNull() {
		return // a destroy
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if req.State.Raw.IsNull() {
		create()
	} else {
		resp.Diagnostics.Append(req.State.Get(ctx, state)...)
		found, diags := findReasons(ctx, req.Private, plan.slot().managed, state.slot().managed)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
		update(found)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// warnOfBoth records that a plan regenerates a slot. It warns if that makes both
// slots of a service whose keys somebody may use: nobody has the keys of a service
// that this run creates.
func (s managedSlot) warnOfBoth(data *framework.Data, attribute string) diag.Diagnostics {
	var diags diag.Diagnostics
	serviceID := s.ServiceID.ValueString()
	if data == nil || s.ServiceID.IsUnknown() || s.keyType.IsUnknown() || !data.Rotations.Plan(serviceID, s.name()) {
		return diags
	}
	if service, _ := refer(data, serviceID); service.workspace == nil || !service.workspace.HasCreated(service.id.Name) {
		diags.AddAttributeWarning(path.Root(attribute), "Both keys of a service are regenerated in one apply",
			fmt.Sprintf("%s: the Primary and the Secondary key are both planned to be regenerated, so no key that is in use now works after the apply. "+
				"Rotate one slot at a time, move its users, then rotate the other; mlws_service_key_rotation does that by itself.", serviceID))
	}
	return diags
}
