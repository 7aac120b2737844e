// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package provider holds the tests that configure the whole provider against an
// emulator: how it signs in, and what a person reads if it cannot.
package provider
