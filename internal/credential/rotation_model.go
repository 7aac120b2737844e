// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/fingerprint"
)

// rotationModel is the configuration, plan or state of mlws_service_key_rotation.
type rotationModel struct {
	ID                   types.String   `tfsdk:"id"`
	ServiceID            types.String   `tfsdk:"service_id"`
	FirstKeyType         types.String   `tfsdk:"first_key_type"`
	Triggers             types.Map      `tfsdk:"triggers"`
	RotateAfter          types.String   `tfsdk:"rotate_after"`
	StoreKey             types.Bool     `tfsdk:"store_key"`
	OnExternalRotation   types.String   `tfsdk:"on_external_rotation"`
	Verify               types.Bool     `tfsdk:"verify"`
	ActiveKeyType        types.String   `tfsdk:"active_key_type"`
	ActiveKey            types.String   `tfsdk:"active_key"`
	ActiveKeyFingerprint types.String   `tfsdk:"active_key_fingerprint"`
	RotatedAt            types.String   `tfsdk:"rotated_at"`
	NextRotationAt       types.String   `tfsdk:"next_rotation_at"`
	Timeouts             timeouts.Value `tfsdk:"timeouts"`
}

func rotationID(serviceID string) string { return serviceID + "/key_rotation" }

func (m rotationModel) activeSlot() azureml.KeyType {
	return azureml.KeyType(m.ActiveKeyType.ValueString())
}

// firstSlot is Secondary unless configured: people hand out the Primary key
// first, and the first rotation must not cut them off.
func (m rotationModel) firstSlot() azureml.KeyType {
	if m.FirstKeyType.ValueString() == string(azureml.KeyPrimary) {
		return azureml.KeyPrimary
	}
	return azureml.KeySecondary
}

func (m *rotationModel) hold(key string, salt fingerprint.Salt) {
	m.ActiveKey = stored(m.StoreKey, types.StringValue(key))
	m.ActiveKeyFingerprint = fingerprintOf(salt, key)
}

func (*rotationResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Rotation of the keys of a service without downtime. Each rotation regenerates the slot that is not in use, once, and makes it the active one; " +
			"the key that was active before keeps working until the next rotation. " +
			"Rotate with `triggers` or `rotate_after`. `-replace` rotates as well, but a run that dies in the middle of it forgets which slot was in use, " +
			"and with `create_before_destroy` it never knows.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The id of the rotation: `{service_id}/key_rotation`.",
			},
			"service_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: serviceIDDescription + " A change replaces the resource, which starts with the keys of the other service.",
				Validators:          []validator.String{serviceIDValidator{}},
				PlanModifiers:       serviceIDReplaces(),
			},
			"first_key_type": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "The slot that creating the resource regenerates and makes active: `Primary` or `Secondary`. " +
					"Default `Secondary`, so that whoever uses the Primary key is not cut off. A change has no effect.",
				Validators: []validator.String{stringvalidator.OneOf(string(azureml.KeyPrimary), string(azureml.KeySecondary))},
			},
			"triggers": schema.MapAttribute{
				ElementType: types.StringType,
				Optional:    true,
				MarkdownDescription: "Arbitrary values. A change of any of them rotates, in place. " +
					"Adding the whole map to an existing rotation, or removing it, does not.",
			},
			"rotate_after":         rotateAfterAttribute(),
			"store_key":            storeKeyAttribute("active_key"),
			"on_external_rotation": externalRotationAttribute(),
			"verify":               verifyAttribute(),
			"active_key_type": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The slot that is in use: `Primary` or `Secondary`.",
			},
			"active_key": schema.StringAttribute{
				Computed:            true,
				Sensitive:           true,
				MarkdownDescription: "The key in use. It is sent as `Authorization: Bearer {active_key}` when scoring. Null where `store_key` is false.",
			},
			"active_key_fingerprint": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: fingerprintDescription,
			},
			"rotated_at": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "When this resource rotated last (RFC 3339, UTC). Null after an import, because Azure does not tell a key's age.",
			},
			"next_rotation_at": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: nextRotationDescription,
			},
			"timeouts": timeoutsAttribute(ctx, true),
		},
	}
}
