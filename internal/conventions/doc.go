// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package conventions tests the rules of the repository: which package may import
// which, how source files look, which words they avoid, and that pages name what
// exists. It has no code.
package conventions
