// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
)

// Values of on_external_rotation; the first is the default.
const (
	onExternalAdopt  = "adopt"
	onExternalRotate = "rotate"
)

// limits are the timeouts. Regenerating a key of an AKS service is an operation on
// the cluster, and may wait for another one to end. A key has no update that waits.
var limits = framework.Timeouts{
	Create: framework.Timeout{Default: 20 * time.Minute, Text: "How long regenerating the key may take."},
	Read:   framework.Timeout{Default: 5 * time.Minute, Text: "How long reading the key may take."},
}

var keyTypes = validators.OneOf(string(azureml.KeyPrimary), string(azureml.KeySecondary))

// oneOwnerText is what both resources say of a slot that two objects manage.
const oneOwnerText = "\n\nA slot has one owner: a plan that regenerates it for two resources is refused, and two that manage it are warned about. " +
	"A run sees its own state only, so keep a service's keys in one state, under one configuration of the provider."

// slotAttributes returns the attributes of a resource that manages a slot: its own,
// and those that both have. The key is in the attribute named output, and its
// fingerprint in output_fingerprint.
func slotAttributes(ctx context.Context, output string, timeouts framework.Timeouts, own map[string]schema.Attribute) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"rotate_after": optional("The maximum age of the key, as a Go duration such as `2160h` (90 days), at least `1h`. "+
			"Once it has passed, the next apply rotates the key; nothing happens between runs. "+
			"The age counts from `rotated_at`, or, for an imported key, from the apply that set `rotate_after`. "+
			"Setting or changing `rotate_after` never rotates in the same apply. A refresh finds out whether the key is due.", validators.DurationAtLeast(minRotateAfter)),
		"store_key": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether `" + output + "` has the key, in the state and in plans. Default `true`. With `false` it is null, " +
				"and the ephemeral resource `mlws_service_keys` gives the key to what needs it. " +
				"A change updates the state and regenerates nothing. An import starts with `false`, so that it puts no key into the state; if the configuration differs, the first plan changes it in place.",
		},
		"on_external_rotation": optional("What happens when somebody else has rotated the key: `adopt` (the default) takes the new one, with a warning; "+
			"`rotate` plans to rotate it again. A change only updates the state.", validators.OneOf(onExternalAdopt, onExternalRotate)),
		"verify": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to call the scoring endpoint after a rotation, to check that the new key is accepted, the old one refused, " +
				"and the other slot untouched, each for up to 2 minutes. Default `false`. The machine that runs Terraform must reach the endpoint; the body sent is `{}`.",
		},
		output: schema.StringAttribute{
			Computed:            true,
			Sensitive:           true,
			MarkdownDescription: "The key, which is sent as `Authorization: Bearer {" + output + "}` when scoring. Null if `store_key` is false.",
		},
		output + "_fingerprint": computed("A fingerprint of the key, with a salt that is not shown: HMAC-SHA-256 of a key that Azure made for this resource, or else Argon2id. " +
			"It changes with the key, by whomever. It starts with `pending:` as long as the outcome of the first regenerate is not known."),
		"next_rotation_at": computed("From when on an apply rotates the key (RFC 3339, UTC). Null without `rotate_after`."),
		"key_age_days": schema.Int64Attribute{
			Computed: true,
			MarkdownDescription: "How many whole days ago this resource rotated the key, when the state was last refreshed. " +
				"Null if `rotated_at` is. It never causes a change of this resource; an output that uses it changes once a day.",
		},
		"timeouts": timeouts.Attribute(ctx),
	}
	maps.Copy(attributes, own)
	return attributes
}

// computed is an attribute that the provider sets.
func computed(text string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: text}
}

// optional is an attribute that the configuration may set, by one rule.
func optional(text string, rule validator.String) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: text, Validators: []validator.String{rule}}
}

// serviceIDAttribute is the service of a slot. A change of it replaces the resource.
// An unknown id does too: a service that is to be replaced has one, and its keys go
// with it.
func serviceIDAttribute(more string) schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: serviceIDDescription + more,
		Validators:          []validator.String{validators.ServiceID},
		PlanModifiers: []planmodifier.String{
			framework.KeepSpelling("Another case of the same id is not a change.", sameService),
			stringplanmodifier.RequiresReplace(),
		},
	}
}
