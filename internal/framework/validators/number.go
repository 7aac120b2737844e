// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package validators

import (
	"context"
	"fmt"
	"math"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Number checks an integer or a float against a range.
type Number struct {
	rule string
	ok   func(value float64) bool
}

var (
	_ validator.Int64   = Number{}
	_ validator.Float64 = Number{}
)

// Positive accepts values greater than zero. The rule begins with what.
func Positive(what string) Number {
	return Number{rule: what + " must be greater than zero.", ok: func(v float64) bool { return v > 0 }}
}

// AtLeast accepts values from least on.
func AtLeast(least float64, what string) Number {
	return Number{rule: fmt.Sprintf("%s must be at least %g.", what, least), ok: func(v float64) bool { return v >= least }}
}

// Between accepts values from least to most.
func Between(least, most float64, what string) Number {
	return Number{
		rule: fmt.Sprintf("%s must be from %g to %g.", what, least, most),
		ok:   func(v float64) bool { return v >= least && v <= most },
	}
}

// Int32 accepts the whole numbers that the API can store: its integers have 32 bits.
var Int32 = Number{
	rule: fmt.Sprintf("Azure stores whole numbers from %d to %d.", math.MinInt32, math.MaxInt32),
	ok:   func(v float64) bool { return v >= math.MinInt32 && v <= math.MaxInt32 },
}

// Description implements validator.Describer.
func (v Number) Description(context.Context) string { return v.rule }

// MarkdownDescription implements validator.Describer.
func (v Number) MarkdownDescription(context.Context) string { return v.rule }

// ValidateFloat64 implements validator.Float64.
func (v Number) ValidateFloat64(_ context.Context, req validator.Float64Request, resp *validator.Float64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || v.ok(req.ConfigValue.ValueFloat64()) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+attributeName(req.Path.String()),
		fmt.Sprintf("%s is %g. %s", req.Path, req.ConfigValue.ValueFloat64(), v.rule))
}

// ValidateInt64 implements validator.Int64.
func (v Number) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || v.ok(float64(req.ConfigValue.ValueInt64())) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+attributeName(req.Path.String()),
		fmt.Sprintf("%s is %d. %s", req.Path, req.ConfigValue.ValueInt64(), v.rule))
}
