// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package codearchive

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/filetree"
)

const (
	// maxSize bounds the bytes of all files together, and so of each. Code that
	// scores is a few megabytes; models are registered, and not shipped with it.
	// A folder above this holds a data set, a virtual environment or a whole disk.
	maxSize = 1 << 30
	// maxFiles bounds how many files there are, for the same reason.
	maxFiles = 20_000
)

// alwaysOut are left out of every folder: they differ from machine to machine,
// say nothing about the code, and must not cause a deployment.
var alwaysOut = parseIgnore(".git\n__pycache__/\n*.pyc\n*.pyo\n/.amlignore\n/.gitignore\n")

// ignoreFiles are looked for at the top of the folder; the first one counts, alone.
var ignoreFiles = []string{".amlignore", ".gitignore"}

// Tree is the list of the files to upload. Their bytes are read when they are
// hashed or archived.
type Tree struct {
	files []filetree.File
	size  int64

	root       string
	ignoreFile string   // its name; empty if there is none
	leftOut    []string // files and folders that it leaves out
}

// Names lists the files, in the order of the archive.
func (t *Tree) Names() []string {
	names := make([]string, len(t.files))
	for i, f := range t.files {
		names[i] = f.Name
	}
	return names
}

// ScanFile is the tree of one file, under its base name.
func ScanFile(name string) (*Tree, error) {
	f, err := filetree.Lone(name)
	if err != nil {
		return nil, err
	}
	t := &Tree{files: []filetree.File{f}}
	return t, t.checkSize()
}

// Scan lists the files of a folder that are neither left out always, nor by the
// extra rules, nor by the folder's ignore file. Links to what is inside the
// folder are followed; any other link, and what is neither a file nor a folder,
// is an error. A folder that does not exist is an error that is [fs.ErrNotExist].
func Scan(ctx context.Context, folder string, exclude ...string) (*Tree, error) {
	root, err := filetree.Folder(folder)
	if err != nil {
		return nil, err
	}
	own, ignoreFile, err := readIgnoreFile(root)
	if err != nil {
		return nil, err
	}
	out := append(slices.Clone(alwaysOut), parseIgnore(strings.Join(exclude, "\n"))...)
	found := 0
	t := &Tree{root: root, ignoreFile: ignoreFile}
	t.files, err = filetree.List(ctx, root, filetree.Options{
		Ignored: func(name string, folder bool) bool {
			if ignored, decided := out.ignores(name, folder); decided && ignored {
				return true
			}
			ignored, _ := own.ignores(name, folder)
			if ignored {
				t.leftOut = append(t.leftOut, name)
			}
			return ignored
		},
		IgnoreFile: ignoreFiles[0],
		Accept: func(filetree.File) error {
			if found++; found > maxFiles {
				return fmt.Errorf("there are more than %d files: name what is not part of the code, such as a virtual environment, in %s", maxFiles, ignoreFiles[0])
			}
			return nil
		},
	})
	if err != nil {
		return nil, err
	}
	return t, t.checkSize()
}

// readIgnoreFile returns the rules of the folder's ignore file, and its name.
func readIgnoreFile(root string) (ignoreRules, string, error) {
	for _, name := range ignoreFiles {
		text, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return nil, "", fmt.Errorf("the ignore file cannot be read: %w", err)
		}
		return parseIgnore(string(text)), name, nil
	}
	return nil, "", nil
}

// largest is how many files a refusal for size names.
const largest = 5

// checkSize adds up the sizes, and refuses more than maxSize.
func (t *Tree) checkSize() error {
	for _, f := range t.files {
		t.size += f.Size
	}
	if t.size <= maxSize {
		return nil
	}
	bySize := slices.Clone(t.files)
	slices.SortStableFunc(bySize, func(a, b filetree.File) int { return cmp.Compare(b.Size, a.Size) })
	var named []string
	for _, f := range bySize[:min(largest, len(bySize))] {
		named = append(named, fmt.Sprintf("%s (%s)", f.Name, sizeText(f.Size)))
	}
	return fmt.Errorf("the files have %s together, and %s is the most that is uploaded. The largest are %s: name what is not part of the code in %s",
		sizeText(t.size), sizeText(maxSize), strings.Join(named, ", "), ignoreFiles[0])
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
