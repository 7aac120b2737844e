// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package pyrunner

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
)

// Limits of an unpacked archive.
const (
	maxUnpacked = 8 << 30
	maxMembers  = 200_000
)

// Place writes one file below root, with the folders on its way.
func Place(root *os.Root, name string, content io.Reader) error {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return fmt.Errorf("%q leads out of the folder", name)
	}
	return place(root, filepath.FromSlash(name), 0o600, content)
}

func place(root *os.Root, name string, mode os.FileMode, content io.Reader) error {
	if err := root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	// An existing file, a link perhaps, is replaced and not written through.
	_ = root.Remove(name)
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	return errors.Join(err, file.Close())
}

// Unpack writes the members of a tar.gz below root. No name and no link may lead
// out of root. Only files, folders and links are allowed.
func Unpack(root *os.Root, archive io.Reader) error {
	compressed, err := gzip.NewReader(archive)
	if err != nil {
		return fmt.Errorf("it is not a tar.gz: %w", err)
	}
	limited := &io.LimitedReader{R: compressed, N: maxUnpacked}
	var links []string
	members := tar.NewReader(limited)
	for number := 0; ; number++ {
		member, err := members.Next()
		switch {
		case errors.Is(err, io.EOF) && limited.N > 0:
			return staysWithin(root, links)
		case limited.N <= 0 || number >= maxMembers:
			return fmt.Errorf("it holds more than %d files or %d GiB", maxMembers, maxUnpacked>>30)
		case err != nil:
			return fmt.Errorf("it is not a tar.gz: %w", err)
		}
		if err := unpack(root, member, members); err != nil {
			return fmt.Errorf("its member %q: %w", member.Name, err)
		}
		if member.Typeflag == tar.TypeSymlink || member.Typeflag == tar.TypeLink {
			links = append(links, filepath.FromSlash(path.Clean(member.Name)))
		}
	}
}

func unpack(root *os.Root, member *tar.Header, content io.Reader) error {
	name := filepath.FromSlash(path.Clean(member.Name))
	if !filepath.IsLocal(name) {
		return errors.New("the name leads out of the archive")
	}
	switch member.Typeflag {
	case tar.TypeDir:
		return root.MkdirAll(name, 0o700)
	case tar.TypeReg:
		// The owner may always read and write, and run what was meant to be run.
		return place(root, name, 0o600|member.FileInfo().Mode().Perm()&0o100, content)
	case tar.TypeSymlink:
		if path.IsAbs(member.Linkname) || !filepath.IsLocal(filepath.Join(filepath.Dir(name), filepath.FromSlash(member.Linkname))) {
			return errors.New("the link leads out of the archive")
		}
		if err := root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return err
		}
		_ = root.Remove(name)
		return root.Symlink(filepath.FromSlash(member.Linkname), name)
	case tar.TypeLink: // how a file is stored that is there under two names
		target := filepath.FromSlash(path.Clean(member.Linkname))
		if !filepath.IsLocal(target) {
			return errors.New("the link leads out of the archive")
		}
		if err := root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return err
		}
		_ = root.Remove(name)
		return root.Link(target, name)
	case tar.TypeXGlobalHeader:
		return nil
	}
	return errors.New("it is neither a file nor a folder nor a link")
}

// staysWithin looks where the links lead in the end: several of them, each
// harmless, may lead out together.
func staysWithin(root *os.Root, links []string) error {
	for _, link := range links {
		if _, err := root.Stat(link); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("its link %q: %w", link, err)
		}
	}
	return nil
}
