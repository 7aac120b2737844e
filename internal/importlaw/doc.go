// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package importlaw holds the tests of the house rules: which package may
// import which, and what every source file looks like. It has no code.
package importlaw
