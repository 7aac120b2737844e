// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package filetree_test

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/filetree"
	"github.com/mlws/terraform-provider-mlws/internal/filetree/filetreetest"
)

func TestPipeIsRefused(t *testing.T) {
	t.Parallel()
	root := filetreetest.Folder(t, "tree", map[string]string{"a": ""})
	if err := syscall.Mkfifo(filepath.Join(root, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	const plain = "pipe is a named pipe, which cannot be uploaded: remove it"
	if _, err := list(t, root, filetree.Options{}); err == nil || err.Error() != plain {
		t.Errorf("%v, want %s", err, plain)
	}
	if _, err := list(t, root, filetree.Options{IgnoreFile: ".ignore"}); err == nil || err.Error() != plain+", or name it in .ignore" {
		t.Errorf("%v, want %s with the ignore file", err, plain)
	}
}
