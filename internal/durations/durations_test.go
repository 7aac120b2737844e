// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package durations_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/durations"
)

func TestAtLeast(t *testing.T) {
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
		{types.StringValue("P30D"), "a day is 24h"},
		{types.StringValue(""), "a day is 24h"},
	} {
		var resp validator.StringResponse
		durations.AtLeast(time.Hour).ValidateString(t.Context(),
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

func TestText(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0s", time.Second: "1s", 30 * time.Second: "30s", 70 * time.Second: "1m10s", 10 * time.Minute: "10m", 45 * time.Minute: "45m",
		time.Hour: "1h", 90 * time.Minute: "1h30m", 80 * time.Minute: "1h20m", time.Hour + 10*time.Second: "1h0m10s", 720 * time.Hour: "720h",
	} {
		if got := durations.Text(d); got != want {
			t.Errorf("%s: %s, want %s", d, got, want)
		}
	}
}
