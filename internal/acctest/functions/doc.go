// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package functions holds the tests of the provider's functions in a real terraform.
package functions
