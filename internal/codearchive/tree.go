// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package codearchive

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

const (
	// MaxSize bounds the bytes of all files together, and so of each. Code that
	// scores is a few megabytes; models are registered, and not shipped with it.
	// A folder above this holds a data set, a virtual environment or a whole disk.
	MaxSize = 1 << 30
	// MaxFiles bounds how many files there are, for the same reason.
	MaxFiles = 20_000
)

// alwaysOut are left out of every folder: they differ from machine to machine,
// say nothing about the code, and must not cause a deployment.
var alwaysOut = parseIgnore(".git\n__pycache__/\n*.pyc\n*.pyo\n/.amlignore\n/.gitignore\n")

// ignoreFiles are looked for at the top of the folder; the first one counts, alone.
var ignoreFiles = []string{".amlignore", ".gitignore"}

// Tree is the list of the files to upload. Their bytes are read when they are
// hashed or archived.
type Tree struct {
	files []file
	size  int64
}

type file struct {
	name string // relative to the folder, with slashes
	at   string // where it is on this machine, links followed
	size int64
}

// Size is the number of bytes of all files.
func (t *Tree) Size() int64 { return t.size }

// Names lists the files, in the order of the archive.
func (t *Tree) Names() []string {
	names := make([]string, len(t.files))
	for i, f := range t.files {
		names[i] = f.name
	}
	return names
}

// ScanFile is the tree of one file, under its base name.
func ScanFile(name string) (*Tree, error) {
	at, err := filepath.EvalSymlinks(name)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(at)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is %s, not a file", name, describeMode(info.Mode()))
	}
	t := &Tree{}
	t.add(file{name: filepath.Base(name), at: at, size: info.Size()})
	return t, t.checkSize()
}

// Scan lists the files of a folder that are neither left out always, nor by the
// extra rules, nor by the folder's ignore file. Links to what is inside the
// folder are followed; any other link, and what is neither a file nor a folder,
// is an error. A folder that does not exist is an error that is [fs.ErrNotExist].
func Scan(ctx context.Context, folder string, exclude ...string) (*Tree, error) {
	info, err := os.Stat(folder)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is %s, not a folder", folder, describeMode(info.Mode()))
	}
	root, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return nil, err
	}
	if root, err = filepath.Abs(root); err != nil {
		return nil, err
	}
	s := scanner{root: root, out: append(slices.Clone(alwaysOut), parseIgnore(strings.Join(exclude, "\n"))...)}
	if s.own, err = readIgnoreFile(root); err != nil {
		return nil, err
	}
	if err := s.walk(ctx, root, "", nil); err != nil {
		return nil, err
	}
	slices.SortFunc(s.files, func(a, b file) int { return cmp.Compare(a.name, b.name) })
	return &s.Tree, s.checkSize()
}

func readIgnoreFile(root string) (ignoreRules, error) {
	for _, name := range ignoreFiles {
		text, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("the ignore file cannot be read: %w", err)
		}
		return parseIgnore(string(text)), nil
	}
	return nil, nil
}

func (t *Tree) add(f file) {
	t.files = append(t.files, f)
	t.size += f.size
}

type scanner struct {
	Tree
	root     string
	out, own ignoreRules
}

func (s *scanner) ignored(name string, folder bool) bool {
	if out, decided := s.out.ignores(name, folder); decided && out {
		return true
	}
	out, _ := s.own.ignores(name, folder)
	return out
}

// walk lists one folder. The real paths of the folders above tell a loop of links.
func (s *scanner) walk(ctx context.Context, at, name string, above []string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries, err := os.ReadDir(at)
	if err != nil {
		return err
	}
	above = append(above, at)
	for _, entry := range entries {
		if err := s.visit(ctx, filepath.Join(at, entry.Name()), path.Join(name, entry.Name()), entry, above); err != nil {
			return err
		}
	}
	return nil
}

func (s *scanner) visit(ctx context.Context, at, name string, entry fs.DirEntry, above []string) error {
	link := entry.Type()&fs.ModeSymlink != 0
	info, err := os.Stat(at) // follows a link
	if s.ignored(name, err == nil && info.IsDir()) {
		return nil
	}
	if link {
		if at, err = s.follow(at, name, err); err != nil {
			return err
		}
	}
	switch {
	case err != nil:
		return err
	case info.IsDir():
		if slices.Contains(above, at) {
			return fmt.Errorf("the link %s points to a folder that it is in, so the folder has no end: remove the link, or name it in .amlignore", name)
		}
		return s.walk(ctx, at, name, above)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is %s, which cannot be uploaded: remove it, or name it in .amlignore", name, describeMode(info.Mode()))
	}
	if len(s.files) >= MaxFiles {
		return fmt.Errorf("there are more than %d files: name what is not part of the code, such as a virtual environment, in .amlignore", MaxFiles)
	}
	s.add(file{name: name, at: at, size: info.Size()})
	return nil
}

// follow returns where a link leads to.
func (s *scanner) follow(at, name string, broken error) (string, error) {
	to, err := filepath.EvalSymlinks(at)
	if broken != nil || err != nil {
		return "", fmt.Errorf("the link %s leads nowhere: remove it, or name it in .amlignore", name)
	}
	if inside, err := filepath.Rel(s.root, to); err != nil || !filepath.IsLocal(inside) {
		return "", fmt.Errorf("the link %s points out of the folder: what it points to is not the same on every machine. Copy that into the folder, or name the link in .amlignore", name)
	}
	return to, nil
}

func describeMode(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode.IsRegular():
		return "a file"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "neither a file nor a folder"
}

// largest is how many files a refusal for size names.
const largest = 5

// SizeError says that there is too much to upload.
type SizeError struct {
	Size    int64
	Largest []string // with their sizes, the largest first
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("the files have %s together, and %s is the most that is uploaded. The largest are %s: name what is not part of the code in .amlignore",
		sizeText(e.Size), sizeText(MaxSize), strings.Join(e.Largest, ", "))
}

func (t *Tree) checkSize() error {
	if t.size <= MaxSize {
		return nil
	}
	bySize := slices.Clone(t.files)
	slices.SortStableFunc(bySize, func(a, b file) int { return cmp.Compare(b.size, a.size) })
	e := &SizeError{Size: t.size}
	for _, f := range bySize[:min(largest, len(bySize))] {
		e.Largest = append(e.Largest, fmt.Sprintf("%s (%s)", f.name, sizeText(f.size)))
	}
	return e
}

// sizeText prints a size as a person would say it.
func sizeText(n int64) string {
	const unit = 1 << 10
	value, suffix := float64(n), "bytes"
	for _, next := range []string{"KiB", "MiB", "GiB"} {
		if value < unit {
			break
		}
		value, suffix = value/unit, next
	}
	return fmt.Sprintf("%.4g %s", value, suffix)
}
