// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

func (*keyResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "One of the two keys of a service with key auth. Creating it regenerates that slot, exactly once: " +
			"the old key of the slot stops working, the other slot is not touched. So `-replace`, a changed `triggers` and a `rotate_after` that is over rotate the key. " +
			"Planning, refreshing, importing and destroying never do.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The id of the key: `{service_id}/keys/{key_type}`.",
			},
			"service_id": schema.StringAttribute{
				Required: true,
				MarkdownDescription: serviceIDDescription + " A service that is replaced has an unknown id in the plan, " +
					"so its keys are planned to be replaced with it. A change replaces the resource: a key of the other service is regenerated.",
				Validators:    []validator.String{serviceIDValidator{}},
				PlanModifiers: serviceIDReplaces(),
			},
			"key_type": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The slot of the key: `Primary` or `Secondary`. Both keys are accepted for scoring. A change replaces the resource: the other slot is regenerated.",
				Validators:          []validator.String{stringvalidator.OneOf(string(azureml.KeyPrimary), string(azureml.KeySecondary))},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"triggers": schema.MapAttribute{
				ElementType: types.StringType,
				Optional:    true,
				MarkdownDescription: "Arbitrary values. A change of any of them replaces the resource, which rotates the key. " +
					"Adding the whole map to an existing key, or removing it, does not.",
				PlanModifiers: []planmodifier.Map{mapplanmodifier.RequiresReplaceIf(changedTriggers,
					"A changed map replaces the key; adding or removing the map does not.",
					"A changed map replaces the key; adding or removing the map does not.")},
			},
			"rotate_after": rotateAfterAttribute(),
			"key_value_wo": schema.StringAttribute{
				Optional:  true,
				WriteOnly: true,
				Sensitive: true,
				MarkdownDescription: "The value of the new key, instead of a random one that Azure makes: letters, digits and `-._~+/`, with `=` at the end only. Write-only: it is in no state and no plan. " +
					"It is sent when the key is created or replaced, so change `key_value_wo_version`, which it needs, along with it.",
				Validators: []validator.String{
					stringvalidator.AlsoRequires(path.MatchRoot("key_value_wo_version")),
					keyValueValidator{},
				},
			},
			"key_value_wo_version": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "A number to change whenever `key_value_wo` changes. A change of it, from none as well, replaces the resource, which rotates the key; removing it does not.",
				Validators:          []validator.Int64{int64validator.AlsoRequires(path.MatchRoot("key_value_wo"))},
				PlanModifiers: []planmodifier.Int64{int64planmodifier.RequiresReplaceIf(changedVersion,
					"A changed version replaces the key; removing it does not.",
					"A changed version replaces the key; removing it does not.")},
			},
			"store_key":            storeKeyAttribute("key"),
			"on_external_rotation": externalRotationAttribute(),
			"on_destroy": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "What destroying does: `keep` (the default) leaves the key working for whoever has it; `regenerate` makes it useless, " +
					"unless somebody has rotated it already. A replacement regenerates once in either case. A change only updates the state.",
				Validators: []validator.String{stringvalidator.OneOf(onDestroyKeep, onDestroyRegenerate)},
			},
			"verify": verifyAttribute(),
			"key": schema.StringAttribute{
				Computed:            true,
				Sensitive:           true,
				MarkdownDescription: "The key. It is sent as `Authorization: Bearer {key}` when scoring. Null where `store_key` is false.",
			},
			"key_fingerprint": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: fingerprintDescription,
			},
			"rotated_at": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "When this resource regenerated the key (RFC 3339, UTC). " +
					"Null for an imported key, because Azure does not tell a key's age.",
			},
			"next_rotation_at": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: nextRotationDescription,
			},
			"timeouts": timeoutsAttribute(ctx, false),
		},
	}
}
