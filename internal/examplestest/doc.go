// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package examplestest holds the test that every example is a configuration
// that the built provider accepts. It has no code.
package examplestest
