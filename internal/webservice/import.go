// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
)

// identityModel is what identifies a service without its state.
type identityModel struct {
	framework.Identity
	Name types.String `tfsdk:"name"`
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *serviceResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema(map[string]identityschema.Attribute{
		"name": identityschema.StringAttribute{RequiredForImport: true, Description: "The name of the service."},
	})
}

func (i identityModel) id(own *resourceid.Workspace) (string, error) {
	workspace, err := i.Complete(own)
	return workspace.Service(i.Name.ValueString()).String(), err
}

func identityOf(id resourceid.Service) identityModel {
	return identityModel{Identity: framework.IdentityOf(id.Workspace), Name: types.StringValue(id.Name)}
}

func storeIdentity(ctx context.Context, id resourceid.Service, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	return framework.StoreIdentity(ctx, identity, identityOf(id), func(stored identityModel) bool {
		return stored.Names(id.Workspace) && stored.Name.ValueString() == id.Name
	})
}

// ImportState takes the full id of a service, its bare name in the provider's
// workspace, or its identity. The rest is read from the service.
func (r *serviceResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	given := framework.ImportID(ctx, req, func(i identityModel) (string, error) { return i.id(r.OwnWorkspace()) }, &resp.Diagnostics)
	id := importID(given, r.OwnWorkspace(), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(storeImported(ctx, id, &resp.State, resp.Identity, resp.Private)...)
}

// storeImported stores which service a new state is about. The next refresh reads the rest.
func storeImported(ctx context.Context, id resourceid.Service, state *tfsdk.State, identity *tfsdk.ResourceIdentity, private framework.PrivateWriter) diag.Diagnostics {
	diags := state.SetAttribute(ctx, path.Root("id"), id.String())
	diags.Append(state.SetAttribute(ctx, path.Root("workspace_id"), id.Workspace.String())...)
	diags.Append(state.SetAttribute(ctx, path.Root("name"), id.Name)...)
	diags.Append(inference.Imported.Set(ctx, private, true)...)
	if identity != nil {
		diags.Append(identity.Set(ctx, identityOf(id))...)
	}
	return diags
}

// importID does nothing after an error.
func importID(text string, own *resourceid.Workspace, diags *diag.Diagnostics) (id resourceid.Service) {
	if diags.HasError() {
		return id
	}
	if strings.Contains(text, "/") {
		id, err := resourceid.ParseService(text)
		if err != nil {
			diags.AddError("The import id is not a service id", fmt.Sprintf("%s. Import by that id, or by the bare name of a service in the provider's workspace.", err))
		}
		return id
	}
	if err := nameRule.Check(text); err != nil {
		diags.AddError("The import id is not a service name", fmt.Sprintf("%q is neither a full service id nor a service name. %s", text, nameRule.Rule))
		return id
	}
	if own == nil {
		diags.AddError("The workspace of the service is not known",
			fmt.Sprintf("A bare name (%q) is looked up in the provider's workspace, and the provider's configuration names none. "+
				"Set workspace_id in the provider's configuration, or import by the full id: {workspace id}/services/%s.", text, text))
		return id
	}
	return own.Service(text)
}

var _ resource.ResourceWithMoveState = (*serviceResource)(nil)

// armServices is the type of a service in Resource Manager (contract §12).
const armServices = "Microsoft.MachineLearningServices/workspaces/services"

// MoveState takes a service over from an azapi_resource by its id; the next refresh reads the
// rest, as after an import. Nothing moves between ACI and AKS: they are different services.
func (r *serviceResource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
		switch source := strings.ToLower(req.SourceProviderAddress); {
		case req.SourceTypeName == r.otherType() && strings.HasSuffix(source, "/mlws/mlws"):
			resp.Diagnostics.AddError("A service cannot move between ACI and AKS",
				fmt.Sprintf("The moved block turns a %s into a %s. Azure cannot change what a service runs on. "+
					"Remove the moved block. Then deploy the new service beside the old one, under another name, give its address and key to the clients, and remove the old one.", r.otherType(), resourceType(r.compute)))
		case req.SourceTypeName == "azapi_resource" && strings.HasSuffix(source, "/azure/azapi"):
			id, diags := r.movedFromAzapi(req.SourceRawState.JSON)
			resp.Diagnostics.Append(diags...)
			if !resp.Diagnostics.HasError() {
				resp.Diagnostics.Append(storeImported(ctx, id, &resp.TargetState, resp.TargetIdentity, resp.TargetPrivate)...)
			}
		}
	}}}
}

// otherType returns the resource type of the other compute type.
func (r *serviceResource) otherType() string {
	if r.compute == azureml.ComputeACI {
		return resourceType(azureml.ComputeAKS)
	}
	return resourceType(azureml.ComputeACI)
}

// movedFromAzapi reads which service the state of an azapi_resource is about.
func (r *serviceResource) movedFromAzapi(state []byte) (resourceid.Service, diag.Diagnostics) {
	var diags diag.Diagnostics
	var source struct {
		ID, Type string
		Body     json.RawMessage
	}
	if err := json.Unmarshal(state, &source); err != nil {
		diags.AddError("The state of the azapi_resource cannot be read", "It does not have the expected form: "+err.Error()+". Remove it from the state with terraform state rm, and import the service.")
		return resourceid.Service{}, diags
	}
	if kind, _, _ := strings.Cut(source.Type, "@"); !strings.EqualFold(kind, armServices) {
		diags.AddError("The azapi_resource is no web service",
			fmt.Sprintf("The moved block names an azapi_resource of the type %q. Only one of the type %q becomes a %s. Remove the moved block.", source.Type, armServices, resourceType(r.compute)))
		return resourceid.Service{}, diags
	}
	id, err := resourceid.ParseService(source.ID)
	if err != nil {
		diags.AddError("The azapi_resource has no valid service id", err.Error()+". Remove it from the state with terraform state rm, and import the service.")
		return id, diags
	}
	// A state without it is one that was imported; the refresh compares the compute type too.
	if compute := computeInBody(source.Body); compute != "" && !strings.EqualFold(compute, string(r.compute)) {
		advice := "This provider does not deploy to that; leave it to azapi."
		if other := resourceType(azureml.ComputeType(strings.ToUpper(compute))); other != "" {
			advice = fmt.Sprintf("Move it to a %s.", other)
		}
		diags.AddError("The service runs on something else",
			fmt.Sprintf("Service %q runs on %s, and a %s runs on %s. %s", id.Name, strings.ToUpper(compute), resourceType(r.compute), r.compute, advice))
	}
	return id, diags
}

// computeInBody returns the compute type in the body of an azapi_resource: JSON in a
// text up to version 1 of azapi, a value with its type beside it from version 2 on.
// It is a member of the body, or of properties if the body has the form of a reply.
func computeInBody(body json.RawMessage) string {
	var text string
	if json.Unmarshal(body, &text) == nil {
		body = json.RawMessage(text)
	}
	type content struct {
		ComputeType string
		Properties  struct{ ComputeType string }
	}
	var read struct {
		content
		Value content
	}
	if json.Unmarshal(body, &read) != nil {
		return ""
	}
	return cmp.Or(read.ComputeType, read.Properties.ComputeType, read.Value.ComputeType, read.Value.Properties.ComputeType)
}
