// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package validators

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// DurationAtLeast accepts a Go duration ("720h") that is not shorter than minimum.
func DurationAtLeast(minimum time.Duration) validator.String { return durationAtLeast{minimum} }

type durationAtLeast struct{ minimum time.Duration }

func (v durationAtLeast) Description(context.Context) string {
	return fmt.Sprintf("must be a duration such as 720h or 30m, of at least %s", v.minimum)
}

func (v durationAtLeast) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v durationAtLeast) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
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
