// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

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

	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// PropertyOwner is what has properties, as messages name it: "service", "model".
// The API can add a property to it, and never change or remove one; others add
// theirs.
type PropertyOwner string

// privateProperties is the private state that remembers which properties a
// configuration has set. An imported object has none: properties that were found on
// it stay in its state without being a difference.
const privateProperties = "properties"

// TrackedProperties returns the names that an earlier apply has set.
func TrackedProperties(ctx context.Context, from PrivateReader) ([]string, diag.Diagnostics) {
	encoded, diags := from.GetKey(ctx, privateProperties)
	var names []string
	if len(encoded) > 0 {
		// TrackProperties alone writes it; anything else means "none".
		_ = json.Unmarshal(encoded, &names)
	}
	return names, diags
}

// TrackProperties records the names that the configuration sets.
func TrackProperties(ctx context.Context, to PrivateWriter, config types.Map) diag.Diagnostics {
	names := slices.Sorted(maps.Keys(values.Strings(config)))
	encoded, err := json.Marshal(names)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Could not remember the properties", err.Error())}
	}
	return to.SetKey(ctx, privateProperties, encoded)
}

// Plan plans the properties and reports whether they need a new object. Properties
// that the configuration does not name are never a difference. The state is nil for
// an object that is to be created.
func (o PropertyOwner) Plan(config, plan types.Map, state *types.Map, tracked []string) (planned types.Map, replace bool, diags diag.Diagnostics) {
	if state == nil {
		// Nothing configured, nothing tracked.
		if config.IsNull() {
			plan = values.EmptyStringMap()
		}
		return plan, false, diags
	}
	if config.IsNull() {
		if len(tracked) > 0 {
			return values.EmptyStringMap(), false, o.warnUntracked(tracked, nil)
		}
		return *state, false, diags
	}
	if config.IsUnknown() {
		return plan, false, diags
	}
	prior := state.Elements()
	contained := true
	for name, value := range config.Elements() {
		before, existed := prior[name]
		if existed && before.Equal(value) {
			continue
		}
		contained = false
		if existed && !value.IsUnknown() {
			replace = true
			diags.AddAttributeWarning(path.Root("properties").AtMapKey(name), fmt.Sprintf("A changed property replaces the %s", o),
				fmt.Sprintf("The API can add a property but never change one, so the new value of %q needs a new %s. "+
					"Set the old value, or use another name, to keep the %[2]s.", name, o))
		}
	}
	removed := o.warnUntracked(tracked, config.Elements())
	diags.Append(removed...)
	if contained && len(removed) == 0 && !state.IsNull() {
		// What else is in the state was found there by an import.
		plan = *state
	}
	return plan, replace, diags
}

// warnUntracked says which properties stay although the configuration no longer
// names them.
func (o PropertyOwner) warnUntracked(tracked []string, configured map[string]attr.Value) diag.Diagnostics {
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
	diags.AddAttributeWarning(path.Root("properties"), fmt.Sprintf("Removed properties stay on the %s", o),
		fmt.Sprintf("The API cannot remove a property, so the %s keeps %s; Terraform only stops tracking it. Replace the %[1]s to get rid of it.", o, strings.Join(left, ", ")))
	return diags
}

// FlattenProperties follows only the properties that the state names; after an
// import, all that the service, the SDK and this provider have not added by themselves.
func FlattenProperties(properties map[string]string, prior types.Map) types.Map {
	kept := map[string]attr.Value{}
	for name, value := range properties {
		if !prior.IsNull() && !prior.IsUnknown() {
			if _, followed := prior.Elements()[name]; !followed {
				continue
			}
		} else if foreign(name) {
			continue
		}
		kept[name] = types.StringValue(value)
	}
	return types.MapValueMust(types.StringType, kept)
}

// foreign reports whether a property is one that the service, the SDK or this
// provider's tools add by themselves, so that an import leaves it out.
func foreign(name string) bool {
	switch name {
	case "hasInferenceSchema", "hasHttps":
		return true
	}
	return strings.HasPrefix(name, "azureml.") || strings.HasPrefix(name, "mlws.")
}
