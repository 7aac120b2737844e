// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
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

// PropertyOwner names an object with properties in messages: "service", "model". The API can
// add a property, and never change or remove one; others add theirs.
type PropertyOwner string

// TrackedProperties is the key of the properties that earlier applies have set. An imported
// object has none: its properties stay in its state, and are no difference.
const TrackedProperties Key[Tracked] = "properties"

// Tracked are the properties that earlier applies have set.
type Tracked struct {
	// Names are those that the configuration of the last apply had.
	Names []string `json:"names"`
	// Left are those that a configuration no longer names. The object still has them.
	Left map[string]string `json:"left,omitempty"`
}

// UnmarshalJSON also reads the form of earlier versions, the names alone.
func (t *Tracked) UnmarshalJSON(encoded []byte) error {
	type current Tracked
	if json.Unmarshal(encoded, (*current)(t)) == nil {
		return nil
	}
	return json.Unmarshal(encoded, &t.Names)
}

// Next returns what is tracked after an apply. The state is the one before; null if new.
func (t Tracked) Next(config, state types.Map) Tracked {
	configured, before := values.Strings(config), values.Strings(state)
	next := Tracked{Names: slices.Sorted(maps.Keys(configured)), Left: map[string]string{}}
	maps.Copy(next.Left, t.Left)
	for _, name := range t.Names {
		if value, had := before[name]; had {
			next.Left[name] = value
		}
	}
	maps.DeleteFunc(next.Left, func(name, _ string) bool { _, still := configured[name]; return still })
	return next
}

// Existing returns the properties that need not be sent again: those of a state, and those that
// the object still has from earlier configurations.
func (t Tracked) Existing(state types.Map) types.Map {
	existing := map[string]string{}
	maps.Copy(existing, t.Left)
	maps.Copy(existing, values.Strings(state))
	return values.StringMap(existing)
}

// Plan plans the properties and reports whether they need a new object. Properties that are not
// configured are no difference. The state is nil for a new object.
func (o PropertyOwner) Plan(config, plan types.Map, state *types.Map, tracked Tracked, diags *diag.Diagnostics) (planned types.Map, replace bool) {
	if state == nil {
		if config.IsNull() {
			plan = values.StringMap(nil)
		}
		return plan, false
	}
	if config.IsNull() {
		if len(tracked.Names) > 0 {
			o.warnUntracked(tracked.Names, nil, diags)
			return values.StringMap(nil), false
		}
		return *state, false
	}
	if config.IsUnknown() {
		return plan, false
	}
	prior, all := state.Elements(), tracked.Existing(*state).Elements()
	contained := true
	for name, value := range config.Elements() {
		before, exists := all[name]
		contained = contained && prior[name] != nil && before.Equal(value)
		if exists && !before.Equal(value) && !value.IsUnknown() {
			replace = true
			diags.AddAttributeWarning(path.Root("properties").AtMapKey(name), fmt.Sprintf("A changed property replaces the %s", o),
				fmt.Sprintf("The API can add a property but never change one, so the new value of %q needs a new %s. "+
					"Set the old value, or use another name, to keep the %[2]s.", name, o))
		}
	}
	if removed := o.warnUntracked(tracked.Names, config.Elements(), diags); contained && !removed && !state.IsNull() {
		// Keep the other properties in the state, which an import has found.
		plan = *state
	}
	return plan, replace
}

// warnUntracked warns of properties that stay on the object although the configuration no longer
// has them, and reports whether there are any.
func (o PropertyOwner) warnUntracked(tracked []string, configured map[string]attr.Value, diags *diag.Diagnostics) bool {
	var left []string
	for _, name := range tracked {
		if _, still := configured[name]; !still {
			left = append(left, name)
		}
	}
	if len(left) == 0 {
		return false
	}
	diags.AddAttributeWarning(path.Root("properties"), fmt.Sprintf("Removed properties stay on the %s", o),
		fmt.Sprintf("The API cannot remove a property, so the %s keeps %s; Terraform only stops tracking it. Replace the %[1]s to get rid of it.", o, strings.Join(left, ", ")))
	return true
}

// FlattenProperties returns the properties that the state names; after an import, all that are
// not foreign.
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

// foreign reports whether the service, the SDK or this provider adds a property by itself.
func foreign(name string) bool {
	switch name {
	case "hasInferenceSchema", "hasHttps":
		return true
	}
	return strings.HasPrefix(name, "azureml.") || strings.HasPrefix(name, "mlws.")
}
