// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package filetree lists and reads the files of a folder on this machine so that
// every checkout of it is alike: in one order, with links followed only where
// what they lead to is in the folder too, and without anything that is not a file.
package filetree

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// File is one file of a tree.
type File struct {
	Name string // relative to the folder, with slashes; of a lone file its own
	At   string // where it is on this machine, links followed
	Size int64  // in bytes, when it was listed
	// Modified is when it was changed before it was listed, in nanoseconds since 1970.
	Modified int64
}

// Options say what of a folder is listed. The zero value lists all of it.
type Options struct {
	// Ignored leaves out a file, or a folder with all that is in it. It is asked
	// before anything about the entry is refused.
	Ignored func(name string, folder bool) bool
	// IgnoreFile is the file that a person can edit to leave an entry out, for
	// refusals to name as another way out. The default is that there is none.
	IgnoreFile string
	// Accept may refuse a file, which ends the listing with its error. It is called
	// as files are found, which is not the order of the list.
	Accept func(File) error
}

// Lone returns a file by itself, under its base name. What is not a file, and a
// pointer of Git LFS, is an error that says what it is.
func Lone(name string) (File, error) {
	at, info, err := resolve(name)
	if err != nil {
		return File{}, err
	}
	if !info.Mode().IsRegular() {
		return File{}, fmt.Errorf("%s is %s, not a file", name, describeMode(info.Mode()))
	}
	f := File{Name: filepath.Base(name), At: at, Size: info.Size(), Modified: info.ModTime().UnixNano()}
	return f, f.checkPointer()
}

// Folder returns where a folder really is: absolute, links followed. What is not
// a folder is an error that says what it is; one that does not exist is an error
// that is [fs.ErrNotExist].
func Folder(name string) (string, error) {
	at, info, err := resolve(name)
	if err != nil {
		return "", err
	}
	if !info.IsDir() {
		return "", fmt.Errorf("%s is %s, not a folder", name, describeMode(info.Mode()))
	}
	return at, nil
}

func resolve(name string) (string, fs.FileInfo, error) {
	at, err := filepath.EvalSymlinks(name)
	if err != nil {
		return "", nil, err
	}
	if at, err = filepath.Abs(at); err != nil {
		return "", nil, err
	}
	info, err := os.Stat(at)
	return at, info, err
}

// List returns the files of a folder, of which Folder says where it is, sorted by
// the bytes of their names. Links to what is inside the folder are followed; any
// other link, a pointer of Git LFS, and what is neither a file nor a folder, is an
// error.
func List(ctx context.Context, folder string, options Options) ([]File, error) {
	w := walk{Options: options, root: folder}
	if err := w.folder(ctx, folder, "", nil); err != nil {
		return nil, err
	}
	slices.SortFunc(w.files, func(a, b File) int { return cmp.Compare(a.Name, b.Name) })
	return w.files, nil
}

type walk struct {
	Options
	root  string
	files []File
}

// folder lists one folder. The real paths of the folders above tell a loop of links.
func (w *walk) folder(ctx context.Context, at, name string, above []string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	opened, err := os.Open(at)
	if err != nil {
		return err
	}
	defer func() { _ = opened.Close() }()
	above = append(above, at)
	for {
		// In parts: a folder of millions of entries, which Accept refuses, must not fill
		// the memory.
		entries, err := opened.ReadDir(part)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
		for _, entry := range entries {
			if err := w.entry(ctx, filepath.Join(at, entry.Name()), path.Join(name, entry.Name()), entry, above); err != nil {
				return err
			}
		}
	}
}

// part is how many entries of a folder are read at a time.
const part = 4096

func (w *walk) entry(ctx context.Context, at, name string, entry fs.DirEntry, above []string) error {
	info, err := os.Stat(at) // follows a link
	if w.Ignored != nil && w.Ignored(name, err == nil && info.IsDir()) {
		return nil
	}
	if entry.Type()&fs.ModeSymlink != 0 {
		if at, err = w.follow(at, name); err != nil {
			return err
		}
	}
	switch {
	case err != nil:
		return err
	case info.IsDir():
		if slices.Contains(above, at) {
			return fmt.Errorf("the link %s points to a folder that it is in, so the folder has no end: remove the link%s", name, w.or("name it"))
		}
		return w.folder(ctx, at, name, above)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is %s, which cannot be uploaded: remove it%s", name, describeMode(info.Mode()), w.or("name it"))
	}
	f := File{Name: name, At: at, Size: info.Size(), Modified: info.ModTime().UnixNano()}
	if err := f.checkPointer(); err != nil {
		return fmt.Errorf("%w%s", err, w.or("name it"))
	}
	if w.Accept != nil {
		if err := w.Accept(f); err != nil {
			return err
		}
	}
	w.files = append(w.files, f)
	return nil
}

// follow returns where a link leads to.
func (w *walk) follow(at, name string) (string, error) {
	to, err := filepath.EvalSymlinks(at)
	if err != nil {
		why := ""
		if !errors.Is(err, fs.ErrNotExist) {
			why = fmt.Sprintf(" (%s)", strings.TrimPrefix(err.Error(), "EvalSymlinks: "))
		}
		return "", fmt.Errorf("the link %s leads nowhere%s: remove it%s", name, why, w.or("name it"))
	}
	if inside, err := filepath.Rel(w.root, to); err != nil || !filepath.IsLocal(inside) {
		return "", fmt.Errorf("the link %s points out of the folder: what it points to is not the same on every machine. Copy that into the folder%s", name, w.or("name the link"))
	}
	return to, nil
}

// or ends a refusal with the ignore file as another way out.
func (w *walk) or(what string) string {
	if w.IgnoreFile == "" {
		return ""
	}
	return ", or " + what + " in " + w.IgnoreFile
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
