// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"os"
	"slices"
	"strings"
)

// SetLogLevels limits what is logged to what Terraform keeps, which is nothing unless
// TF_LOG or TF_LOG_PROVIDER asks for it. Without a level the plugin framework writes
// trace lines for each attribute of each call, a quarter of the CPU time of a plan. A level
// that the user gives to these loggers stays.
func SetLogLevels() {
	level := strings.ToUpper(cmp.Or(os.Getenv("TF_LOG_PROVIDER"), os.Getenv("TF_LOG"), "OFF"))
	if !slices.Contains([]string{"OFF", "ERROR", "WARN", "INFO", "DEBUG"}, level) {
		return // trace, as JSON and all that Terraform does not know
	}
	for _, logger := range []string{"TF_LOG_SDK", "TF_LOG_PROVIDER_MLWS"} {
		if os.Getenv(logger) == "" {
			_ = os.Setenv(logger, level) // at worst, it logs more than is kept
		}
	}
}
