// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/clock"
	"github.com/mlws/terraform-provider-mlws/internal/filetree"
)

// content is the files of a model on this machine.
type content struct {
	base   string // the name of the file or folder
	folder bool
	files  []file
	hash   string
}

type file struct {
	filetree.File
	sum [sha256.Size]byte
}

// contents has the content of each path that was hashed. Terraform plans a replacement twice, and plans again
// before it applies: large files are hashed once in a process.
var contents sync.Map

// fresh is how long a file can have been changed again without another time of change.
// [FAT counts it in steps of two seconds]
const fresh = 2 * time.Second

// readContent lists what is at a path, and hashes it unless its listing is that of the content
// that was hashed before.
func readContent(ctx context.Context, at string) (*content, error) {
	c, err := scan(ctx, at)
	if err != nil {
		return nil, err
	}
	before, _ := contents.Load(at)
	if known, ok := before.(*content); ok && known.lists(c) {
		return known, nil
	}
	stable := (clock.System{}).Now().Add(-fresh).UnixNano() // the clock of the disk
	// The hash is in the state: what it is made of must never change.
	total := sha256.New()
	kind := "file\n"
	if c.folder {
		kind = "folder\n"
	}
	_, _ = io.WriteString(total, kind)
	buffer := make([]byte, 64<<10)
	for i := range c.files {
		f := &c.files[i]
		if err := f.digest(ctx, buffer); err != nil {
			return nil, err
		}
		// Lengths first, so that no two models hash the same text.
		_, _ = total.Write(binary.BigEndian.AppendUint64(nil, uint64(len(f.Name))))
		_, _ = io.WriteString(total, f.Name)
		_, _ = total.Write(f.sum[:])
	}
	c.hash = hex.EncodeToString(total.Sum(nil))
	if !slices.ContainsFunc(c.files, func(f file) bool { return f.Modified > stable }) {
		contents.Store(at, c)
	}
	return c, nil
}

// lists reports whether another listing of the path has the same files.
func (c *content) lists(other *content) bool {
	return c.folder == other.folder && slices.EqualFunc(c.files, other.files, func(a, b file) bool { return a.File == b.File })
}

func (f *file) digest(ctx context.Context, buffer []byte) error {
	sum := sha256.New()
	if err := f.Copy(ctx, sum, buffer); err != nil {
		return err
	}
	sum.Sum(f.sum[:0])
	return nil
}

// root is the path of the model inside its container.
func (c *content) root() string { return c.base }

// uploads are the files to upload: streamed, and only as they were when they were hashed.
func (c *content) uploads() []azureml.ArtifactFile {
	uploads := make([]azureml.ArtifactFile, len(c.files))
	for i, f := range c.files {
		to := f.Name
		if c.folder {
			to = path.Join(c.base, f.Name)
		}
		uploads[i] = azureml.ArtifactFile{Path: to, Size: f.Size, Open: f.open}
	}
	return uploads
}

func (f *file) open() (io.ReadCloser, error) {
	opened, err := os.Open(f.At)
	if err != nil {
		return nil, err
	}
	return &unchanged{File: opened, sum: sha256.New(), want: f.sum}, nil
}

// errChanged means that a file is not what was planned.
var errChanged = errors.New("it was changed after it was planned: apply again")

// unchanged is a file that ends with an error unless its bytes are the expected ones.
type unchanged struct {
	*os.File
	sum  hash.Hash
	want [sha256.Size]byte
}

func (u *unchanged) Read(p []byte) (int, error) {
	n, err := u.File.Read(p)
	_, _ = u.sum.Write(p[:n])
	if errors.Is(err, io.EOF) && [sha256.Size]byte(u.sum.Sum(nil)) != u.want {
		return n, errChanged
	}
	return n, err
}

// WriteTo keeps io.Copy from using that of the file, which would skip the check.
func (u *unchanged) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{u})
}

// describeError describes an error of the disk in a sentence.
func describeError(err error) string {
	var failed *os.PathError
	if errors.As(err, &failed) {
		return fmt.Sprintf("%s cannot be read: %s", failed.Path, failed.Err)
	}
	return err.Error()
}

// maxFiles bounds the files of a model, and so the memory that a plan takes: about 40 MB.
const maxFiles = 100_000

// scan lists the file, or all files of the folder, at a path. The error is fs.ErrNotExist if
// nothing is there.
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
	found := 0
	listed, err := filetree.List(ctx, root, filetree.Options{Accept: func(f filetree.File) error {
		if found++; found > maxFiles {
			return fmt.Errorf("the folder %s has more than %d files, the most that a model may have: each is uploaded by itself. Name the folder of the model alone, or pack the files into an archive", at, maxFiles)
		}
		return usableName(f.Name)
	}})
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
