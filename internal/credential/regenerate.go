// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// regeneration is one rotation of one slot.
type regeneration struct {
	service serviceRef
	slot    azureml.KeyType
	value   string // chosen; a random one if it is empty
	verify  bool
	timeout time.Duration
	after   string                 // what a failed verification leaves behind
	made    *framework.Regenerated // the regenerate that a destroy has just made, to be used instead
}

// rotated is the outcome of a regeneration.
type rotated struct {
	service serviceRef
	keys    azureml.Keys
	// proof are the diagnostics of the verification. An error among them does
	// not undo the rotation: the keys belong into the state anyway.
	proof diag.Diagnostics
}

// rotate regenerates a slot, once, and makes its new key that of the planned object.
func (s managedSlot) rotate(ctx context.Context, data *framework.Data, private privateState, slot azureml.KeyType, with regeneration) (rotated, diag.Diagnostics) {
	serviceID := s.ServiceID.ValueString()
	service, diags := refer(data, serviceID)
	if diags.HasError() {
		return rotated{}, diags
	}
	stored, problems := storedSalt(ctx, private.from)
	diags.Append(problems...)
	owner := s.owner(stored)
	if other := data.Rotations.Claim(serviceID, slot, owner); other != nil {
		diags.AddAttributeError(path.Root("service_id"), "The key was not regenerated", fmt.Sprintf(
			"This apply regenerates %s for %s already. A second time would make the key useless that it hands out, so nothing was sent for this %s. "+
				"Keep one of the two: terraform state rm takes the other out of the state and leaves the key as it is.",
			service.key(slot), another(owner, *other), owner.Type))
		return rotated{service: service}, diags
	}
	with.service, with.slot, with.verify, with.made = service, slot, s.Verify.ValueBool(), data.Rotations.TakeKeys(serviceID, slot)
	result, problems := with.run(ctx)
	diags.Append(problems...)
	if diags.HasError() {
		data.Rotations.Release(serviceID, slot, owner)
		return result, diags
	}
	salt, problems := private.salt(ctx)
	diags.Append(problems...)
	data.Rotations.Done(serviceID, slot, s.owner(salt))
	*s.keyType = types.StringValue(string(slot))
	s.setRotated(result.keys.Slot(slot), salt, data.Clock.Now())
	return result, diags
}

// run regenerates the slot exactly once. It checks first what can be checked:
// nothing is regenerated on a service without key auth.
func (r regeneration) run(ctx context.Context) (rotated, diag.Diagnostics) {
	result := rotated{service: r.service}
	end, err := r.service.rotations.TakeTurn(ctx, r.service.id.String())
	if err != nil {
		return result, diag.Diagnostics{diagnostics.FromError("The key was not regenerated", r.describe(), err)}
	}
	defer end()
	live, diags := r.service.require(ctx, authmode.RequireKeyAuth, "")
	if diags.HasError() {
		return result, diags
	}
	var before azureml.Keys
	if r.verify || r.value != "" || r.made != nil {
		var problems diag.Diagnostics
		before, problems = r.service.listKeys(ctx)
		diags.Append(problems...)
		if diags.HasError() {
			return result, diags
		}
	}
	if r.value != "" && before.Slot(r.slot) == r.value {
		diags.AddWarning("The key was not regenerated",
			fmt.Sprintf("The value of key_value_wo is %s already, so nothing was sent. To rotate the key, choose another value.", r.describe()))
		result.keys = before
		return result, diags
	}
	var problems diag.Diagnostics
	result.keys, problems = r.regenerate(ctx, &before)
	diags.Append(problems...)
	if r.verify && !diags.HasError() {
		result.proof = newProof(r.after).run(ctx, r.describe(), values.ComputedString(live.ScoringURI).ValueString(), r.slot, before, result.keys)
	}
	return result, diags
}

func (r regeneration) regenerate(ctx context.Context, before *azureml.Keys) (azureml.Keys, diag.Diagnostics) {
	var diags diag.Diagnostics
	// Somebody may have rotated the slot since the destroy; then it is rotated again.
	if r.made != nil && r.value == "" && r.made.After.Slot(r.slot) == before.Slot(r.slot) {
		// The other slot may have had its own rotation since.
		current := *before
		if r.slot == azureml.KeyPrimary {
			before.Primary = r.made.Before.Primary
		} else {
			before.Secondary = r.made.Before.Secondary
		}
		return current, diags
	}
	if err := ctx.Err(); err != nil {
		diags.Append(diagnostics.FromError("The key was not regenerated", r.describe(), err))
		return azureml.Keys{}, diags
	}
	// From here on an interrupt must not lose the answer: the old key may be gone.
	ctx, cancel := graceful(ctx, r.timeout, interruptGrace)
	defer cancel()
	keys, err := r.service.workspace.RegenerateKey(ctx, r.service.id.Name, r.slot, r.value)
	if err != nil {
		diags.Append(diagnostics.FromError("Could not regenerate the key", r.describe(), err))
	}
	return keys, diags
}

func (r regeneration) describe() string { return r.service.key(r.slot) }

// interruptGrace is how long a regenerate may go on after Terraform was asked
// to stop. A regenerate cannot be taken back once it is sent; its outcome has
// to reach the state, or nobody has the new key.
const interruptGrace = 2 * time.Minute

// graceful returns a context that outlives the end of parent by grace, and
// ends after timeout at the latest.
func graceful(parent context.Context, timeout, grace time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(parent), timeout)
	stop := context.AfterFunc(parent, func() {
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-ctx.Done():
		}
	})
	return ctx, func() { stop(); cancel() }
}
