// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A pipe would be read for ever.
func TestScanRefusesPipes(t *testing.T) {
	t.Parallel()
	root := folder(t, map[string]string{"a": ""})
	pipe := filepath.Join(root, "pipe")
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{root: "pipe is a named pipe, which cannot be uploaded: remove it", pipe: "pipe is neither a file nor a folder"} {
		if _, err := scan(t.Context(), at); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", at, err)
		}
	}
}
