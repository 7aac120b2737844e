// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package codearchive

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// LeftOut is what the ignore file of a folder leaves out of the code. The Python SDK knows
// no ignore file, and sends it.
type LeftOut struct {
	// IgnoreFile is the name of the file, at the top of the folder.
	IgnoreFile string
	// Files is how many files it leaves out, and not more than maxFiles.
	Files int
	// Python are those that are Python, without installed packages: the ones nearest to the
	// top first.
	Python []string
}

var errEnough = errors.New("enough")

// LeftOut looks into the folders that the ignore file leaves out. What cannot be read there
// does not count.
func (t *Tree) LeftOut(ctx context.Context) LeftOut {
	found := LeftOut{IgnoreFile: t.ignoreFile}
	for _, name := range t.leftOut {
		_ = filepath.WalkDir(filepath.Join(t.root, filepath.FromSlash(name)), func(at string, entry fs.DirEntry, err error) error {
			inside, relErr := filepath.Rel(t.root, at)
			inside = filepath.ToSlash(inside)
			switch {
			case ctx.Err() != nil || found.Files >= maxFiles:
				return errEnough
			case err != nil || relErr != nil:
				return nil //nolint:nilerr // it does not count
			case outAlways(inside, entry.IsDir()) && entry.IsDir():
				return fs.SkipDir
			case entry.IsDir() || outAlways(inside, false):
				return nil
			}
			found.Files++
			if path.Ext(inside) == ".py" && !strings.Contains(inside, "/site-packages/") {
				found.Python = append(found.Python, inside)
			}
			return nil
		})
	}
	slices.SortFunc(found.Python, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, "/"), strings.Count(b, "/")), cmp.Compare(a, b))
	})
	return found
}

func outAlways(name string, folder bool) bool {
	ignored, decided := alwaysOut.ignores(name, folder)
	return decided && ignored
}
