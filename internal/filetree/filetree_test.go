// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package filetree_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/filetree"
	"github.com/mlws/terraform-provider-mlws/internal/filetree/filetreetest"
)

// list is Folder and List, and the names of what they found.
func list(t *testing.T, at string, options filetree.Options) ([]string, error) {
	t.Helper()
	root, err := filetree.Folder(at)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filetree.List(t.Context(), root, options)
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	return names, err
}

func TestList(t *testing.T) {
	t.Parallel()
	root := filetreetest.Folder(t, "tree", map[string]string{
		"b": "", "a.b": "", "a-b/c": "", "a/deep/z": "", "B": "", "copy": "->a", "a/up": "->../b", "empty/.keep": "", "out": "->" + os.TempDir(),
	})
	if err := os.Remove(filepath.Join(root, "empty", ".keep")); err != nil {
		t.Fatal(err)
	}
	var asked []string
	got, err := list(t, root, filetree.Options{Ignored: func(name string, folder bool) bool {
		if folder {
			name += "/"
		}
		asked = append(asked, name)
		return name == "out/" || name == "a/deep/"
	}})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"B", "a-b/c", "a.b", "a/up", "b", "copy/deep/z", "copy/up"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if slices.Contains(asked, "a/deep/z") || !slices.Contains(asked, "copy/") || !slices.Contains(asked, "empty/") {
		t.Errorf("asked for %q", asked)
	}
	refusal := errors.New("one is enough")
	if _, err := list(t, root, filetree.Options{Accept: func(filetree.File) error { return refusal }}); !errors.Is(err, refusal) {
		t.Errorf("a refused file: %v", err)
	}
}

// An error names the file that is refused and says what to do. It names the
// ignore file only if there is one.
func TestListRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files                map[string]string
		plain, withIgnorings string
	}{
		"a link out": {
			map[string]string{"lib/data": "->../../elsewhere", "../elsewhere": "x"},
			"the link lib/data points out of the folder: what it points to is not the same on every machine. Copy that into the folder",
			", or name the link in .ignore",
		},
		"an absolute link out": {map[string]string{"data": "->" + os.TempDir()}, "the link data points out of the folder: what it points to is not the same on every machine. Copy that into the folder", ", or name the link in .ignore"},
		"a pointer of Git LFS": {map[string]string{"lib/model.pkl": pointer}, "lib/model.pkl is a pointer of Git LFS, and not the file of 12345 bytes that it stands for: run git lfs pull in its repository", ", or name it in .ignore"},
		"a link to nothing":    {map[string]string{"data": "->nowhere"}, "the link data leads nowhere: remove it", ", or name it in .ignore"},
		"a link to itself":     {map[string]string{"data": "->data"}, "the link data leads nowhere (too many links): remove it", ", or name it in .ignore"},
		"a link to the folder": {map[string]string{"lib/all": "->.."}, "the link lib/all points to a folder that it is in, so the folder has no end: remove the link", ", or name it in .ignore"},
	} {
		root := filetreetest.Folder(t, "tree", test.files)
		if _, err := list(t, root, filetree.Options{}); err == nil || err.Error() != test.plain {
			t.Errorf("%s: %v, want %s", name, err, test.plain)
		}
		if _, err := list(t, root, filetree.Options{IgnoreFile: ".ignore"}); err == nil || err.Error() != test.plain+test.withIgnorings {
			t.Errorf("%s: %v, want %s", name, err, test.plain+test.withIgnorings)
		}
	}
}

const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"

func TestPointersOfGitLFS(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		content string
		refused bool
	}{
		"a pointer":                    {pointer, true},
		"with Windows line ends":       {strings.ReplaceAll(pointer, "\n", "\r\n"), true},
		"with an extension":            {strings.Replace(pointer, "oid", "ext-0-foo sha256:4d7a\noid", 1), true},
		"of the former specification":  {strings.Replace(pointer, "git-lfs", "hawser", 1), true},
		"nothing":                      {"", false},
		"a text about pointers":        {"A pointer is:\n" + pointer, false},
		"the first line alone":         {"version https://git-lfs.github.com/spec/v1\n", false},
		"too large":                    {pointer + strings.Repeat("x", 1024), false},
		"the version of another thing": {"version https://example.com/spec/v1\noid sha256:4d7a\nsize 1\n", false},
	} {
		at := filepath.Join(filetreetest.Folder(t, "tree", map[string]string{"model.pkl": test.content}), "model.pkl")
		_, err := filetree.Lone(at)
		if refused := err != nil && strings.HasPrefix(err.Error(), "model.pkl is a pointer of Git LFS, and not the file of 12345 bytes"); refused != test.refused || !refused && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		ignored := filetree.Options{Ignored: func(string, bool) bool { return true }}
		if _, err := list(t, filepath.Dir(at), ignored); err != nil {
			t.Errorf("%s, ignored: %v", name, err)
		}
	}
}

func TestLoneAndFolder(t *testing.T) {
	t.Parallel()
	root := filetreetest.Folder(t, "tree", map[string]string{"a": "four", "link": "->a"})
	real, err := filepath.EvalSymlinks(root)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(real, "a"))
	if err != nil {
		t.Fatal(err)
	}
	want := filetree.File{Name: "link", At: filepath.Join(real, "a"), Size: 4, Modified: info.ModTime().UnixNano()}
	if got, err := filetree.Lone(filepath.Join(root, "link")); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := filetree.Lone(root); err == nil || err.Error() != root+" is a folder, not a file" {
		t.Errorf("a folder: %v", err)
	}
	if _, err := filetree.Folder(filepath.Join(root, "a")); err == nil || !strings.HasSuffix(err.Error(), "a is a file, not a folder") {
		t.Errorf("a file: %v", err)
	}
	for _, missing := range []func() error{
		func() error { _, err := filetree.Lone(filepath.Join(root, "gone")); return err },
		func() error { _, err := filetree.Folder(filepath.Join(root, "gone")); return err },
	} {
		if err := missing(); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("missing: %v", err)
		}
	}
}

func TestCopy(t *testing.T) {
	t.Parallel()
	at := filepath.Join(filetreetest.Folder(t, "tree", map[string]string{"a": "before"}), "a")
	f, err := filetree.Lone(at)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Copy(t.Context(), &out, make([]byte, 2)); err != nil || out.String() != "before" {
		t.Errorf("%q, %v", out.String(), err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.Copy(cancelled, &out, make([]byte, 2)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	for _, content := range []string{"longer than before", "b"} {
		filetreetest.Write(t, at, content)
		if err := f.Copy(t.Context(), &out, make([]byte, 2)); err == nil || err.Error() != "a was changed while it was read: try again" {
			t.Errorf("%s: %v", content, err)
		}
	}
}

// A folder is read in parts, and listed as a whole.
func TestListOfManyFiles(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	for i := range 4200 {
		files[fmt.Sprintf("%04d", i)] = ""
	}
	got, err := list(t, filetreetest.Folder(t, "tree", files), filetree.Options{})
	if err != nil || !slices.Equal(got, slices.Sorted(maps.Keys(files))) {
		t.Errorf("%d files, %v", len(got), err)
	}
}
