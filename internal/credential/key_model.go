// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// Defaults of the timeouts. Regenerating a key of an AKS service is an
// operation on the cluster, and may wait for another one to end.
const (
	defaultCreateTimeout = 20 * time.Minute
	defaultReadTimeout   = 5 * time.Minute
)

// keyModel is the configuration, plan or state of mlws_service_key.
type keyModel struct {
	ID        types.String   `tfsdk:"id"`
	ServiceID types.String   `tfsdk:"service_id"`
	KeyType   types.String   `tfsdk:"key_type"`
	Triggers  types.Map      `tfsdk:"triggers"`
	Key       types.String   `tfsdk:"key"`
	RotatedAt types.String   `tfsdk:"rotated_at"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

// keyIdentity is the identity of mlws_service_key.
type keyIdentity struct {
	ServiceID types.String `tfsdk:"service_id"`
	KeyType   types.String `tfsdk:"key_type"`
}

func (m keyModel) identity() keyIdentity {
	return keyIdentity{ServiceID: m.ServiceID, KeyType: m.KeyType}
}

func (m keyModel) slot() azureml.KeyType { return azureml.KeyType(m.KeyType.ValueString()) }

// describe names the key in diagnostics.
func (m keyModel) describe(s serviceRef) string {
	return fmt.Sprintf("the %s key of %s", m.KeyType.ValueString(), s)
}

// keyOf returns the key of one slot.
func keyOf(keys azureml.Keys, slot azureml.KeyType) string {
	if slot == azureml.KeySecondary {
		return keys.Secondary
	}
	return keys.Primary
}

func keyID(serviceID string, slot string) string { return serviceID + "/keys/" + slot }

// timestamp prints a time as all outputs of this package do.
func timestamp(t time.Time) types.String {
	return types.StringValue(t.UTC().Truncate(time.Second).Format(time.RFC3339))
}

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
