// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"context"
	"fmt"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// replacedBecauseOf is a plan check: this attribute is shown as the reason of
// a replacement, and no other.
func replacedBecauseOf(address, attribute string) plancheck.PlanCheck {
	return reasonCheck{address, attribute}
}

type reasonCheck struct{ address, attribute string }

func (c reasonCheck) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	i := slices.IndexFunc(req.Plan.ResourceChanges, func(change *tfjson.ResourceChange) bool { return change.Address == c.address })
	if i < 0 {
		resp.Error = fmt.Errorf("%s is not in the plan", c.address)
		return
	}
	paths := req.Plan.ResourceChanges[i].Change.ReplacePaths
	if got, want := fmt.Sprint(paths...), fmt.Sprint([]any{c.attribute}); got != want {
		resp.Error = fmt.Errorf("%s is replaced because of %s, want %s", c.address, got, want)
	}
}
