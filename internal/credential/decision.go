// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import "github.com/hashicorp/terraform-plugin-framework/types"

// decision is whether a plan rotates. It may hang on values that Terraform
// learns during the apply only.
type decision int

const (
	no decision = iota
	maybe
	yes
)

func decide(known, rotates bool) decision {
	switch {
	case !known:
		return maybe
	case rotates:
		return yes
	}
	return no
}

// triggered tells whether a map of triggers rotates: adding the map to an
// existing object does not, nor does removing it.
func triggered(state, plan types.Map) decision {
	if state.IsNull() || plan.IsNull() {
		return no
	}
	known := !plan.IsUnknown()
	for _, value := range plan.Elements() {
		known = known && !value.IsUnknown()
	}
	return decide(known, !state.Equal(plan))
}

// stillDue tells whether a key that a refresh found too old is to be rotated
// for that: not where its maximum age is being changed or given up.
func stillDue(planned, state types.String) decision {
	return decide(!planned.IsUnknown(), !planned.IsNull() && planned.Equal(state))
}

// answersByRotation tells whether a rotation by somebody else is answered by another one.
func answersByRotation(mode types.String) decision {
	return decide(!mode.IsUnknown(), mode.ValueString() == onExternalRotate)
}
