// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// ignoreTagsModel is the ignore_tags object.
type ignoreTagsModel struct {
	Keys        types.List `tfsdk:"keys"`
	KeyPrefixes types.List `tfsdk:"key_prefixes"`
}

// tags returns default_tags, which may not be known yet, and ignore_tags. These must be
// known: a refresh decides by them what is a difference.
func (m *model) tags(ctx context.Context) (framework.Tags, diag.Diagnostics) {
	var diags diag.Diagnostics
	tags := framework.Tags{Defaults: m.DefaultTags}
	ignored, err := m.IgnoreTags.ToTerraformValue(ctx)
	if err != nil || !ignored.IsFullyKnown() {
		diags.AddAttributeError(path.Root("ignore_tags"), "The ignored tags are not known yet",
			"ignore_tags depends on something that this apply is about to make. A plan has to know which tags are left to others: write their names, or a variable, in its place.")
		return tags, diags
	}
	if given := values.Decode[ignoreTagsModel](ctx, m.IgnoreTags); given != nil {
		tags.IgnoredKeys, tags.IgnoredPrefixes = values.StringSlice(given.Keys), values.StringSlice(given.KeyPrefixes)
	}
	for _, name := range slices.Sorted(maps.Keys(m.DefaultTags.Elements())) {
		if tags.Ignores(name) {
			diags.AddAttributeError(path.Root("default_tags").AtMapKey(name), "A default tag is ignored",
				fmt.Sprintf("The tag %q is in default_tags, and ignore_tags leaves it to others. Remove it from one of the two.", name))
		}
	}
	return tags, diags
}
