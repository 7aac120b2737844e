// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

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

// Values of on_destroy and on_external_rotation; the first of each is the default.
const (
	onDestroyKeep       = "keep"
	onDestroyRegenerate = "regenerate"
	onExternalAdopt     = "adopt"
	onExternalRotate    = "rotate"
)

// keyModel is the configuration, plan or state of mlws_service_key. The
// optional attributes have no defaults in the schema: null means the default,
// so that imported keys and states of earlier versions plan empty.
type keyModel struct {
	ID                 types.String   `tfsdk:"id"`
	ServiceID          types.String   `tfsdk:"service_id"`
	KeyType            types.String   `tfsdk:"key_type"`
	Triggers           types.Map      `tfsdk:"triggers"`
	RotateAfter        types.String   `tfsdk:"rotate_after"`
	KeyValue           types.String   `tfsdk:"key_value_wo"`
	KeyValueVersion    types.Int64    `tfsdk:"key_value_wo_version"`
	StoreKey           types.Bool     `tfsdk:"store_key"`
	OnExternalRotation types.String   `tfsdk:"on_external_rotation"`
	OnDestroy          types.String   `tfsdk:"on_destroy"`
	Verify             types.Bool     `tfsdk:"verify"`
	Key                types.String   `tfsdk:"key"`
	KeyFingerprint     types.String   `tfsdk:"key_fingerprint"`
	RotatedAt          types.String   `tfsdk:"rotated_at"`
	NextRotationAt     types.String   `tfsdk:"next_rotation_at"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`
}

func keyID(serviceID string, slot string) string { return serviceID + "/keys/" + slot }

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

func capitalizeFirst(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
