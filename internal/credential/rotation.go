// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
)

const rotationResourceType = "mlws_service_key_rotation"

// rotationModel is the configuration, plan or state of mlws_service_key_rotation.
type rotationModel struct {
	managed
	bridge
	FirstKeyType         types.String `tfsdk:"first_key_type"`
	ActiveKeyType        types.String `tfsdk:"active_key_type"`
	ActiveKey            types.String `tfsdk:"active_key"`
	ActiveKeyFingerprint types.String `tfsdk:"active_key_fingerprint"`
	RevokePreviousAfter  types.String `tfsdk:"revoke_previous_after"`
	PreviousRevokedAt    types.String `tfsdk:"previous_revoked_at"`
}

func rotationID(serviceID string) string { return serviceID + "/key_rotation" }

func (m *rotationModel) slot() managedSlot {
	id := types.StringUnknown()
	if !m.ServiceID.IsUnknown() {
		id = types.StringValue(rotationID(m.ServiceID.ValueString()))
	}
	return managedSlot{managed: &m.managed, resource: rotationResourceType, wholeID: id, keyType: &m.ActiveKeyType, key: &m.ActiveKey, fingerprint: &m.ActiveKeyFingerprint}
}

func (*rotationModel) owns() []azureml.KeyType {
	return []azureml.KeyType{azureml.KeyPrimary, azureml.KeySecondary}
}

// inUse returns the slot that a rotation must not regenerate.
func (m *rotationModel) inUse() azureml.KeyType {
	if m.slot().isOpen() {
		return otherSlot(m.slot().name())
	}
	return m.slot().name()
}

// firstSlot is Secondary unless configured: people hand out the Primary key
// first, and the first rotation must not cut them off.
func (m *rotationModel) firstSlot() azureml.KeyType {
	if m.FirstKeyType.ValueString() == string(azureml.KeyPrimary) {
		return azureml.KeyPrimary
	}
	return azureml.KeySecondary
}

// rotationLimits are the timeouts of a rotation, which has an update that waits.
var rotationLimits = framework.Timeouts{
	Create: limits.Create,
	Read:   limits.Read,
	Update: framework.Timeout{Default: limits.Create.Default, Text: "How long a rotation, or revoking the previous key, may take."},
}

// Schema implements resource.Resource.
func (*rotationResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Rotation of the keys of a service without downtime. Each rotation regenerates the slot that is not in use, once, and makes it the active one; " +
			"the key that was active before keeps working until the next rotation, or until `revoke_previous_after`. " +
			"Rotate with `triggers` or `rotate_after`. `-replace` rotates as well, but does not know the slot in use after a run that died, " +
			"and with `create_before_destroy`.\n\n" +
			"Creating a rotation regenerates the Secondary key (`first_key_type`), which the plan warns about. If a rotation was lost with its state, import it instead." + oneOwnerText,
		Attributes: slotAttributes(ctx, "active_key", rotationLimits, map[string]schema.Attribute{
			"id":         computed("The id of the rotation: `{service_id}/key_rotation`."),
			"service_id": serviceIDAttribute(" A change replaces the resource, which starts with the keys of the other service."),
			"first_key_type": optional("The slot that creating the resource regenerates and makes active: `Primary` or `Secondary`. "+
				"Default `Secondary`, so that whoever uses the Primary key is not cut off. A change has no effect.", keyTypes),
			"triggers": schema.MapAttribute{
				ElementType: types.StringType,
				Optional:    true,
				MarkdownDescription: "Arbitrary values. A change of any of them rotates, in place. " +
					"Adding the whole map to an existing rotation, or removing it, does not.",
			},
			"revoke_previous_after": optional("How long the key that was active before keeps working after a rotation, as a Go duration such as `168h` (7 days), at least `1h`. "+
				"Then the next apply regenerates it, once: an update in place, which the plan warns about. The active key is not touched. If a rotation is due too, only the rotation runs. "+
				"By default the previous key works until the next rotation. "+
				"The time counts from `rotated_at`, so an imported rotation revokes nothing before it has rotated. Setting or changing it never revokes a key in the same apply. "+
				"A refresh finds out whether the time has passed.", validators.DurationAtLeast(minRotateAfter)),
			"also_set_on": schema.SetAttribute{
				ElementType: types.StringType,
				Optional:    true,
				Validators:  []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(validators.OnlineEndpointID)},
				MarkdownDescription: "The ids of online endpoints (v2) that have the keys of this service too, so that clients can move there with theirs. " +
					"An endpoint gets both keys, in the place of its own, and then each rotation and revocation. " +
					"If that fails, a warning says so, `not_set_on` names the endpoint, and the next apply sets the keys there without another rotation. " +
					"A refresh compares the keys: one `listKeys` an endpoint. An endpoint that is taken out, or left by a destroy, keeps its keys. " +
					"Name an endpoint in one rotation only. It needs `authMode = \"Key\"`; the caller needs the actions of [Roles and actions](../guides/roles.md) on it.",
			},
			"not_set_on": schema.SetAttribute{
				ElementType:         types.StringType,
				Computed:            true,
				MarkdownDescription: "Which of `also_set_on` lack the keys of the service: a call has failed, or somebody else has changed a key. The next apply sets them. Null without `also_set_on`.",
			},
			"previous_revoked_at": computed("When this resource revoked the key that was active before (RFC 3339, UTC), or found it regenerated by somebody else when it was to be revoked. " +
				"Null as long as that key may work."),
			"active_key_type": computed("The slot that is in use: `Primary` or `Secondary`."),
			"rotated_at":      computed("When this resource rotated last (RFC 3339, UTC). Null after an import, because Azure does not tell a key's age."),
		}),
	}
}
