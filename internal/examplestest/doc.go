// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package examplestest tests the examples and guides with the built provider: their
// configurations are valid, and their programs run. It has no code of its own.
package examplestest
