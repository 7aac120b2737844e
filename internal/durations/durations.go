// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package durations validates attributes that hold Go durations ("720h"), and
// prints durations as a person would write them.
package durations

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Text prints a duration without the zeros at its end: 45m, not 45m0s.
func Text(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// AtLeast accepts a Go duration that is not shorter than minimum.
func AtLeast(minimum time.Duration) validator.String { return atLeast{minimum} }

type atLeast struct{ minimum time.Duration }

func (v atLeast) Description(context.Context) string {
	return fmt.Sprintf("must be a duration such as 720h or 30m, of at least %s", v.minimum)
}

func (v atLeast) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v atLeast) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	text := req.ConfigValue.ValueString()
	duration, err := time.ParseDuration(text)
	if err == nil && duration >= v.minimum {
		return
	}
	advice := "."
	if err != nil {
		advice = "; a day is 24h."
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid duration",
		fmt.Sprintf("%q: the value %s%s", text, v.Description(ctx), advice))
}
