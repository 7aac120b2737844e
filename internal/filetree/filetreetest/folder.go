// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package filetreetest makes folders for tests.
package filetreetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Folder makes a folder of that name with these files. A content that begins
// with "->" makes a link to what follows. The folder ends with the test.
func Folder(t testing.TB, name string, files map[string]string) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), name)
	for file, content := range files {
		at := filepath.Join(root, file)
		to, isLink := strings.CutPrefix(content, "->")
		if !isLink {
			Write(t, at, content)
			continue
		}
		if err := os.MkdirAll(filepath.Dir(at), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(to, at); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// Write writes a file, and makes the folders that it is in.
func Write(t testing.TB, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
