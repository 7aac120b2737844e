// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
)

// The attributes that both resources which rotate have.

const fingerprintDescription = "The Argon2id fingerprint of the key, with a salt of its own that is not shown. " +
	"It changes when the key does, by whomever, and does not give the key away."

func rotateAfterAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: rotateAfterDescription,
		Validators:          []validator.String{validators.DurationAtLeast(minRotateAfter)},
	}
}

func storeKeyAttribute(output string) schema.BoolAttribute {
	return schema.BoolAttribute{
		Optional: true,
		MarkdownDescription: "Whether `" + output + "` holds the key, in the state and in plans. Default `true`. With `false` it is null, " +
			"and the ephemeral resource `mlws_service_keys` gives the key to what needs it. " +
			"A change updates the state and regenerates nothing. An import starts with `false`, so that it puts no key into the state; where the configuration does not say so too, the first plan changes it in place.",
	}
}

func externalRotationAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "What happens when somebody else has rotated the key: `adopt` (the default) takes the new one, with a warning; " +
			"`rotate` plans to rotate it again. A change only updates the state.",
		Validators: []validator.String{stringvalidator.OneOf(onExternalAdopt, onExternalRotate)},
	}
}

func verifyAttribute() schema.BoolAttribute {
	return schema.BoolAttribute{
		Optional: true,
		MarkdownDescription: "Whether to call the scoring endpoint after a rotation, to prove that the new key is accepted, the old one is refused, " +
			"and the other slot is untouched, each for up to 2 minutes. Default `false`. The machine that runs Terraform must reach the endpoint; the body sent is `{}`.",
	}
}

// timeoutsAttribute adds the description that the library leaves out.
func timeoutsAttribute(ctx context.Context, update bool) schema.Attribute {
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, CreateDescription: "How long regenerating the key may take. Default `20m`.",
		Read: true, ReadDescription: "How long reading the key may take. Default `5m`.",
		Update: update, UpdateDescription: "How long a rotation may take. Default `20m`.",
	})
	if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
		nested.MarkdownDescription = "How long to wait, as Go durations such as `90m`. A change is kept in the state, and not sent."
		return nested
	}
	return attribute
}

// changedTriggers leaves alone a key whose resource is new to the map: adding
// triggers to an imported key must not rotate it. A replacement cannot wait for
// a value that is not known yet, so such a value counts as another one.
func changedTriggers(_ context.Context, req planmodifier.MapRequest, resp *mapplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = triggered(req.StateValue, req.PlanValue) != no
}

// changedVersion keeps a chosen key whose value is no longer configured.
func changedVersion(_ context.Context, req planmodifier.Int64Request, resp *int64planmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = !req.PlanValue.IsNull()
}

// bearerToken is what RFC 6750 lets a client send as a bearer: a key of other
// characters could be set, but never used.
var bearerToken = regexp.MustCompile(`^[A-Za-z0-9\-._~+/]+=*$`)

// keyValueValidator checks a chosen key without ever showing it.
type keyValueValidator struct{}

func (keyValueValidator) Description(context.Context) string {
	return "must consist of letters, digits and -._~+/ with = at the end only"
}

func (v keyValueValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v keyValueValidator) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || bearerToken.MatchString(req.ConfigValue.ValueString()) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid key value",
		"A key is sent as a bearer in the Authorization header, so its value "+v.Description(ctx)+" (RFC 6750), and at least one of them. The value is not shown here.")
}
