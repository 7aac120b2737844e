// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// privateProperties is the private state that remembers which properties a
// configuration has set. An imported service has none: what was found on it
// then stays in its state without being a difference.
const privateProperties = "properties"

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// trackedProperties returns the names that an earlier apply has set.
func trackedProperties(ctx context.Context, private privateReader) ([]string, diag.Diagnostics) {
	encoded, diags := private.GetKey(ctx, privateProperties)
	var names []string
	if len(encoded) > 0 {
		// Written by rememberProperties only; anything else means "none".
		_ = json.Unmarshal(encoded, &names)
	}
	return names, diags
}

// rememberProperties records the names that the configuration sets.
func rememberProperties(ctx context.Context, private privateWriter, config deployment) diag.Diagnostics {
	names := slices.Sorted(maps.Keys(stringMap(config.Properties)))
	encoded, err := json.Marshal(names)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Could not remember the properties", err.Error())}
	}
	return private.SetKey(ctx, privateProperties, encoded)
}

// planProperties plans the add-only properties and reports whether they need a
// new service. Properties that the configuration does not name are never a difference.
func planProperties(config deployment, plan, state *deployment, tracked []string) (replace bool, diags diag.Diagnostics) {
	if state == nil {
		// Nothing configured, nothing tracked.
		if config.Properties.IsNull() {
			plan.Properties = noProperties()
		}
		return false, diags
	}
	if config.Properties.IsNull() {
		plan.Properties = state.Properties
		if len(tracked) > 0 {
			plan.Properties = noProperties()
			diags.Append(warnUntracked(tracked, nil)...)
		}
		return false, diags
	}
	if config.Properties.IsUnknown() {
		return false, diags
	}
	prior := state.Properties.Elements()
	contained := true
	for name, value := range config.Properties.Elements() {
		before, existed := prior[name]
		if existed && before.Equal(value) {
			continue
		}
		contained = false
		if existed && !value.IsUnknown() {
			replace = true
			diags.AddAttributeWarning(path.Root("properties").AtMapKey(name), "A changed property replaces the service",
				fmt.Sprintf("The API can add a property but never change one, so the new value of %q needs a new service. "+
					"Set the old value, or use another name, to keep the service.", name))
		}
	}
	removed := warnUntracked(tracked, config.Properties.Elements())
	diags.Append(removed...)
	if contained && len(removed) == 0 && !state.Properties.IsNull() {
		// What else is in the state was found there by an import.
		plan.Properties = state.Properties
	}
	return replace, diags
}

func noProperties() types.Map {
	return types.MapValueMust(types.StringType, map[string]attr.Value{})
}

// warnUntracked says which properties stay on the service although the
// configuration no longer names them.
func warnUntracked(tracked []string, configured map[string]attr.Value) diag.Diagnostics {
	var diags diag.Diagnostics
	var left []string
	for _, name := range tracked {
		if _, still := configured[name]; !still {
			left = append(left, name)
		}
	}
	if len(left) == 0 {
		return diags
	}
	diags.AddAttributeWarning(path.Root("properties"), "Removed properties stay on the service",
		fmt.Sprintf("The API cannot remove a property, so the service keeps %s; Terraform only stops tracking it. Replace the service to get rid of it.", strings.Join(left, ", ")))
	return diags
}

// foreignProperty reports whether a property is one that the service, the
// SDK or this provider's tools add by themselves, so that an import leaves it out.
func foreignProperty(name string) bool {
	switch name {
	case "hasInferenceSchema", "hasHttps":
		return true
	}
	return strings.HasPrefix(name, "azureml.") || strings.HasPrefix(name, "mlws.")
}

// stringMap returns the known elements of a map of strings.
func stringMap(value types.Map) map[string]string {
	elements := make(map[string]string, len(value.Elements()))
	for name, element := range value.Elements() {
		if text, ok := element.(types.String); ok && set(text) {
			elements[name] = text.ValueString()
		}
	}
	return elements
}
