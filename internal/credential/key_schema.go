// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
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
			"the old key of the slot stops working, the other slot is not touched. So `-replace` and a changed `triggers` rotate the key. " +
			"Planning, refreshing, importing and destroying never do.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Id of the key: `{service_id}/keys/{key_type}`.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"service_id": schema.StringAttribute{
				Required: true,
				MarkdownDescription: serviceIDDescription + " A service that is replaced has an unknown id in the plan, " +
					"so its keys are planned to be replaced with it.",
				Validators:    []validator.String{serviceIDValidator{}},
				PlanModifiers: serviceIDReplaces(),
			},
			"key_type": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Slot of the key: `Primary` or `Secondary`. Both keys are accepted for scoring.",
				Validators:          []validator.String{stringvalidator.OneOf(string(azureml.KeyPrimary), string(azureml.KeySecondary))},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"triggers": schema.MapAttribute{
				ElementType: types.StringType,
				Optional:    true,
				MarkdownDescription: "Arbitrary values; a change of any of them rotates the key. " +
					"Adding the whole map to an existing key, or removing it, does not.",
				PlanModifiers: []planmodifier.Map{mapplanmodifier.RequiresReplaceIf(changedTriggers,
					"A changed map replaces the key; adding or removing the map does not.",
					"A changed map replaces the key; adding or removing the map does not.")},
			},
			"key": schema.StringAttribute{
				Computed:            true,
				Sensitive:           true,
				MarkdownDescription: "The key. It is sent as `Authorization: Bearer {key}` when scoring.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"rotated_at": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "When this resource regenerated the key (RFC 3339, UTC). " +
					"Null for an imported key, because Azure does not tell a key's age.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"timeouts": timeouts.Attributes(ctx, timeouts.Opts{
				Create:            true,
				Read:              true,
				CreateDescription: "How long regenerating the key may take. Defaults to 20m.",
				ReadDescription:   "How long reading the key may take. Defaults to 5m.",
			}),
		},
	}
}

// changedTriggers leaves alone a key whose resource is new to the map: adding
// triggers to an imported key must not rotate it.
func changedTriggers(_ context.Context, req planmodifier.MapRequest, resp *mapplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = !req.StateValue.IsNull() && !req.PlanValue.IsNull()
}

// IdentitySchema is what terraform query and an import block by identity use.
func (*keyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	part := func(description string) identityschema.StringAttribute {
		return identityschema.StringAttribute{RequiredForImport: true, Description: description}
	}
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"service_id": part("Full id of the service."),
		"key_type":   part("Primary or Secondary."),
	}}
}
