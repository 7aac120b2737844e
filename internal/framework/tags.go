// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
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

// TagsAllText describes tags_all.
const TagsAllText = "The tags that the provider sends: `tags` over the `default_tags` of the provider. Tags that `ignore_tags` leaves to others are not in it."

// Tags are what the provider block says of the tags of every object. The zero value
// has no default and ignores no tag.
type Tags struct {
	// Defaults are default_tags; an unknown value is not known yet.
	Defaults types.Map
	// IgnoredKeys and IgnoredPrefixes are ignore_tags.
	IgnoredKeys, IgnoredPrefixes []string
}

// Ignores reports whether the tag of a name is left to others: it is no drift, and no
// change removes it.
func (t Tags) Ignores(name string) bool {
	return slices.Contains(t.IgnoredKeys, name) || slices.ContainsFunc(t.IgnoredPrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// Whole returns the map that a request sends: the managed tags, and those of the live
// object that are left to others. The API can only replace the whole map.
func (t Tags) Whole(managed, live map[string]string) map[string]string {
	whole := map[string]string{}
	for name, value := range live {
		if t.Ignores(name) {
			whole[name] = value
		}
	}
	maps.Copy(whole, managed)
	return whole
}

// CanIgnore reports whether there are tags that are left to others.
func (t Tags) CanIgnore() bool { return len(t.IgnoredKeys)+len(t.IgnoredPrefixes) > 0 }

// All returns the planned tags_all: the tags of the configuration over the defaults.
func (t Tags) All(own types.Map) types.Map {
	if own.IsUnknown() || t.Defaults.IsUnknown() {
		return types.MapUnknown(types.StringType)
	}
	all := map[string]attr.Value{}
	maps.Copy(all, t.Defaults.Elements())
	maps.Copy(all, own.Elements())
	return types.MapValueMust(types.StringType, all)
}

// Managed returns the tags that belong to the configuration, from the tags and tags_all
// of a plan or state. The state of an earlier version of the provider has no tags_all;
// a plan may not know it yet.
func (t Tags) Managed(own, all types.Map) map[string]string {
	switch {
	case all.IsNull():
		return values.Strings(own)
	case all.IsUnknown():
		return values.Strings(t.All(own))
	}
	return values.Strings(all)
}

// Flatten returns tags and tags_all of an object. The prior values are those of the
// state or plan; the prior tags_all is null after an import, and in the state of an
// earlier version of the provider.
//
// A tag is in tags unless it comes from default_tags. A default with another value on
// the object is a difference of tags_all alone; an import takes it into tags, so that
// generated configuration does not change it.
func (t Tags) Flatten(found map[string]string, priorOwn, priorAll types.Map) (own, all types.Map) {
	sent, mine := map[string]string{}, map[string]string{}
	defaults := values.Strings(t.Defaults)
	for name, value := range found {
		if t.Ignores(name) {
			continue
		}
		sent[name] = value
		_, written := priorOwn.Elements()[name]
		_, sentBefore := priorAll.Elements()[name]
		usual, isDefault := defaults[name]
		if written || !sentBefore && (!isDefault || usual != value && priorAll.IsNull()) {
			mine[name] = value
		}
	}
	return values.OptionalStringMap(mine, priorOwn), values.StringMap(sent)
}

// Check refuses a tag of the configuration that is also left to others: each side
// would undo the other one.
func (t Tags) Check(own types.Map) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, name := range slices.Sorted(maps.Keys(own.Elements())) {
		if t.Ignores(name) {
			diags.AddAttributeError(path.Root("tags").AtMapKey(name), "An ignored tag is set",
				fmt.Sprintf("The tag %q is set here, and ignore_tags in the provider's configuration leaves it to others. Remove it from tags, which keeps it on the object as it is, or take it out of ignore_tags.", name))
		}
	}
	return diags
}
