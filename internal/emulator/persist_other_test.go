// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build !unix

package emulator_test

// obey is for systems that can limit the size of files.
func obey() {}
