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
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

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
