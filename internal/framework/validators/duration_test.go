// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package validators_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
)

func TestDurationAtLeast(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		value types.String
		want  string
	}{
		{types.StringNull(), ""},
		{types.StringUnknown(), ""},
		{types.StringValue("1h"), ""},
		{types.StringValue("720h"), ""},
		{types.StringValue("60m"), ""},
		{types.StringValue("59m"), "at least 1h"},
		{types.StringValue("-1h"), "at least 1h"},
		{types.StringValue("30d"), "a day is 24h"},
		{types.StringValue("90d"), `rotate_after is "90d". Write "2160h": a duration has no days, and a day is 24h.`},
		{types.StringValue("2w"), `Write "336h"`},
		{types.StringValue("5m"), `rotate_after is "5m". The value must be a duration such as 720h or 30m, of at least 1h; a day is 24h.`},
		{types.StringValue("P30D"), "a day is 24h"},
		{types.StringValue(""), "a day is 24h"},
	} {
		var resp validator.StringResponse
		validators.DurationAtLeast(time.Hour).ValidateString(t.Context(),
			validator.StringRequest{Path: path.Root("rotate_after"), ConfigValue: test.value}, &resp)
		if test.want == "" {
			if resp.Diagnostics.HasError() {
				t.Errorf("%s: %v", test.value, resp.Diagnostics)
			}
			continue
		}
		if len(resp.Diagnostics) != 1 || !strings.Contains(resp.Diagnostics[0].Detail(), test.want) {
			t.Errorf("%s: want %q, got %v", test.value, test.want, resp.Diagnostics)
		}
	}
}

// The rule names the least duration as it is written in a configuration.
func TestLeastDuration(t *testing.T) {
	t.Parallel()
	for least, want := range map[time.Duration]string{0: "at least 0s;", time.Second: "at least 1s;", 10 * time.Second: "at least 10s;", 20 * time.Minute: "at least 20m;", time.Hour: "at least 1h;"} {
		if rule := validators.DurationAtLeast(least).Rule; !strings.Contains(rule, want) {
			t.Errorf("%s: %s", least, rule)
		}
	}
}
