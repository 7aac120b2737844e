// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// KeepSpelling plans the value of the state if the configuration spells the same
// thing in another way, so that spelling is never a difference. The rule is a full
// sentence for the documentation.
func KeepSpelling(rule string, same func(state, config string) bool) planmodifier.String {
	return keepSpelling{rule: rule, same: same}
}

// KeepCase is KeepSpelling for values that Azure compares without regard to case.
func KeepCase() planmodifier.String {
	return KeepSpelling("Another case of the same value is not a change.", strings.EqualFold)
}

type keepSpelling struct {
	rule string
	same func(state, config string) bool
}

func (k keepSpelling) Description(context.Context) string         { return k.rule }
func (k keepSpelling) MarkdownDescription(context.Context) string { return k.rule }

func (k keepSpelling) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	// Terraform accepts the prior value in a plan only if the configuration has a
	// value too.
	if req.StateValue.IsNull() || req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if k.same(req.StateValue.ValueString(), req.ConfigValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}
