// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// scan lists the files at a path: one file, or all of a folder. Nothing is left
// out: what is in the folder of a model is the model. Links to what is inside the
// folder are followed; any other link, and what is neither a file nor a folder,
// is an error. A path that does not exist is an error that is fs.ErrNotExist.
func scan(ctx context.Context, at string) (*content, error) {
	absolute, err := filepath.Abs(at)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(absolute)
	if err != nil {
		return nil, err
	}
	c := &content{base: filepath.Base(absolute), folder: info.IsDir()}
	if err := usableName(c.base); err != nil {
		return nil, err
	}
	switch {
	case info.Mode().IsRegular():
		c.files = []file{{name: c.base, at: absolute}}
		return c, nil
	case !info.IsDir():
		return nil, fmt.Errorf("%s is neither a file nor a folder", at)
	case absolute == filepath.Dir(absolute):
		return nil, fmt.Errorf("%s is the root of a disk, not the folder of a model", at)
	}
	root, err := filepath.EvalSymlinks(absolute)
	if err != nil {
		return nil, err
	}
	w := &walk{root: root}
	if err := w.folder(ctx, root, "", nil); err != nil {
		return nil, err
	}
	if len(w.files) == 0 {
		return nil, fmt.Errorf("the folder %s has no file in it", at)
	}
	slices.SortFunc(w.files, func(a, b file) int { return cmp.Compare(a.name, b.name) })
	c.files = w.files
	return c, nil
}

// usableName refuses names that the path of an uploaded file cannot have.
func usableName(name string) error {
	if !utf8.ValidString(name) || strings.Contains(name, `\`) {
		return fmt.Errorf("the name of %q cannot be uploaded: rename it without a backslash, in UTF-8", name)
	}
	return nil
}

type walk struct {
	root  string
	files []file
}

// folder lists one folder. The real paths of the folders above tell a loop of links.
func (w *walk) folder(ctx context.Context, at, name string, above []string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries, err := os.ReadDir(at)
	if err != nil {
		return err
	}
	above = append(above, at)
	for _, entry := range entries {
		if err := w.entry(ctx, filepath.Join(at, entry.Name()), path.Join(name, entry.Name()), entry.Type(), above); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) entry(ctx context.Context, at, name string, kind fs.FileMode, above []string) error {
	if err := usableName(name); err != nil {
		return err
	}
	if kind&fs.ModeSymlink != 0 {
		to, err := filepath.EvalSymlinks(at)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the link %s leads nowhere: remove it from the folder", name)
		}
		if err != nil {
			return err
		}
		if inside, err := filepath.Rel(w.root, to); err != nil || !filepath.IsLocal(inside) {
			return fmt.Errorf("the link %s points out of the folder: what it points to is not the same on every machine. Copy that into the folder", name)
		}
		at = to
	}
	info, err := os.Stat(at)
	switch {
	case err != nil:
		return err
	case info.IsDir():
		if slices.Contains(above, at) {
			return fmt.Errorf("the link %s points to a folder that it is in, so that the folder has no end: remove the link", name)
		}
		return w.folder(ctx, at, name, above)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is neither a file nor a folder, and cannot be uploaded: remove it from the folder", name)
	}
	w.files = append(w.files, file{name: name, at: at})
	return nil
}
