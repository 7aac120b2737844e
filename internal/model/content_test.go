// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/filetree/filetreetest"
)

// folder makes a folder with these files; "->" begins the target of a link.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	return filetreetest.Folder(t, "model", files)
}

func hashOf(t *testing.T, at string) string {
	t.Helper()
	c, err := readContent(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	return c.hash
}

var sample = map[string]string{"model.pkl": "weights", "lib/words.txt": "a b", "lib/empty": ""}

// The hash is part of the state: it must never change for the same files.
func TestHash(t *testing.T) {
	t.Parallel()
	one := folder(t, map[string]string{"a": "bc", "d": ""})
	// The SHA-256 of "folder\n", and of each file the length of its name, the name, and the SHA-256 of its bytes.
	if got, want := hashOf(t, one), "bdedeeba7698a6fd90129d672539efcb467af52bcb151c75359ccac8945977b8"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := hashOf(t, filepath.Join(one, "a")), "f1859c34ebde70993cfe92eedcb66290ced7543e2694a193e2b40b82920ab049"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// Neither where a checkout is, nor when and how its files were made, makes a
// difference; names and bytes do.
func TestHashDependsOnNamesAndBytes(t *testing.T) {
	t.Parallel()
	base := hashOf(t, folder(t, sample))
	other := folder(t, sample)
	if err := errors.Join(
		os.Chmod(filepath.Join(other, "model.pkl"), 0o755), os.Chtimes(filepath.Join(other, "model.pkl"), time.Unix(1, 0), time.Unix(1, 0)),
		os.Mkdir(filepath.Join(other, "nothing"), 0o755), os.Rename(other, other+"-renamed"),
	); err != nil {
		t.Fatal(err)
	}
	if got := hashOf(t, other+"-renamed"); got != base {
		t.Error("another checkout has another hash")
	}
	seen := map[string]string{base: "base"}
	for name, files := range map[string]map[string]string{
		"content": {"model.pkl": "Weights", "lib/words.txt": "a b", "lib/empty": ""},
		"name":    {"model.pck": "weights", "lib/words.txt": "a b", "lib/empty": ""},
		"less":    {"model.pkl": "weights", "lib/words.txt": "a b"},
		"swapped": {"model.pkl": "weights", "lib/words.txt": "", "lib/empty": "a b"},
		"moved":   {"model.pkl": "weights", "words.txt": "a b", "lib/empty": ""},
	} {
		sum := hashOf(t, folder(t, files))
		if before, taken := seen[sum]; taken {
			t.Errorf("%s and %s have the same hash", name, before)
		}
		seen[sum] = name
	}
}

func TestScan(t *testing.T) {
	t.Parallel()
	root := folder(t, map[string]string{"a.b": "1", "a/x": "2", "a/deep/y": "3", "link": "->a/x", "far": "->a"})
	c, err := scan(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	var names, uploads []string
	for _, f := range c.files {
		names = append(names, f.Name)
	}
	for _, u := range c.uploads() {
		uploads = append(uploads, u.Path)
	}
	if want := []string{"a.b", "a/deep/y", "a/x", "far/deep/y", "far/x", "link"}; !slices.Equal(names, want) || uploads[0] != "model/a.b" || len(uploads) != len(want) {
		t.Errorf("%v, uploaded as %v", names, uploads)
	}
	// A trailing slash, and a link to the folder itself, are no difference but for the name.
	if err := os.Symlink(root, root+"-link"); err != nil {
		t.Fatal(err)
	}
	for at, base := range map[string]string{root + "/": "model", root + "-link": "model-link", filepath.Join(root, "a", ".."): "model"} {
		if other, err := scan(t.Context(), at); err != nil || other.base != base || len(other.files) != len(c.files) {
			t.Errorf("%s: %+v, %v", at, other, err)
		}
	}
	lone, err := scan(t.Context(), filepath.Join(root, "link"))
	if err != nil || lone.folder || lone.uploads()[0].Path != "link" {
		t.Errorf("%+v, %v", lone, err)
	}
}

const lfsPointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"

func TestScanRefuses(t *testing.T) {
	t.Parallel()
	outside := folder(t, map[string]string{"secret": "x"})
	for name, tc := range map[string]struct{ at, want string }{
		"missing":   {filepath.Join(outside, "nowhere"), "no such file"},
		"outside":   {folder(t, map[string]string{"a": "", "link": "->" + outside}), "the link link points out of the folder"},
		"climbing":  {folder(t, map[string]string{"a": "", "link": "->../.."}), "the link link points out of the folder"},
		"broken":    {folder(t, map[string]string{"a": "", "link": "->nowhere"}), "the link link leads nowhere"},
		"endless":   {folder(t, map[string]string{"a": "", "b/link": "->.."}), "the link b/link points to a folder that it is in"},
		"root":      {"/", "is the root of a disk"},
		"backslash": {folder(t, map[string]string{`a\b`: ""}), "cannot be uploaded: rename it"},
		"not UTF-8": {folder(t, map[string]string{"a\xff": ""}), "cannot be uploaded: rename it"},
		"self":      {folder(t, map[string]string{"a": "", "link": "->link"}), "too many links"},
		"Git LFS":   {filepath.Join(folder(t, map[string]string{"model.pkl": lfsPointer}), "model.pkl"), "model.pkl is a pointer of Git LFS, and not the file of 12345 bytes"},
		"among":     {folder(t, map[string]string{"a": "", "b/w.bin": lfsPointer}), "b/w.bin is a pointer of Git LFS"},
	} {
		if _, err := readContent(t.Context(), tc.at); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %q", name, err, tc.want)
		}
	}
	empty := t.TempDir()
	if _, err := scan(t.Context(), empty); err == nil || !strings.Contains(err.Error(), "has no file in it") {
		t.Errorf("empty: %v", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, at := range []string{outside, filepath.Join(outside, "secret")} {
		if _, err := readContent(cancelled, at); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	}
}

// Only what was hashed is uploaded.
func TestChangedWhileUploaded(t *testing.T) {
	t.Parallel()
	for name, now := range map[string]string{"other": "WEIGHTS", "longer": "weights and more", "shorter": "w"} {
		root := folder(t, sample)
		c, err := readContent(t.Context(), root)
		if err != nil {
			t.Fatal(err)
		}
		at := filepath.Join(root, "model.pkl")
		if err := os.WriteFile(at, []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
		file := c.uploads()[2]
		opened, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(opened); !errors.Is(err, errChanged) {
			t.Errorf("%s: read to its end with %v", name, err)
		}
		_ = opened.Close()
		if opened, err = file.Open(); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, opened); !errors.Is(err, errChanged) {
			t.Errorf("%s: copied to its end with %v", name, err)
		}
		_ = opened.Close()
		if err := os.Remove(at); err != nil {
			t.Fatal(err)
		}
		if _, err := file.Open(); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("removed: %v", err)
		}
	}
}
