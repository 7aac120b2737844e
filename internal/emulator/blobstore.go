// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"crypto/md5" //nolint:gosec // the checksum that the blob protocol uses
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

// maxBlobSize is Azure's limit for one Put Blob, 5,000 MiB.
const maxBlobSize = 5000 << 20

// blobStore keeps the bytes of artifacts in files: uploads are streamed, and a
// model of gigabytes takes no memory. Without a state file the directory is a
// temporary one, made at the first upload and removed by Close; with one it is
// the state file's name with ".blobs" behind it, and stays.
type blobStore struct {
	mu   sync.Mutex
	dir  string // empty until it is needed
	keep bool
}

func (s *blobStore) directory() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dir == "" {
		dir, err := os.MkdirTemp("", "mlws-emulator-blobs-*")
		if err != nil {
			return "", fmt.Errorf("make the directory of blobs: %w", err)
		}
		s.dir = dir
	}
	return s.dir, nil
}

func (s *blobStore) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dir == "" || s.keep {
		return nil
	}
	return os.RemoveAll(s.dir)
}

// clear removes every blob. An upload on its way fails.
func (s *blobStore) clear() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dir == "" {
		return nil
	}
	names, err := os.ReadDir(s.dir)
	for _, name := range names {
		if name.Name() != ".lock" {
			err = errors.Join(err, os.Remove(filepath.Join(s.dir, name.Name())))
		}
	}
	return err
}

// file names a blob's file. Ids are made here and are plain letters and digits,
// but a request's path may hold anything.
func (s *blobStore) file(id string) (string, error) {
	if id == "" || strings.Trim(strings.ToLower(id), "abcdefghijklmnopqrstuvwxyz0123456789.-_") != "" || strings.HasPrefix(id, ".") {
		return "", os.ErrNotExist
	}
	dir, err := s.directory()
	return filepath.Join(dir, id), err
}

// write streams a body into a blob's file, which appears whole or not at all.
// It returns the MD5 of what it read.
func (s *blobStore) write(id string, content io.Reader) (sum []byte, err error) {
	path, err := s.file(id)
	if err != nil {
		return nil, err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".upload-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(temporary.Name()) }()
	hash := md5.New() //nolint:gosec // as above
	_, err = io.Copy(io.MultiWriter(temporary, hash), content)
	if err == nil && s.keep {
		err = temporary.Sync()
	}
	if closeErr := temporary.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, err
	}
	return hash.Sum(nil), os.Rename(temporary.Name(), path)
}

func (s *blobStore) put(id string, content []byte) error {
	_, err := s.write(id, bytes.NewReader(content))
	return err
}

func (s *blobStore) open(id string) (*os.File, error) {
	path, err := s.file(id)
	if err != nil {
		return nil, err
	}
	return os.Open(path) //nolint:gosec // file admits no separators
}

func (s *blobStore) read(id string) ([]byte, error) {
	path, err := s.file(id)
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path) //nolint:gosec // file admits no separators
}

// blobFile is a blob as the body of a reply.
type blobFile struct {
	*os.File
	modified time.Time
}

func (s *blobStore) openFile(id string) (*blobFile, error) {
	file, err := s.open(id)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &blobFile{File: file, modified: info.ModTime()}, nil
}

func (s *blobStore) rename(from, to string) error {
	source, err := s.file(from)
	if err != nil {
		return err
	}
	target, err := s.file(to)
	if err != nil {
		return err
	}
	return os.Rename(source, target)
}

func (s *blobStore) drop(id string) {
	if path, err := s.file(id); err == nil {
		_ = os.Remove(path)
	}
}

func (s *blobStore) exists(id string) bool {
	path, err := s.file(id)
	if err != nil {
		return false
	}
	_, err = os.Stat(path)
	return err == nil
}

// has tells whether a blob is there, and whether it is this content.
func (s *blobStore) has(id string, content []byte) (same, there bool) {
	old, err := s.read(id)
	if errors.Is(err, os.ErrNotExist) {
		return false, false
	}
	return err == nil && bytes.Equal(old, content), true
}

// blockID names the file of a block that waits for its list.
func blockID(blob, block string) string {
	return blob + ".block-" + fmt.Sprintf("%x", md5.Sum([]byte(block))) //nolint:gosec // a file name
}

// commit joins blocks in the order of the list, and forgets them.
func (s *blobStore) commit(blob string, blocks []string) ([]byte, error) {
	var readers []io.Reader
	var files []*os.File
	defer func() {
		for _, file := range files {
			_ = file.Close()
		}
	}()
	for _, block := range blocks {
		file, err := s.open(blockID(blob, block))
		if err != nil {
			return nil, &api.Error{Status: http.StatusBadRequest, Code: "InvalidBlockList", Message: "The specified block list is invalid."}
		}
		files = append(files, file)
		readers = append(readers, io.LimitReader(file, maxBlobSize))
	}
	sum, err := s.write(blob, io.MultiReader(readers...))
	if err == nil {
		for _, file := range files {
			_ = os.Remove(file.Name())
		}
	}
	return sum, err
}

func base64MD5(sum []byte) string { return base64.StdEncoding.EncodeToString(sum) }
