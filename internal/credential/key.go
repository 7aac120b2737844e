// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
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
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
)

// Values of on_destroy; the first is the default.
const (
	onDestroyKeep       = "keep"
	onDestroyRegenerate = "regenerate"
)

const keyResourceType = "mlws_service_key"

// keyModel is the configuration, plan or state of mlws_service_key.
type keyModel struct {
	managed
	KeyType         types.String `tfsdk:"key_type"`
	KeyValue        types.String `tfsdk:"key_value_wo"`
	KeyValueVersion types.Int64  `tfsdk:"key_value_wo_version"`
	OnDestroy       types.String `tfsdk:"on_destroy"`
	Key             types.String `tfsdk:"key"`
	KeyFingerprint  types.String `tfsdk:"key_fingerprint"`
}

func (m *keyModel) slot() managedSlot {
	id := types.StringUnknown()
	if !m.ServiceID.IsUnknown() && !m.KeyType.IsUnknown() {
		id = types.StringValue(keyID(m.ServiceID.ValueString(), m.KeyType.ValueString()))
	}
	return managedSlot{managed: &m.managed, resource: keyResourceType, wholeID: id, keyType: &m.KeyType, key: &m.Key, fingerprint: &m.KeyFingerprint}
}

func (m *keyModel) owns() []azureml.KeyType {
	if m.KeyType.IsUnknown() {
		return nil
	}
	return []azureml.KeyType{m.slot().name()}
}

// replaces repeats what the plan modifiers of the attributes decide: the framework
// does not tell that to ModifyPlan.
func (m *keyModel) replaces(state, config *keyModel) bool {
	return !m.ServiceID.Equal(state.ServiceID) || !m.KeyType.Equal(state.KeyType) || triggered(state.Triggers, m.Triggers) != no ||
		!config.KeyValueVersion.IsNull() && !config.KeyValueVersion.Equal(state.KeyValueVersion)
}

// bearerToken is what RFC 6750 lets a client send as a bearer: a key of other
// characters could be set, but never used.
var bearerToken = validators.String{
	Title:  "Invalid key value",
	Rule:   "A key is sent as a bearer in the Authorization header (RFC 6750), so it consists of letters, digits and -._~+/, at least one of them, with = at the end only.",
	Check:  validators.Matches(`^[A-Za-z0-9\-._~+/]+=*$`, "").Check,
	Hidden: "the value, which is not shown here, has other characters, or none",
}

// Schema implements resource.Resource.
func (*keyResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "One of the two keys of a service with key auth. Creating it regenerates that slot, exactly once: " +
			"the old key of the slot stops working, the other slot is not touched. So `-replace`, a changed `triggers` and a `rotate_after` that has passed rotate the key. " +
			"Planning, refreshing, importing and destroying never do." + oneOwnerText,
		Attributes: slotAttributes(ctx, "key", limits, map[string]schema.Attribute{
			"id": computed("The id of the key: `{service_id}/keys/{key_type}`."),
			"service_id": serviceIDAttribute(" A service that is replaced has an unknown id in the plan, " +
				"so its keys are planned to be replaced with it. A change replaces the resource: a key of the other service is regenerated."),
			"key_type": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The slot of the key: `Primary` or `Secondary`. Both keys are accepted for scoring. A change replaces the resource: the other slot is regenerated.",
				Validators:          []validator.String{keyTypes},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"triggers": schema.MapAttribute{
				ElementType: types.StringType,
				Optional:    true,
				MarkdownDescription: "Arbitrary values. A change of any of them replaces the resource, which rotates the key. " +
					"Adding the whole map to an existing key, or removing it, does not.",
				PlanModifiers: []planmodifier.Map{replaceIfTriggered("A changed map replaces the key; adding or removing the map does not.")},
			},
			"key_value_wo": schema.StringAttribute{
				Optional:  true,
				WriteOnly: true,
				Sensitive: true,
				MarkdownDescription: "The value of the key, instead of a random one that Azure makes: letters, digits and `-._~+/`, with `=` at the end only. Write-only: it is in no state and no plan. " +
					"It is sent when the key is created or replaced, and, without `key_value_wo_version`, in an update in place whenever it changes. " +
					"Then the plan and the apply need the same value: for one that is new each time that Terraform reads it, set `key_value_wo_version`. " +
					"Removing the value leaves the key as it is.",
				Validators: []validator.String{bearerToken},
			},
			"key_value_wo_version": schema.Int64Attribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "A number to change whenever `key_value_wo` is to be sent. A change of it, from none as well, replaces the resource, which rotates the key; removing it does not. " +
					"If it is set, a changed value alone is not sent. If it is not, it is a short checksum of the value.",
				Validators:    []validator.Int64{int64validator.AlsoRequires(path.MatchRoot("key_value_wo"))},
				PlanModifiers: []planmodifier.Int64{replaceIfChosen("A changed version replaces the key; removing it does not.")},
			},
			"on_destroy": optional("What destroying does: `keep` (the default) leaves the key working for whoever has it; `regenerate` makes it useless, "+
				"unless somebody has rotated it already. A replacement regenerates once in either case. A change only updates the state.", validators.OneOf(onDestroyKeep, onDestroyRegenerate)),
			"rotated_at": computed("When this resource regenerated the key (RFC 3339, UTC). " +
				"Null for an imported key, because Azure does not tell a key's age."),
		}),
	}
}

// replaceIfTriggered replaces if a map of triggers changes. A replacement cannot
// wait for a value that is not known yet, so such a value counts as another one.
func replaceIfTriggered(rule string) planmodifier.Map {
	return mapplanmodifier.RequiresReplaceIf(func(_ context.Context, req planmodifier.MapRequest, resp *mapplanmodifier.RequiresReplaceIfFuncResponse) {
		resp.RequiresReplace = triggered(req.StateValue, req.PlanValue) != no
	}, rule, rule)
}

// replaceIfChosen replaces if the configured version of a chosen key changes. It keeps the
// key if the configuration has no version.
func replaceIfChosen(rule string) planmodifier.Int64 {
	return int64planmodifier.RequiresReplaceIf(func(_ context.Context, req planmodifier.Int64Request, resp *int64planmodifier.RequiresReplaceIfFuncResponse) {
		resp.RequiresReplace = !req.ConfigValue.IsNull()
	}, rule, rule)
}
