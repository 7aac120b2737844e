// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/provider"
)

// The loggers of the provider write what Terraform keeps, or what the user asks of them.
func TestLogLevels(t *testing.T) {
	for name, test := range map[string]struct {
		environ       map[string]string
		sdk, provider string
	}{
		"nothing is kept":           {nil, "OFF", "OFF"},
		"by Terraform's level":      {map[string]string{"TF_LOG": "debug"}, "DEBUG", "DEBUG"},
		"by that of providers":      {map[string]string{"TF_LOG": "trace", "TF_LOG_PROVIDER": "WARN"}, "WARN", "WARN"},
		"trace":                     {map[string]string{"TF_LOG": "trace"}, "", ""},
		"JSON, which is trace":      {map[string]string{"TF_LOG": "json"}, "", ""},
		"unknown, which is trace":   {map[string]string{"TF_LOG": "1"}, "", ""},
		"a logger of its own level": {map[string]string{"TF_LOG_SDK": "INFO"}, "INFO", "OFF"},
		"the other one":             {map[string]string{"TF_LOG": "error", "TF_LOG_PROVIDER_MLWS": "trace"}, "ERROR", "trace"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range []string{"TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_SDK", "TF_LOG_PROVIDER_MLWS"} {
				t.Setenv(variable, test.environ[variable])
			}
			provider.SetLogLevels()
			if sdk, own := os.Getenv("TF_LOG_SDK"), os.Getenv("TF_LOG_PROVIDER_MLWS"); sdk != test.sdk || own != test.provider {
				t.Errorf("TF_LOG_SDK is %q and TF_LOG_PROVIDER_MLWS %q, want %q and %q", sdk, own, test.sdk, test.provider)
			}
		})
	}
}
