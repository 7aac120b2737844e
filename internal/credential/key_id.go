// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
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
)

func keyID(serviceID, slot string) string { return serviceID + "/keys/" + slot }

// parseKeyID parses an import id: {service_id}/keys/Primary, or
// {service name}/Primary with the provider's workspace, which may be nil.
func parseKeyID(id string, workspace *resourceid.Workspace) (resourceid.Service, azureml.KeyType, error) {
	const forms = "expected {service_id}/keys/Primary, or {service name}/Primary for a service of the provider's workspace"
	rest, slotName, found := cutLast(id, "/")
	if !found {
		return resourceid.Service{}, "", fmt.Errorf("%q has no key type: %s", id, forms)
	}
	var slot azureml.KeyType
	switch {
	case strings.EqualFold(slotName, string(azureml.KeyPrimary)):
		slot = azureml.KeyPrimary
	case strings.EqualFold(slotName, string(azureml.KeySecondary)):
		slot = azureml.KeySecondary
	default:
		return resourceid.Service{}, "", fmt.Errorf("%q ends with the key type %q, which must be Primary or Secondary: %s", id, slotName, forms)
	}
	if !strings.HasPrefix(rest, "/") && !strings.Contains(rest, "/") && rest != "" {
		if workspace == nil {
			return resourceid.Service{}, "", fmt.Errorf("%q names no workspace, and the provider is configured without one: use {service_id}/keys/%s", id, slot)
		}
		return workspace.Service(rest), slot, nil
	}
	serviceID, literal, _ := cutLast(rest, "/")
	if !strings.EqualFold(literal, "keys") {
		return resourceid.Service{}, "", fmt.Errorf("%q is not the id of a key: %s", id, forms)
	}
	service, err := resourceid.ParseService(serviceID)
	if err != nil {
		return resourceid.Service{}, "", fmt.Errorf("%w: %s", err, forms)
	}
	return service, slot, nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// importSlot puts into the state what an import id says. An import cannot see the
// configuration, nor can the read that follows it: so the key stays out of the state
// until a plan finds that the configuration wants it there.
func importSlot(ctx context.Context, to *tfsdk.State, keyType string, id string, service resourceid.Service, slot azureml.KeyType) diag.Diagnostics {
	diags := to.SetAttribute(ctx, path.Root("id"), id)
	diags.Append(to.SetAttribute(ctx, path.Root("service_id"), service.String())...)
	diags.Append(to.SetAttribute(ctx, path.Root(keyType), string(slot))...)
	return append(diags, to.SetAttribute(ctx, path.Root("store_key"), false)...)
}

// keyIdentity is what identifies a key without its state.
type keyIdentity struct {
	framework.Identity
	ServiceName types.String `tfsdk:"service_name"`
	KeyType     types.String `tfsdk:"key_type"`
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (*keyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema(map[string]identityschema.Attribute{
		"service_name": identityschema.StringAttribute{RequiredForImport: true, Description: "The name of the service."},
		"key_type":     identityschema.StringAttribute{RequiredForImport: true, Description: "Primary or Secondary."},
	})
}

// storeIdentity sets the identity of a key.
func storeIdentity(ctx context.Context, service resourceid.Service, slot azureml.KeyType, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	of := keyIdentity{
		Identity:    framework.IdentityOf(service.Workspace),
		ServiceName: types.StringValue(service.Name),
		KeyType:     types.StringValue(string(slot)),
	}
	return framework.StoreIdentity(ctx, identity, of, func(stored keyIdentity) bool {
		return stored.Names(service.Workspace) && stored.ServiceName.Equal(of.ServiceName) && stored.KeyType.Equal(of.KeyType)
	})
}

// id returns the import id of an identity.
func (i keyIdentity) id(own *resourceid.Workspace) (string, error) {
	workspace, err := i.Complete(own)
	return keyID(workspace.Service(i.ServiceName.ValueString()).String(), i.KeyType.ValueString()), err
}
