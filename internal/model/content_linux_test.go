// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
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

// bytesRead is how much this process has read so far, sockets included.
func bytesRead(t *testing.T) (bytes int) {
	t.Helper()
	counts, err := os.ReadFile("/proc/self/io")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscanf(string(counts), "rchar: %d", &bytes); err != nil {
		t.Fatal(err)
	}
	return bytes
}

// Terraform plans a replacement twice, and an apply plans and reads once more: the file is
// read once, in constant memory. A file that was changed since is read again.
//
// It does not run in parallel: other tests read as well.
func TestLargeFilesAreHashedOnce(t *testing.T) {
	const size = 64 << 20
	large := filepath.Join(folder(t, map[string]string{"large": ""}), "large")
	if err := os.Truncate(large, size); err != nil {
		t.Fatal(err)
	}
	changed := func(ago time.Duration) {
		at := time.Now().Add(-ago)
		if err := os.Chtimes(large, at, at); err != nil {
			t.Fatal(err)
		}
	}
	changed(time.Hour)
	var diags diag.Diagnostics
	plan := registration{Path: text(large), version: version{Name: text("churn")}}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	read := bytesRead(t)
	replaces := planContent(t.Context(), &plan, &registration{Path: text(large), version: version{ContentHash: text("old")}}, &diags)
	planContent(t.Context(), &plan, nil, &diags)
	files := plannedContent(t.Context(), plan, &diags)
	if diags.HasError() || !replaces || files == nil {
		t.Fatalf("%t, %v", replaces, diags)
	}
	if got := bytesRead(t) - read; got < size || got > size+size/8 {
		t.Errorf("read %d bytes, want %d once", got, size)
	}
	runtime.ReadMemStats(&after)
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > size/16 {
		t.Errorf("allocated %d bytes for a file of %d", allocated, size)
	}

	for name, ago := range map[string]time.Duration{"another time": 2 * time.Hour, "a change that may have been followed by another": 0} {
		changed(ago)
		for times := range 2 {
			read = bytesRead(t)
			planContent(t.Context(), &plan, nil, &diags)
			again := times == 0 || ago == 0
			if got := bytesRead(t)-read >= size; got != again {
				t.Errorf("%s, plan %d: read again: %t, want %t", name, times+1, got, again)
			}
		}
	}
}

// A folder has at most 100,000 files; here, many links lead to the same thousand.
func TestFoldersOfManyFiles(t *testing.T) {
	t.Parallel()
	of := map[string]string{}
	for i := range 1000 {
		of[fmt.Sprintf("a/%d", i)] = ""
	}
	for i := range 99 {
		of[fmt.Sprintf("link%d", i)] = "->a"
	}
	root := folder(t, of)
	if c, err := readContent(t.Context(), root); err != nil || len(c.files) != maxFiles {
		t.Errorf("%d files: %v", maxFiles, err)
	}
	if err := os.WriteFile(filepath.Join(root, "more"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readContent(t.Context(), root); err == nil || !strings.Contains(err.Error(), "has more than 100000 files") {
		t.Errorf("one more: %v", err)
	}
}
