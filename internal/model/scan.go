// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/mlws/terraform-provider-mlws/internal/filetree"
)

// scan lists the files at a path: one file, or all of a folder. Nothing is left
// out: what is in the folder of a model is the model. A path that does not exist
// is an error that is fs.ErrNotExist.
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
		lone, err := filetree.Lone(absolute)
		if err != nil {
			return nil, err
		}
		c.files = []file{{File: lone}}
		return c, nil
	case !info.IsDir():
		return nil, fmt.Errorf("%s is neither a file nor a folder", at)
	case absolute == filepath.Dir(absolute):
		return nil, fmt.Errorf("%s is the root of a disk, not the folder of a model", at)
	}
	root, err := filetree.Folder(absolute)
	if err != nil {
		return nil, err
	}
	listed, err := filetree.List(ctx, root, filetree.Options{Accept: func(f filetree.File) error { return usableName(f.Name) }})
	if err != nil {
		return nil, err
	}
	if len(listed) == 0 {
		return nil, fmt.Errorf("the folder %s has no file in it", at)
	}
	for _, f := range listed {
		c.files = append(c.files, file{File: f})
	}
	return c, nil
}

// usableName refuses names that the path of an uploaded file cannot have.
func usableName(name string) error {
	if !utf8.ValidString(name) || strings.Contains(name, `\`) {
		return fmt.Errorf("the name of %q cannot be uploaded: rename it without a backslash, in UTF-8", name)
	}
	return nil
}
