// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package values_test

import (
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

func TestFormatDuration(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0s", time.Second: "1s", 30 * time.Second: "30s", 70 * time.Second: "1m10s", 10 * time.Minute: "10m", 45 * time.Minute: "45m",
		time.Hour: "1h", 90 * time.Minute: "1h30m", 80 * time.Minute: "1h20m", time.Hour + 10*time.Second: "1h0m10s", 720 * time.Hour: "720h",
	} {
		if got := values.FormatDuration(d); got != want {
			t.Errorf("%s: %s, want %s", d, got, want)
		}
	}
}
