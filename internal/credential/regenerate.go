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
	tell    []func(line string)    // get each step of the wait, in addition to the log
	salt    keySalt                // of pending
}

// rotated is the outcome of a regeneration.
type rotated struct {
	service serviceRef
	keys    azureml.Keys
	// generated reports whether the new key is known to be one that Azure made.
	generated bool
	// verified are the diagnostics of the verification. An error among them does
	// not undo the rotation: the keys belong into the state anyway.
	verified diag.Diagnostics
	// open is a regenerate that may still come through: it belongs into the state.
	open *azureml.RegenerateError
}

// rotate regenerates a slot, once, and makes its new key that of the planned object.
func (s managedSlot) rotate(ctx context.Context, c call, slot azureml.KeyType, with regeneration) rotated {
	made := s.regenerate(ctx, c, slot, with)
	if !c.diags.HasError() {
		*s.keyType = types.StringValue(string(slot))
		key, fingerprint := made.keys.Slot(slot), c.salt(ctx).slow
		if made.generated {
			fingerprint = c.salt(ctx).fast
		}
		s.setRotated(key, fingerprint(key), c.data.Clock.Now())
	}
	return made
}

// regenerate regenerates a slot, once, unless another object of the same apply has
// done so. If the outcome is unknown, it stores the regenerate as pending: then the
// object belongs into the state although there is an error.
func (s managedSlot) regenerate(ctx context.Context, c call, slot azureml.KeyType, with regeneration) rotated {
	serviceID := s.ServiceID.ValueString()
	with.service = refer(c.data, serviceID, c.diags)
	with.salt, with.pending = privateSalt.Get(ctx, c.private, c.diags), privatePending.Get(ctx, c.private, c.diags)
	if c.diags.HasError() {
		return rotated{}
	}
	owner := s.owner(with.salt)
	if other := c.data.Rotations.Claim(serviceID, slot, owner); other != nil {
		c.diags.AddAttributeError(path.Root("service_id"), "The key was not regenerated", fmt.Sprintf(
			"This apply regenerates %s for %s already. A second time would make the key useless that it hands out, so nothing was sent for this %s. "+
				"Keep one of the two: terraform state rm takes the other out of the state and leaves the key as it is.",
			with.service.key(slot), another(owner, *other), owner.Type))
		return rotated{}
	}
	with.slot, with.verify, with.made = slot, s.Verify.ValueBool(), c.data.Rotations.LoadKeys(serviceID, slot)
	made := with.run(ctx, c.diags)
	if made.open != nil {
		s.setPending(ctx, c, made.open, with.revokes)
	}
	if c.diags.HasError() {
		c.data.Rotations.Release(serviceID, slot, owner)
		return made
	}
	c.diags.Append(privatePending.Change(ctx, c.private, c.private, nil)...)
	c.data.Rotations.Done(serviceID, slot, s.owner(c.salt(ctx)))
	return made
}

// run regenerates the slot exactly once. It checks first what can be checked:
// nothing is regenerated on a service without key auth.
func (r regeneration) run(ctx context.Context, diags *diag.Diagnostics) rotated {
	result := rotated{service: r.service}
	end, err := r.service.rotations.TakeTurn(ctx, r.service.id.String())
	if err != nil {
		diags.Append(diagnostics.FromError("The key was not regenerated", r.describe(), err))
		return result
	}
	defer end()
	ctx = framework.LogProgress(ctx, fmt.Sprintf("Regenerating the %s key of", r.slot), "service", r.service.id.Name, r.tell...)
	live := r.service.require(ctx, authmode.RequireKeyAuth, "", diags)
	var before azureml.Keys
	if !diags.HasError() && (r.verify || r.value != "" || r.made != nil || r.pending != nil) {
		before = r.service.listKeys(ctx, diags)
	}
	if diags.HasError() {
		return result
	}
	made := r.takeOver(&before)
	switch {
	case r.value != "" && before.Slot(r.slot) == r.value:
		diags.AddWarning("The key was not regenerated",
			fmt.Sprintf("The value of key_value_wo is %s already, so nothing was sent. To rotate the key, choose another value.", r.describe()))
		result.keys = before
		return result
	case made != nil:
		result.keys = *made
	default:
		result.keys, err = r.regenerate(ctx)
		result.open, result.generated = r.explain(result.keys, err, diags), r.value == "" && err == nil
	}
	if r.verify && !diags.HasError() {
		result.verified = newVerification(r.after).run(ctx, r.describe(), values.ComputedString(live.ScoringURI).ValueString(), r.slot, before, result.keys)
	}
	return result
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
	case r.pending.succeeded(r.slot, current.Slot(r.slot), r.salt): // the old key is no longer known
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

// explain adds what came of a regenerate. It returns one with an unknown outcome.
func (r regeneration) explain(keys azureml.Keys, err error, diags *diag.Diagnostics) (open *azureml.RegenerateError) {
	var failed *azureml.RegenerateError
	switch {
	case err == nil:
	case errors.As(err, &failed) && keys != (azureml.Keys{}):
		diags.AddWarning("The key was regenerated, although its operation did not succeed", diagnostics.Explain(r.describe(), err))
	case errors.As(err, &failed) && failed.Open():
		d := diagnostics.FromError("The new key could not be read", r.describe(), err)
		diags.AddError(d.Summary(), d.Detail()+" The next apply looks for the new key first, and regenerates only if there is none.")
		return failed
	default:
		diags.Append(diagnostics.FromError("Could not regenerate the key", r.describe(), err))
	}
	return nil
}

func (r regeneration) describe() string { return r.service.key(r.slot) }
