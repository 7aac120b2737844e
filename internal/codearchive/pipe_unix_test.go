// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package codearchive

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestPipeIsRefused(t *testing.T) {
	t.Parallel()
	root := folder(t, map[string]string{"score.py": ""})
	if err := syscall.Mkfifo(filepath.Join(root, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Scan(t.Context(), root); err == nil || !strings.Contains(err.Error(), "pipe is a named pipe") {
		t.Errorf("a pipe: %v", err)
	}
	if _, err := ScanFile(filepath.Join(root, "pipe")); err == nil || !strings.Contains(err.Error(), "is a named pipe") {
		t.Errorf("a pipe: %v", err)
	}
}
