// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"errors"
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
	after   string                 // the last sentences of a failed verification
	revokes bool                   // the previous key of a rotation
	made    *framework.Regenerated // the regenerate that a destroy has just made, to be used instead
	pending *pending               // the regenerate of an earlier apply, to be used if it succeeded
	salt    keySalt                // of pending
}

// rotated is the outcome of a regeneration.
type rotated struct {
	service serviceRef
	keys    azureml.Keys
	// verified are the diagnostics of the verification. An error among them does
	// not undo the rotation: the keys belong into the state anyway.
	verified diag.Diagnostics
	// open is a regenerate that may still come through: it belongs into the state.
	open *azureml.RegenerateError
}

// rotate regenerates a slot, once, and makes its new key that of the planned object.
func (s managedSlot) rotate(ctx context.Context, data *framework.Data, private privateState, slot azureml.KeyType, with regeneration) (rotated, diag.Diagnostics) {
	result, diags := s.regenerate(ctx, data, private, slot, with)
	if diags.HasError() {
		return result, diags
	}
	salt, problems := private.salt(ctx)
	diags.Append(problems...)
	*s.keyType = types.StringValue(string(slot))
	s.setRotated(result.keys.Slot(slot), salt, data.Clock.Now())
	return result, diags
}

// regenerate regenerates a slot, once, unless another object of the same apply has
// done so. If the outcome is unknown, it stores the regenerate as pending: then the
// object belongs into the state although there is an error.
func (s managedSlot) regenerate(ctx context.Context, data *framework.Data, private privateState, slot azureml.KeyType, with regeneration) (rotated, diag.Diagnostics) {
	serviceID := s.ServiceID.ValueString()
	service, diags := refer(data, serviceID)
	stored, problems := storedSalt(ctx, private.from)
	diags.Append(problems...)
	before, problems := loadPending(ctx, private.from)
	diags.Append(problems...)
	if diags.HasError() {
		return rotated{}, diags
	}
	owner := s.owner(stored)
	if other := data.Rotations.Claim(serviceID, slot, owner); other != nil {
		diags.AddAttributeError(path.Root("service_id"), "The key was not regenerated", fmt.Sprintf(
			"This apply regenerates %s for %s already. A second time would make the key useless that it hands out, so nothing was sent for this %s. "+
				"Keep one of the two: terraform state rm takes the other out of the state and leaves the key as it is.",
			service.key(slot), another(owner, *other), owner.Type))
		return rotated{}, diags
	}
	with.service, with.slot, with.verify, with.made = service, slot, s.Verify.ValueBool(), data.Rotations.LoadKeys(serviceID, slot)
	with.pending, with.salt = before, stored
	result, problems := with.run(ctx)
	diags.Append(problems...)
	if result.open != nil {
		diags.Append(s.setPending(ctx, private, result.open, with.revokes)...)
	}
	if diags.HasError() {
		data.Rotations.Release(serviceID, slot, owner)
		return result, diags
	}
	salt, problems := private.salt(ctx)
	diags.Append(problems...)
	if before != nil {
		diags.Append(store(ctx, private.to, privatePending, nil)...)
	}
	data.Rotations.Done(serviceID, slot, s.owner(salt))
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
	if r.verify || r.value != "" || r.made != nil || r.pending != nil {
		var problems diag.Diagnostics
		before, problems = r.service.listKeys(ctx)
		diags.Append(problems...)
		if diags.HasError() {
			return result, diags
		}
	}
	made := r.takeOver(&before)
	switch {
	case r.value != "" && before.Slot(r.slot) == r.value:
		diags.AddWarning("The key was not regenerated",
			fmt.Sprintf("The value of key_value_wo is %s already, so nothing was sent. To rotate the key, choose another value.", r.describe()))
		result.keys = before
		return result, diags
	case made != nil:
		result.keys = *made
	default:
		var problems diag.Diagnostics
		result.keys, err = r.regenerate(ctx)
		result.open, problems = r.explain(result.keys, err)
		diags.Append(problems...)
	}
	if r.verify && !diags.HasError() {
		result.verified = newVerification(r.after).run(ctx, r.describe(), values.ComputedString(live.ScoringURI).ValueString(), r.slot, before, result.keys)
	}
	return result, diags
}

// takeOver returns the keys if the slot was regenerated for this rotation already: by
// the destroy of the object that it replaces, or by an earlier apply. Before becomes
// what the keys were until then. Somebody may have rotated the slot since the destroy;
// then it is rotated again, and the result is nil.
func (r regeneration) takeOver(before *azureml.Keys) *azureml.Keys {
	current, old := *before, ""
	switch {
	case r.value != "":
		return nil
	case r.made != nil && r.made.After.Slot(r.slot) == current.Slot(r.slot):
		old = r.made.Before.Slot(r.slot)
	case r.pending.succeeded(r.slot, r.salt.fingerprint(current.Slot(r.slot))): // the old key is no longer known
	default:
		return nil
	}
	// The other slot may have had a rotation of its own since.
	if r.slot == azureml.KeyPrimary {
		before.Primary = old
	} else {
		before.Secondary = old
	}
	return &current
}

// regenerate sends the regenerate. The client follows it to its end, also after an
// interrupt: the old key may be gone, and the new one belongs into the state.
func (r regeneration) regenerate(ctx context.Context) (azureml.Keys, error) {
	if err := ctx.Err(); err != nil {
		return azureml.Keys{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	return r.service.workspace.RegenerateKey(ctx, r.service.id.Name, r.slot, r.value)
}

// explain says what came of a regenerate. It returns one that may still come through.
func (r regeneration) explain(keys azureml.Keys, err error) (open *azureml.RegenerateError, diags diag.Diagnostics) {
	var failed *azureml.RegenerateError
	switch {
	case err == nil:
	case errors.As(err, &failed) && keys != (azureml.Keys{}):
		diags.AddWarning("The key was regenerated, although its operation did not succeed", diagnostics.Explain(r.describe(), err))
	case errors.As(err, &failed) && failed.Open():
		d := diagnostics.FromError("The new key was not seen", r.describe(), err)
		diags.AddError(d.Summary(), d.Detail()+" The next apply looks for the new key first, and regenerates only if there is none.")
		return failed, diags
	default:
		diags.Append(diagnostics.FromError("Could not regenerate the key", r.describe(), err))
	}
	return nil, diags
}

func (r regeneration) describe() string { return r.service.key(r.slot) }
