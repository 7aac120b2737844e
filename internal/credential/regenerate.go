// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
)

// regeneration is one rotation of one slot.
type regeneration struct {
	service serviceRef
	slot    azureml.KeyType
	value   string // chosen; a random one where empty
	verify  bool
	timeout time.Duration
	after   string    // what a failed verification leaves behind
	made    *leftover // the regenerate that a destroy has just made, to be used instead
}

// rotated is the outcome of a regeneration.
type rotated struct {
	keys azureml.Keys
	// proof are the diagnostics of the verification. An error among them does
	// not undo the rotation: the keys belong into the state all the same.
	proof diag.Diagnostics
}

// run regenerates the slot exactly once. It checks first what can be checked:
// nothing is regenerated on a service without key auth.
func (r regeneration) run(ctx context.Context) (rotated, diag.Diagnostics) {
	end, err := r.service.workspace.TakeTurn(ctx, r.service.id.Name)
	if err != nil {
		return rotated{}, diag.Diagnostics{diagnostics.FromError("The key was not regenerated", r.describe(), err)}
	}
	defer end()
	live, diags := r.service.requireKeyAuth(ctx, "")
	if diags.HasError() {
		return rotated{}, diags
	}
	var before azureml.Keys
	if r.verify || r.value != "" || r.made != nil {
		keys, err := r.service.workspace.ListKeys(ctx, r.service.id.Name)
		if err != nil {
			diags.Append(diagnostics.FromError("Could not read the keys", r.describe(), err))
			return rotated{}, diags
		}
		before = keys
	}
	if r.value != "" && before.Slot(r.slot) == r.value {
		diags.AddWarning("The key was not regenerated",
			fmt.Sprintf("The value of key_value_wo is %s already, so nothing was sent. To rotate the key, choose another value.", r.describe()))
		return rotated{keys: before}, diags
	}
	keys, moreDiags := r.regenerate(ctx, &before)
	diags.Append(moreDiags...)
	if diags.HasError() {
		return rotated{}, diags
	}
	result := rotated{keys: keys}
	if r.verify {
		result.proof = newProof(r.after).run(ctx, r.describe(), scoringURI(live), r.slot, before, keys)
	}
	return result, diags
}

func (r regeneration) regenerate(ctx context.Context, before *azureml.Keys) (azureml.Keys, diag.Diagnostics) {
	var diags diag.Diagnostics
	// Somebody may have rotated the slot since the destroy; then it is rotated again.
	if r.made != nil && r.value == "" && r.made.after.Slot(r.slot) == before.Slot(r.slot) {
		// The other slot may have had its own rotation since.
		current := *before
		if r.slot == azureml.KeyPrimary {
			before.Primary = r.made.before.Primary
		} else {
			before.Secondary = r.made.before.Secondary
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

func (r regeneration) describe() string { return describeKey(r.service, r.slot) }

// describeKey names a key in diagnostics.
func describeKey(s serviceRef, slot azureml.KeyType) string {
	return fmt.Sprintf("the %s key of %s", slot, s)
}

func scoringURI(service *azureml.Service) string {
	if service.ScoringURI == nil {
		return ""
	}
	return *service.ScoringURI
}
