// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// A rotation can carry its keys over to online endpoints (v2): they have both keys of
// the service, as long as clients move from one to the other. Their keys are set to
// values, which may be repeated; so what failed is made good by the next apply, without
// another regenerate of the service.

// bridge is the online endpoints that have the keys of a service too.
type bridge struct {
	AlsoSetOn types.Set `tfsdk:"also_set_on"`
	NotSetOn  types.Set `tfsdk:"not_set_on"`
}

// endpointRef names an online endpoint.
type endpointRef struct {
	given     string // as the configuration spells its id
	id        resourceid.OnlineEndpoint
	workspace *azureml.Workspace
}

func (e endpointRef) String() string {
	return fmt.Sprintf("online endpoint %q of workspace %q", e.id.Name, e.id.Workspace.Name)
}

// plan plans to set the keys if one of them changes, or if an endpoint is known to lack
// them or is new here. State is nil for a new rotation, of which all keys change.
func (b *bridge) plan(state *bridge, changes bool) {
	switch {
	case b.AlsoSetOn.IsNull():
		b.NotSetOn = types.SetNull(types.StringType)
	case changes || !b.AlsoSetOn.Equal(state.AlsoSetOn) || len(state.NotSetOn.Elements()) > 0:
		b.NotSetOn = types.SetUnknown(types.StringType)
	default:
		b.NotSetOn = state.NotSetOn
	}
}

// endpoints returns the endpoints in the order of their ids. An error is an id that no
// validator has seen, since it became known in the apply: it comes before anything is
// sent.
func (b *bridge) endpoints(ctx context.Context, data *framework.Data, diags *diag.Diagnostics) []endpointRef {
	var found []endpointRef
	for _, given := range stringsOf(ctx, b.AlsoSetOn, diags) {
		id, err := resourceid.ParseOnlineEndpoint(given)
		if err != nil {
			diags.AddAttributeError(path.Root("also_set_on"), "Invalid also_set_on", validators.OnlineEndpointID.Why(given))
			return nil
		}
		found = append(found, endpointRef{given, id, data.Client.Workspace(id.Workspace)})
	}
	return found
}

func stringsOf(ctx context.Context, set types.Set, diags *diag.Diagnostics) []string {
	var values []string
	if !set.IsNull() && !set.IsUnknown() {
		diags.Append(set.ElementsAs(ctx, &values, false)...)
	}
	slices.Sort(values)
	return values
}

// lacking notes the endpoints that do not have the keys.
func (b *bridge) lacking(ctx context.Context, ids []string, diags *diag.Diagnostics) {
	set, more := types.SetValueFrom(ctx, types.StringType, append([]string{}, ids...))
	diags.Append(more...)
	b.NotSetOn = set
}

// carryOver gives the online endpoints the keys of the service after a rotation or a
// revocation, or those that it has if there was none. After one with an unknown outcome
// no key is known, and nothing is sent: the next apply finishes it first.
//
// What fails is a warning: after an error, Terraform would not give the new key to what
// depends on the rotation, and a later rotation or revocation would end the key that is in
// use there. After an error of a create, it would replace the rotation too. not_set_on
// keeps the plan from being empty.
func (m *rotationModel) carryOver(ctx context.Context, c call, made rotated, timeout time.Duration) {
	if !m.NotSetOn.IsUnknown() {
		return
	}
	m.NotSetOn = m.AlsoSetOn
	if c.diags.HasError() {
		return
	}
	keys := made.keys
	if keys == (azureml.Keys{}) {
		service := refer(c.data, m.ServiceID.ValueString(), c.diags)
		var err error
		if keys, err = service.workspace.ListKeys(ctx, service.id.Name); err != nil {
			warnNotSet(c, diagnostics.Explain(service.String(), err)+" Its keys are needed for the online endpoints; the next apply tries again.")
			return
		}
	}
	m.setKeys(ctx, c, keys, timeout)
}

func warnNotSet(c call, detail string) {
	c.diags.AddAttributeWarning(path.Root("also_set_on"), "The keys were not set on an online endpoint", detail)
}

// setKeys gives every endpoint both keys of the service, and notes those that did not
// get them. It sends one regenerateKeys for each key that differs, and tries every
// endpoint for as long as timeout, also after one has failed.
func (b *bridge) setKeys(ctx context.Context, c call, keys azureml.Keys, timeout time.Duration) {
	var missing []string
	for _, endpoint := range b.endpoints(ctx, c.data, c.diags) {
		if err := endpoint.setKeys(ctx, keys, timeout); err != nil {
			missing = append(missing, endpoint.given)
			warnNotSet(c, diagnostics.Explain(endpoint.String(), err)+
				" The service has its keys, and the next apply sets them on this endpoint, without regenerating any.")
		}
	}
	b.lacking(ctx, missing, c.diags)
}

func (e endpointRef) setKeys(ctx context.Context, keys azureml.Keys, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for _, slot := range []azureml.KeyType{azureml.KeyPrimary, azureml.KeySecondary} {
		if err := e.workspace.SetOnlineEndpointKey(ctx, e.id.Name, slot, keys.Slot(slot)); err != nil {
			return err
		}
	}
	return nil
}

// compare notes for the plan which endpoints lack the keys of the service. Of an endpoint
// that cannot be read, the state says it as before.
func (b *bridge) compare(ctx context.Context, data *framework.Data, keys azureml.Keys, diags *diag.Diagnostics) {
	if b.AlsoSetOn.IsNull() {
		return
	}
	known, missing := stringsOf(ctx, b.NotSetOn, diags), []string(nil)
	for _, endpoint := range b.endpoints(ctx, data, diags) {
		live, err := endpoint.workspace.ListOnlineEndpointKeys(ctx, endpoint.id.Name)
		lacked := slices.Contains(known, endpoint.given)
		switch {
		case err != nil:
			diags.AddAttributeWarning(path.Root("also_set_on"), "The keys of an online endpoint could not be compared", diagnostics.Explain(endpoint.String(), err))
			if lacked || azureml.IsNotFound(err) {
				missing = append(missing, endpoint.given)
			}
		case live != keys:
			missing = append(missing, endpoint.given)
			if !lacked {
				diags.AddAttributeWarning(path.Root("also_set_on"), "An online endpoint has other keys than the service", fmt.Sprintf(
					"The keys of %s and of the service were the same after the last apply, and no longer are. The next apply sets those of the service on it. "+
						"To let it have keys of its own, take it out of also_set_on.", endpoint))
			}
		}
	}
	b.lacking(ctx, missing, diags)
}
