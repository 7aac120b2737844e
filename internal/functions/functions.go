// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package functions holds the functions of the provider. They are pure: no
// API call, no configuration. Terraform itself keeps the result unknown or
// sensitive if an argument is.
package functions

import "github.com/hashicorp/terraform-plugin-framework/function"

// Functions returns the constructors of all functions, for the provider to register.
func Functions() []func() function.Function {
	return []func() function.Function{
		NewServiceID,
		NewParseServiceID,
		NewTokenExpiry,
	}
}
