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

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
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

// reasons are the reasons to rotate that the last refresh has found. The refresh finds
// them, and not the plan, because a plan is made again during the apply and has to
// come to the same result there.
type reasons struct {
	age      decision // the key is too old, and its maximum age is not being changed
	external decision // somebody else rotated it, and that is answered by a rotation
	pending  *pending // a regenerate of an earlier apply; nil for none
}

func findReasons(ctx context.Context, from framework.PrivateReader, plan, state *managed, diags *diag.Diagnostics) reasons {
	found := reasons{pending: privatePending.Get(ctx, from, diags)}
	if privateDue.Get(ctx, from, diags) {
		found.age = decide(!plan.RotateAfter.IsUnknown(), !plan.RotateAfter.IsNull() && plan.RotateAfter.Equal(state.RotateAfter))
	}
	if privateExternal.Get(ctx, from, diags) {
		found.external = decide(!plan.OnExternalRotation.IsUnknown(), plan.OnExternalRotation.ValueString() == onExternalRotate)
	}
	return found
}

// planSlot plans an object: its creation with create, or else a change with update.
// It reads the plan, and the state if there is one, into the models. Both functions
// return the slot that the plan regenerates: "" if none, or if it is not known yet.
func planSlot(ctx context.Context, data *framework.Data, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, plan, state slotModel,
	create func() azureml.KeyType, update func(reasons) azureml.KeyType,
) {
	if req.Plan.Raw.IsNull() {
		return // a destroy
	}
	diags, exists := &resp.Diagnostics, !req.State.Raw.IsNull()
	diags.Append(req.Plan.Get(ctx, plan)...)
	if exists {
		diags.Append(req.State.Get(ctx, state)...)
	}
	if diags.HasError() {
		return
	}
	var regenerates azureml.KeyType
	if exists {
		regenerates = update(findReasons(ctx, req.Private, plan.slot().managed, state.slot().managed, diags))
	} else {
		regenerates = create()
	}
	if data != nil && !plan.slot().ServiceID.IsUnknown() {
		owner := plan.slot().owner(privateSalt.Get(ctx, req.Private, diags))
		diags.Append(announce(data, plan.slot().ServiceID.ValueString(), owner, plan.owns(), regenerates)...)
	}
	diags.Append(resp.Plan.Set(ctx, plan)...)
}

// owner is how the object is known to others of the same walk: its salt tells it
// from others of its type. A new object has none.
func (s managedSlot) owner(salt keySalt) framework.Owner {
	return framework.Owner{Type: s.resource, ID: string(salt)}
}

// announce records which slots an object owns, and which one its plan regenerates. It
// refuses to regenerate one slot twice, and warns of a service of which both keys
// change, or of a key that two objects own.
func announce(data *framework.Data, serviceID string, owner framework.Owner, owns []azureml.KeyType, regenerates azureml.KeyType) diag.Diagnostics {
	var diags diag.Diagnostics
	if regenerates != "" {
		twice, both := data.Rotations.Plan(serviceID, regenerates, owner)
		switch {
		case twice != nil:
			diags.AddAttributeError(path.Root("service_id"), "One key would be regenerated twice", fmt.Sprintf(
				"%s: this plan regenerates the %s key for a %s and for %s. The second time makes the key useless that the first one hands out. "+
					"Rotate one of the two in this apply (leave out one -replace, or one changed trigger), or keep only one of them.",
				serviceID, regenerates, owner.Type, another(owner, *twice)))
			return diags
		case both && !data.Rotations.HasCreated(serviceID):
			diags.AddAttributeWarning(path.Root("service_id"), "Both keys of a service are regenerated in one apply", fmt.Sprintf(
				"%s: the Primary and the Secondary key are both planned to be regenerated, so no key that is in use now works after the apply. "+
					"Rotate one slot at a time, move its users, then rotate the other; mlws_service_key_rotation does that by itself.", serviceID))
		}
	}
	for _, slot := range owns {
		if other := data.Rotations.Own(serviceID, slot, owner); other != nil && len(diags) == 0 {
			diags.AddAttributeWarning(path.Root("service_id"), "Two objects own one key", fmt.Sprintf(
				"%s: the %s key belongs to a %s and to %s. When one of them rotates the key, the other one hands out a key that no longer works, until its next apply. "+
					"Keep one of them; terraform state rm takes the other out of the state and leaves the key as it is.",
				serviceID, slot, owner.Type, another(owner, *other)))
		}
	}
	return diags
}

// another names a second owner.
func another(owner, other framework.Owner) string {
	if owner.Type == other.Type {
		return "another one"
	}
	return "a " + other.Type
}
