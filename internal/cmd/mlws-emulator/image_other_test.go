// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build !linux

package main_test

import "testing"

// runAsImage runs nothing: the binary of the image is for Linux.
func runAsImage(t *testing.T, arch, _ string) {
	t.Helper()
	t.Logf("%s: the binary was not run", arch)
}
