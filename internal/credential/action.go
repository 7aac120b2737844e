// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
)

var _ action.ActionWithConfigure = (*regenerateAction)(nil)

// regenerateAction is the action mlws_regenerate_key.
type regenerateAction struct {
	framework.Action
}

// regenerateModel is its configuration.
type regenerateModel struct {
	ServiceID   types.String `tfsdk:"service_id"`
	KeyType     types.String `tfsdk:"key_type"`
	InUseSHA256 types.String `tfsdk:"in_use_key_sha256"`
}

// sha256Digits never shows the value: somebody may have given the key itself.
var sha256Digits = validators.String{
	Rule:   "A fingerprint is 16 to 64 hex digits.",
	Check:  validators.Matches(`^[0-9a-fA-F]{16,64}$`, "").Check,
	Hidden: "the value, which is not shown here, is no fingerprint",
}

func (*regenerateAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Regenerates one key of a service outside any state, exactly once. The new key is not shown; " +
			"read it with `mlws_service_keys`. The old key stops working at once. A `mlws_service_key` of the same slot adopts the new one with the next plan.",
		Attributes: map[string]schema.Attribute{
			"service_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: serviceIDDescription,
				Validators:          []validator.String{validators.ServiceID},
			},
			"key_type": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The slot to regenerate: `Primary` or `Secondary`. Exactly one of `key_type` and `in_use_key_sha256` is given.",
				Validators: []validator.String{
					keyTypes,
					stringvalidator.ExactlyOneOf(path.MatchRoot("key_type"), path.MatchRoot("in_use_key_sha256")),
				},
			},
			"in_use_key_sha256": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "The fingerprint of the key that is in use: its SHA-256 in hex, or at least the first 16 digits of it, as " +
					"`printf %s \"$KEY\" | sha256sum` or the function `sha256` gives it. The slot that does not have this key is regenerated.",
				Validators: []validator.String{sha256Digits},
			},
		},
	}
}

// Invoke regenerates the key. Nothing that it reports is secret.
func (a *regenerateAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var model regenerateModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	service := refer(a.Data, model.ServiceID.ValueString(), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	progress := func(format string, args ...any) {
		resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(format, args...)})
	}
	slot := azureml.KeyType(model.KeyType.ValueString())
	if model.KeyType.IsNull() {
		progress("Looking for the key that is in use on %s", service)
		slot = service.unusedSlot(ctx, model.InUseSHA256.ValueString(), &resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
		progress("The %s key is in use, so the %s key is regenerated", otherSlot(slot), slot)
	}
	progress("Regenerating %s", service.key(slot))
	shown := func(line string) { progress("%s", line) }
	regeneration{service: service, slot: slot, timeout: limits.Create.Default, tell: []func(string){shown}}.run(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	progress("Regenerated %s; its old value no longer works", service.key(slot))
}

// unusedSlot returns the slot with the key that does not have this SHA-256; "" after an error.
func (s serviceRef) unusedSlot(ctx context.Context, inUse string, diags *diag.Diagnostics) azureml.KeyType {
	var keys azureml.Keys
	if s.require(ctx, authmode.RequireKeyAuth, "", diags) != nil {
		keys = s.listKeys(ctx, diags)
	}
	if diags.HasError() {
		return ""
	}
	primary, secondary := hasSHA256(keys.Primary, inUse), hasSHA256(keys.Secondary, inUse)
	switch {
	case primary && secondary:
		diags.AddAttributeError(path.Root("in_use_key_sha256"), "Both slots have the key that is in use",
			fmt.Sprintf("Both keys of %s have this fingerprint, so no slot is free to be regenerated. Name the slot with key_type.", s))
	case primary:
		return azureml.KeySecondary
	case secondary:
		return azureml.KeyPrimary
	default:
		diags.AddAttributeError(path.Root("in_use_key_sha256"), "No slot has the key that is in use",
			fmt.Sprintf("Neither key of %s has this fingerprint, so it cannot be told which one is in use, and none was regenerated. "+
				"Check the fingerprint: the key may have been rotated already.", s))
	}
	return ""
}

func hasSHA256(key, prefix string) bool {
	sum := sha256.Sum256([]byte(key))
	return strings.HasPrefix(hex.EncodeToString(sum[:]), strings.ToLower(prefix))
}
