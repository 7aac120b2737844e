// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package codearchive

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/filetree/filetreetest"
)

// folder makes a folder of files; a content that begins with "->" makes a link.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	return filetreetest.Folder(t, "src", files)
}

func TestScan(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files   map[string]string
		exclude []string
		want    []string
	}{
		"sorted by bytes": {
			map[string]string{"b.py": "", "a/z.py": "", "a.py": "", "B.py": "", "a-b/c.py": ""},
			nil,
			[]string{"B.py", "a-b/c.py", "a.py", "a/z.py", "b.py"},
		},
		"always out": {
			map[string]string{"score.py": "", ".git/config": "", "lib/.git": "gitdir: x", "__pycache__/score.pyc": "", "lib/old.pyc": "", "lib/x.py": "", ".gitignore": "", ".amlignore": ""},
			nil,
			[]string{"lib/x.py", "score.py"},
		},
		"an ignore file does not bring back what is always out": {
			map[string]string{"score.py": "", "a.pyc": "", ".amlignore": "!*.pyc\n"}, nil, []string{"score.py"},
		},
		"an ignore file of a folder below is a file like others": {
			map[string]string{"score.py": "", "lib/.gitignore": "*.py\n", "lib/x.py": ""}, nil, []string{"lib/.gitignore", "lib/x.py", "score.py"},
		},
		".gitignore": {
			map[string]string{"score.py": "", "data/x": "", ".gitignore": "data/\n"}, nil, []string{"score.py"},
		},
		".amlignore instead of .gitignore": {
			map[string]string{"score.py": "", "data/x": "", "log": "", ".gitignore": "data/\n", ".amlignore": "log\n"}, nil, []string{"data/x", "score.py"},
		},
		"left out by the caller": {
			map[string]string{"score.py": "", "x.tfstate": "", ".terraform/x": ""}, []string{".terraform/", "*.tfstate"}, []string{"score.py"},
		},
		"links inside": {
			map[string]string{"score.py": "", "also.py": "->score.py", "lib/x.py": "", "copy": "->lib", "lib/up.py": "->../score.py"},
			nil,
			[]string{"also.py", "copy/up.py", "copy/x.py", "lib/up.py", "lib/x.py", "score.py"},
		},
		"bad links that are ignored": {
			map[string]string{"score.py": "", "out": "->/", "gone": "->nowhere", "loop": "->.", ".amlignore": "out\ngone\nloop/\n"}, nil, []string{"score.py"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree, err := Scan(t.Context(), folder(t, test.files), test.exclude...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, tree.Names()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestScanRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a link out":                {map[string]string{"lib/data": "->../../elsewhere", "../elsewhere": "x"}, "the link lib/data points out of the folder"},
		"an absolute link out":      {map[string]string{"data": "->" + os.TempDir()}, "the link data points out of the folder"},
		"a link to a link out":      {map[string]string{"one": "->two", "two": "->" + os.TempDir()}, "points out of the folder"},
		"a link to nothing":         {map[string]string{"data": "->nowhere"}, "the link data leads nowhere"},
		"a link to itself":          {map[string]string{"data": "->data"}, "the link data leads nowhere"},
		"a link to the folder":      {map[string]string{"lib/all": "->.."}, "the link lib/all points to a folder that it is in"},
		"two links that run around": {map[string]string{"a/x": "->../b", "b/y": "->../a"}, "so the folder has no end"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Scan(t.Context(), folder(t, test.files))
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), ".amlignore") {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
	root := folder(t, map[string]string{"score.py": ""})
	if _, err := Scan(t.Context(), filepath.Join(root, "score.py")); err == nil || !strings.Contains(err.Error(), "is a file, not a folder") {
		t.Errorf("a file: %v", err)
	}
	if _, err := ScanFile(root); err == nil || !strings.Contains(err.Error(), "is a folder, not a file") {
		t.Errorf("a folder: %v", err)
	}
	if _, err := Scan(t.Context(), filepath.Join(root, "gone")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Scan(cancelled, root); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// The refusal says how much there is, what the most of it is, and what to do.
func TestScanRefusesTooMuch(t *testing.T) {
	t.Parallel()
	root := folder(t, map[string]string{"score.py": "x", "small": "1234", "data/one.csv": "", "data/two.csv": ""})
	for name, size := range map[string]int64{"data/one.csv": maxSize, "data/two.csv": 5 << 20} {
		if err := os.Truncate(filepath.Join(root, name), size); err != nil { // takes no space
			t.Fatal(err)
		}
	}
	_, err := Scan(t.Context(), root)
	want := "the files have 1.005 GiB together, and 1 GiB is the most that is uploaded. " +
		"The largest are data/one.csv (1 GiB), data/two.csv (5 MiB), small (4 bytes), score.py (1 bytes): name what is not part of the code in .amlignore"
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
	filetreetest.Write(t, filepath.Join(root, ".amlignore"), "data/one*")
	if tree, err := Scan(t.Context(), root); err != nil || tree.size != 5<<20+5 {
		t.Errorf("after ignoring: %v, %v", tree, err)
	}
}

func TestScanRefusesTooMany(t *testing.T) {
	t.Parallel()
	root := folder(t, map[string]string{"score.py": "x"})
	for i := range 150 { // links are cheaper to make than files: 150 times 150
		filetreetest.Write(t, filepath.Join(root, "lib", string(rune('a'+i)), "x"), "")
		if err := os.Link(filepath.Join(root, "score.py"), filepath.Join(root, "lib", string(rune('a'+i))+".py")); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 150 {
		if err := os.Symlink("lib", filepath.Join(root, string(rune('a'+i)))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Scan(t.Context(), root); err == nil || !strings.Contains(err.Error(), "there are more than 20000 files") {
		t.Errorf("%v", err)
	}
}
