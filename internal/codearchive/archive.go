// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package codearchive

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/filetree"
)

// entryMode is the mode of every entry, so that archives are reproducible. A script
// that is executable stays so.
const entryMode = 0o755

var entryTime = time.Unix(0, 0).UTC()

// Hash returns the hash of the names, sizes and bytes of the files, as 64
// hexadecimal digits. It depends on nothing else.
func (t *Tree) Hash(ctx context.Context) (string, error) {
	return t.each(ctx, func(filetree.File) (io.Writer, error) { return io.Discard, nil })
}

// Archive writes the files as a tar.gz, below one top folder of that name, and
// returns their hash. It reads each file once, and holds none in memory.
func (t *Tree) Archive(ctx context.Context, w io.Writer, top string) (string, error) {
	zipped := gzip.NewWriter(w)
	archive := &folders{Writer: tar.NewWriter(zipped)}
	sum, err := t.each(ctx, func(f filetree.File) (io.Writer, error) {
		return archive, archive.begin(path.Join(top, f.Name), f.Size)
	})
	if err != nil {
		return "", err
	}
	if err := errors.Join(archive.Close(), zipped.Close()); err != nil {
		return "", err
	}
	return sum, nil
}

// Copy writes the bytes of a tree of one file, and returns its hash.
func (t *Tree) Copy(ctx context.Context, w io.Writer) (string, error) {
	return t.each(ctx, func(filetree.File) (io.Writer, error) { return w, nil })
}

// each hashes the files in order, and writes each where begin says.
func (t *Tree) each(ctx context.Context, begin func(filetree.File) (io.Writer, error)) (string, error) {
	sum := sha256.New()
	buffer := make([]byte, 64<<10)
	for _, f := range t.files {
		to, err := begin(f)
		if err != nil {
			return "", err
		}
		// Lengths first, so that no two trees hash the same text.
		header := binary.BigEndian.AppendUint64(nil, uint64(len(f.Name)))
		header = append(header, f.Name...)
		header = binary.BigEndian.AppendUint64(header, uint64(f.Size)) //nolint:gosec // a size is not negative
		_, _ = sum.Write(header)
		if err := f.Copy(ctx, io.MultiWriter(sum, to), buffer); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// folders is a tar that has an entry for each folder before what is in it.
type folders struct {
	*tar.Writer
	made map[string]bool
}

func (a *folders) begin(name string, size int64) error {
	if a.made == nil {
		a.made = map[string]bool{}
	}
	for i := range len(name) {
		if name[i] != '/' || a.made[name[:i]] {
			continue
		}
		a.made[name[:i]] = true
		header := &tar.Header{Typeflag: tar.TypeDir, Name: name[:i+1], Mode: entryMode, ModTime: entryTime}
		if err := a.WriteHeader(header); err != nil {
			return err
		}
	}
	err := a.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: entryMode, ModTime: entryTime})
	if err != nil {
		return fmt.Errorf("%s cannot be archived: %w", strings.ToValidUTF8(name, "?"), err)
	}
	return nil
}
