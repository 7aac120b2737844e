// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package codearchive

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/filetree/filetreetest"
)

var sample = map[string]string{
	"score.py": "def init(): pass\n", "lib/helper.py": "x = 1\n", "lib/empty.py": "", "é/ü.txt": "ö",
	"a/name/that/is/longer/than/the/hundred/characters/that/an/old/tar/header/has/space/for/so/that/it/needs/another/one.txt": "long",
}

func scan(t testing.TB, root string) *Tree {
	t.Helper()
	tree, err := Scan(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func archive(t testing.TB, root, top string) ([]byte, string) {
	t.Helper()
	var out bytes.Buffer
	sum, err := scan(t, root).Archive(t.Context(), &out, top)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), sum
}

// entries unpacks an archive: folders have the content "/".
func entries(t testing.TB, packed []byte) map[string]string {
	t.Helper()
	zipped, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	reader := tar.NewReader(zipped)
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.Mode != 0o755 || !header.ModTime.Equal(time.Unix(0, 0)) || header.Uid+header.Gid != 0 || header.Uname+header.Gname != "" {
			t.Errorf("%s: mode %o, time %s, owner %d:%d %q:%q", header.Name, header.Mode, header.ModTime, header.Uid, header.Gid, header.Uname, header.Gname)
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		if header.Typeflag == tar.TypeDir {
			content = []byte("/")
		}
		found[header.Name] = string(content)
	}
}

func TestArchiveHoldsTheFolder(t *testing.T) {
	t.Parallel()
	packed, _ := archive(t, folder(t, sample), "code")
	want := map[string]string{}
	for name, content := range sample {
		for at := name; strings.Contains(at, "/"); {
			at = at[:strings.LastIndex(at, "/")]
			want["code/"+at+"/"] = "/"
		}
		want["code/"+name] = content
	}
	want["code/"] = "/"
	if diff := cmp.Diff(want, entries(t, packed)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Neither where a checkout is, nor when and how its files were made, makes a difference.
func TestAnotherCheckoutIsTheSame(t *testing.T) {
	t.Parallel()
	one, other := folder(t, sample), folder(t, sample)
	if err := os.Chmod(filepath.Join(other, "score.py"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(other, "score.py"), time.Unix(1, 0), time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	filetreetest.Write(t, filepath.Join(other, "__pycache__", "score.pyc"), "compiled")
	filetreetest.Write(t, filepath.Join(other, ".git", "HEAD"), "x")
	if err := os.MkdirAll(filepath.Join(other, "nothing", "inside"), 0o755); err != nil {
		t.Fatal(err)
	}
	first, firstSum := archive(t, one, "code")
	second, secondSum := archive(t, other, "code")
	if !bytes.Equal(first, second) || firstSum != secondSum {
		t.Errorf("the archives differ: %s, %s", firstSum, secondSum)
	}
	// The name of the top folder is not part of the hash.
	if third, sum := archive(t, one, "other"); sum != firstSum || bytes.Equal(first, third) {
		t.Errorf("another top folder: %s, want %s", sum, firstSum)
	}
}

// The hash is part of the state: it must never change for the same files.
func TestHash(t *testing.T) {
	t.Parallel()
	hash := func(files map[string]string) string {
		sum, err := scan(t, folder(t, files)).Hash(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	base := map[string]string{"a": "bc", "d": ""}
	// printf '\0\0\0\0\0\0\0\1a\0\0\0\0\0\0\0\2bc\0\0\0\0\0\0\0\1d\0\0\0\0\0\0\0\0' | sha256sum
	if got, want := hash(base), "80b60b25a5b8483beb23b7143c98b9ccc6d5736e470ec6b9e9f1ca1fb1b48fcf"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	seen := map[string]string{hash(base): "base"}
	for name, files := range map[string]map[string]string{
		"content":           {"a": "bd", "d": ""},
		"name":              {"b": "bc", "d": ""},
		"a file less":       {"a": "bc"},
		"moved content":     {"a": "", "d": "bc"},
		"moved into a name": {"ab": "c", "d": ""},
		"moved to a folder": {"a/a": "bc", "d": ""},
	} {
		sum := hash(files)
		if before, taken := seen[sum]; taken {
			t.Errorf("%s and %s have the same hash", name, before)
		}
		seen[sum] = name
	}
}

func TestOneFile(t *testing.T) {
	t.Parallel()
	root := folder(t, map[string]string{"score.py": "x = 1\n", "other/score.py": "x = 1\n", "link.py": "->score.py"})
	sums := map[string]string{}
	for _, name := range []string{"score.py", "other/score.py", "link.py"} {
		tree, err := ScanFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		sum, err := tree.Copy(t.Context(), &out)
		if err != nil || out.String() != "x = 1\n" || tree.size != 6 {
			t.Errorf("%s: %q, %v", name, out.String(), err)
		}
		sums[name] = sum
	}
	if sums["score.py"] != sums["other/score.py"] || sums["score.py"] == sums["link.py"] {
		t.Errorf("the hash is not that of base name and bytes: %v", sums)
	}
}

func TestChangedWhileRead(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{"grown": "longer than before", "shrunk": "s"} {
		root := folder(t, map[string]string{"score.py": "before"})
		tree := scan(t, root)
		filetreetest.Write(t, filepath.Join(root, "score.py"), content)
		if _, err := tree.Archive(t.Context(), io.Discard, "code"); err == nil || !strings.Contains(err.Error(), "score.py was changed while it was read") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := tree.Hash(t.Context()); err == nil || !strings.Contains(err.Error(), "score.py was changed while it was read") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("no space") }

func TestArchiveFails(t *testing.T) {
	t.Parallel()
	tree := scan(t, folder(t, sample))
	if _, err := tree.Archive(t.Context(), broken{}, "code"); err == nil || !strings.Contains(err.Error(), "no space") {
		t.Errorf("a writer that fails: %v", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tree.Archive(cancelled, io.Discard, "code"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// sparse is a folder of that many bytes, which takes no space on the disk.
func sparse(t testing.TB, size int64) *Tree {
	t.Helper()
	root := folder(t, map[string]string{"score.py": "", "data": ""})
	if err := os.Truncate(filepath.Join(root, "data"), size); err != nil {
		t.Fatal(err)
	}
	return scan(t, root)
}

// allocated is the number of bytes that a function allocates.
func allocated(t testing.TB, f func() error) uint64 {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := f(); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// constantMemory is the most that an archive of any size may allocate: what
// gzip needs, and a buffer.
const constantMemory = 2 << 20

// Not parallel: it counts what the whole process allocates.
func TestArchiveInConstantMemory(t *testing.T) {
	tree := sparse(t, 32<<20)
	got := allocated(t, func() error {
		_, err := tree.Archive(t.Context(), io.Discard, "code")
		return err
	})
	if got > constantMemory {
		t.Errorf("an archive of 32 MiB allocated %d bytes, want at most %d", got, constantMemory)
	}
}

// The result to look at is allocated-bytes: a count, the same on every machine.
func BenchmarkArchive300MB(b *testing.B) {
	tree := sparse(b, 300<<20)
	b.ReportAllocs()
	var most uint64
	for b.Loop() {
		most = max(most, allocated(b, func() error {
			_, err := tree.Archive(b.Context(), io.Discard, "code")
			return err
		}))
	}
	b.ReportMetric(float64(most), "allocated-bytes")
	if most > constantMemory {
		b.Errorf("an archive of 300 MiB allocated %d bytes, want at most %d", most, constantMemory)
	}
}
