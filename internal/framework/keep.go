// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// KeepSpelling plans the state's value if the configuration spells the same in another way. The
// rule is a full sentence for the documentation.
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
	// Terraform accepts the prior value in a plan only if the configuration has one too.
	if req.StateValue.IsNull() || req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if k.same(req.StateValue.ValueString(), req.ConfigValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}

// KeepPlanned gives the state the planned values of attributes that the object reports
// otherwise, and warns with their names. The object is named as in a sentence: `service "iris"`.
//
// Somebody else may have changed the object in the meantime. Terraform would call that a bug of
// the provider, and taint it.
func KeepPlanned(plan tfsdk.Plan, state *tfsdk.State, object string) diag.Diagnostics {
	var kept []string
	state.Raw = keep("", plan.Raw, state.Raw, &kept)
	if len(kept) == 0 {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("Not everything is as it was sent",
		fmt.Sprintf("The change of %s was made, but it now reports other values of: %s. Somebody else may have changed it at the same time, or Azure does not keep them as they are. "+
			"The next plan shows what is different.", object, strings.Join(kept, ", ")))}
}

// keep returns the result with the planned values that are known and differ, and adds their
// paths to kept.
func keep(at string, plan, result tftypes.Value, kept *[]string) tftypes.Value {
	if !plan.IsKnown() || plan.Equal(result) {
		return result
	}
	var wanted, found map[string]tftypes.Value
	if plan.Type().Is(tftypes.Object{}) && !plan.IsNull() && !result.IsNull() && plan.As(&wanted) == nil && result.As(&found) == nil {
		for _, name := range slices.Sorted(maps.Keys(found)) {
			found[name] = keep(strings.TrimPrefix(at+"."+name, "."), wanted[name], found[name], kept)
		}
		return tftypes.NewValue(result.Type(), found)
	}
	if !plan.IsFullyKnown() {
		return result
	}
	*kept = append(*kept, at)
	return plan
}
