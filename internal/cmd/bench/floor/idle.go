// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// idle has the schemas of a provider, and resources that do no work.
type idle struct{ provider.Provider }

// Configure implements provider.Provider.
func (idle) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

// Resources implements provider.Provider.
func (p idle) Resources(ctx context.Context) []func() resource.Resource {
	all := p.Provider.Resources(ctx)
	for i, constructor := range all {
		all[i] = func() resource.Resource {
			if identified, ok := constructor().(resource.ResourceWithIdentity); ok {
				return idleIdentified{idleResource{identified}, identified}
			}
			return idleResource{constructor()}
		}
	}
	return all
}

// idleResource has the schema of a resource, with its validators and plan modifiers. A
// refresh returns the state, and a change stores the plan.
type idleResource struct{ resource.Resource }

// Create implements resource.Resource.
func (idleResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.State.Raw = known(req.Plan.Raw, &resp.Diagnostics)
	identify(ctx, resp.Identity, &resp.Diagnostics)
}

// Read implements resource.Resource.
func (idleResource) Read(ctx context.Context, _ resource.ReadRequest, resp *resource.ReadResponse) {
	identify(ctx, resp.Identity, &resp.Diagnostics)
}

// Update implements resource.Resource.
func (idleResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = known(req.Plan.Raw, &resp.Diagnostics)
	identify(ctx, resp.Identity, &resp.Diagnostics)
}

// Delete implements resource.Resource.
func (idleResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// idleIdentified is an idleResource with an identity.
type idleIdentified struct {
	idleResource
	identified resource.ResourceWithIdentity
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (i idleIdentified) IdentitySchema(ctx context.Context, req resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	i.identified.IdentitySchema(ctx, req, resp)
}

// someID is the value of computed texts: it is valid wherever an id is asked for.
const someID = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ws/services/some"

// known gives unknown texts a value, and makes all else that is unknown null.
func known(plan tftypes.Value, diags *diag.Diagnostics) tftypes.Value {
	result, err := tftypes.Transform(plan, func(_ *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		switch {
		case value.IsKnown():
			return value, nil
		case value.Type().Is(tftypes.String):
			return tftypes.NewValue(tftypes.String, someID), nil
		}
		return tftypes.NewValue(value.Type(), nil), nil
	})
	if err != nil {
		diags.AddError("A plan cannot be completed", err.Error())
	}
	return result
}

// identify fills in an identity that has no value.
func identify(ctx context.Context, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics) {
	if identity == nil || !identity.Raw.IsNull() {
		return
	}
	object, ok := identity.Schema.Type().TerraformType(ctx).(tftypes.Object)
	if !ok {
		diags.AddError("An identity cannot be made", "It is no object.")
		return
	}
	members := map[string]tftypes.Value{}
	for name, of := range object.AttributeTypes {
		members[name] = tftypes.NewValue(of, nil)
		if of.Is(tftypes.String) {
			members[name] = tftypes.NewValue(of, someID)
		}
	}
	identity.Raw = tftypes.NewValue(object, members)
}
