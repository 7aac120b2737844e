// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package storage

import (
	"bytes"
	"crypto/md5" //nolint:gosec // the checksum that the blob protocol uses
	"encoding/base64"
	"encoding/json"
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
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// maxBlobSize is Azure's limit for one Put Blob, 5,000 MiB.
const maxBlobSize = 5000 << 20

// Files keeps the bytes of artifacts in files: uploads are streamed, and a model of
// gigabytes takes no memory. Beside a blob is a small file with its properties. Files has
// a lock of its own: no call holds the emulator's while bytes move.
type Files struct {
	mu   sync.Mutex // held while a blob gets its name
	dir  string     // empty until it is needed
	keep bool
}

// KeepIn keeps blobs in a directory that exists, and stays. Without it, the directory is a
// temporary one, made at the first upload and removed by Close.
func (f *Files) KeepIn(dir string) { f.dir, f.keep = dir, true }

// properties are what a storage account knows of a blob beside its bytes.
type properties struct {
	ETag string `json:"etag"`
	MD5  string `json:"md5,omitempty"` // Content-MD5; empty if the client gave none for a blob of blocks
}

var errExists = errors.New("the blob exists")

func (f *Files) directory() (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dir == "" {
		dir, err := os.MkdirTemp("", "mlws-emulator-blobs-*")
		if err != nil {
			return "", fmt.Errorf("make the directory of blobs: %w", err)
		}
		f.dir = dir
	}
	return f.dir, nil
}

// Close removes the directory, if it is a temporary one.
func (f *Files) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dir == "" || f.keep {
		return nil
	}
	return os.RemoveAll(f.dir)
}

// Clear removes every blob. An upload on its way fails.
func (f *Files) Clear() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dir == "" {
		return nil
	}
	names, err := os.ReadDir(f.dir)
	for _, name := range names {
		if name.Name() != ".lock" { // of the state file
			err = errors.Join(err, os.Remove(filepath.Join(f.dir, name.Name())))
		}
	}
	return err
}

// file names a blob's file. Ids are made here and are plain letters and digits,
// but a request's path may hold anything.
func (f *Files) file(id string) (string, error) {
	if id == "" || strings.Trim(strings.ToLower(id), "abcdefghijklmnopqrstuvwxyz0123456789.-_") != "" || strings.HasPrefix(id, ".") {
		return "", os.ErrNotExist
	}
	dir, err := f.directory()
	return filepath.Join(dir, id), err
}

// writing says how a blob is written.
type writing struct {
	onlyNew  bool   // fail with errExists if the blob is there
	checksum string // of the body, in base64; empty checks nothing
	md5      string // the property Content-MD5; empty is none
	ownMD5   bool   // without md5, the property is the checksum of the body
}

// write streams a body into a blob's file, which appears whole or not at all.
func (f *Files) write(id string, content io.Reader, how writing) (sum string, p properties, err error) {
	path, err := f.file(id)
	if err != nil {
		return "", p, err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".upload-*")
	if err != nil {
		return "", p, unwritten(err)
	}
	defer func() { _ = os.Remove(temporary.Name()) }()
	hash := md5.New() //nolint:gosec // as above
	_, err = io.Copy(io.MultiWriter(disk{temporary}, hash), content)
	if err == nil && f.keep {
		err = unwritten(temporary.Sync())
	}
	if closeErr := temporary.Close(); err == nil {
		err = unwritten(closeErr)
	}
	if err != nil {
		return "", p, err
	}
	sum = base64.StdEncoding.EncodeToString(hash.Sum(nil))
	if how.checksum != "" && how.checksum != sum {
		return "", p, &api.Error{Status: http.StatusBadRequest, Code: "Md5Mismatch", Message: "The MD5 value specified in the request did not match with the MD5 value calculated by the server."}
	}
	p = properties{ETag: `"0x` + strings.ToUpper(state.Fingerprint(state.RandomText(32))) + `"`, MD5: how.md5}
	if p.MD5 == "" && how.ownMD5 {
		p.MD5 = sum
	}
	return sum, p, unwritten(f.publish(temporary.Name(), path, p, how.onlyNew))
}

// publish gives a file its name. Whether there is a blob of this name, and the name, are
// one step: of two uploads that must not overwrite, one wins.
func (f *Files) publish(temporary, path string, p properties, onlyNew bool) error {
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := os.Stat(path); onlyNew && err == nil {
		return errExists
	}
	// Between these steps, the blob has no properties rather than those of another content.
	if err := os.Remove(path + propertiesSuffix); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return err
	}
	return os.WriteFile(path+propertiesSuffix, raw, 0o600)
}

const propertiesSuffix = ".properties"

// disk marks the errors of writing a file: they are not those of reading a body.
type disk struct{ *os.File }

func (d disk) Write(p []byte) (int, error) {
	n, err := d.File.Write(p)
	return n, unwritten(err)
}

// unwritten is the answer to an upload that could not be stored.
func unwritten(err error) error {
	if err == nil || errors.Is(err, errExists) {
		return err
	}
	return &api.Error{Status: http.StatusInsufficientStorage, Code: "UploadNotStored", Message: "The emulator could not store the upload: " + err.Error() + ". Free space on the disk, then upload again."}
}

// Put stores content under an id of the emulator's own.
func (f *Files) Put(id string, content []byte) error {
	_, _, err := f.write(id, bytes.NewReader(content), writing{ownMD5: true})
	return err
}

// Open opens a blob for reading.
func (f *Files) Open(id string) (*os.File, error) {
	path, err := f.file(id)
	if err != nil {
		return nil, err
	}
	return os.Open(path) //nolint:gosec // file admits no separators
}

// Read returns the content of a blob.
func (f *Files) Read(id string) ([]byte, error) {
	path, err := f.file(id)
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path) //nolint:gosec // file admits no separators
}

func (f *Files) exists(id string) bool {
	path, err := f.file(id)
	if err != nil {
		return false
	}
	_, err = os.Stat(path)
	return err == nil
}

// Blob is a blob as the body of a reply; the caller closes it.
type Blob struct {
	*os.File
	Modified time.Time
	properties
}

// blob opens a blob with its properties. One that an earlier version stored has none: its
// ETag is made of its size and time, and it has no Content-MD5.
func (f *Files) blob(id string) (*Blob, error) {
	file, err := f.Open(id)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	found := &Blob{File: file, Modified: info.ModTime()}
	raw, err := os.ReadFile(file.Name() + propertiesSuffix)
	if err != nil || json.Unmarshal(raw, &found.properties) != nil {
		found.properties = properties{ETag: fmt.Sprintf(`"0x%X%X"`, info.ModTime().UnixNano(), info.Size())}
	}
	return found, nil
}

// blockID names the file of a block that waits for its list.
func blockID(blob, block string) string {
	return blob + ".block-" + fmt.Sprintf("%x", md5.Sum([]byte(block))) //nolint:gosec // a file name
}

// commit joins blocks in the order of the list, and forgets them.
func (f *Files) commit(blob string, blocks []string, how writing) (properties, error) {
	var readers []io.Reader
	var files []*os.File
	defer func() {
		for _, file := range files {
			_ = file.Close()
		}
	}()
	for _, block := range blocks {
		file, err := f.Open(blockID(blob, block))
		if err != nil {
			return properties{}, &api.Error{Status: http.StatusBadRequest, Code: "InvalidBlockList", Message: "The specified block list is invalid."}
		}
		files = append(files, file)
		readers = append(readers, io.LimitReader(file, maxBlobSize))
	}
	_, p, err := f.write(blob, io.MultiReader(readers...), how)
	if err == nil {
		for _, file := range files {
			_ = os.Remove(file.Name())
			_ = os.Remove(file.Name() + propertiesSuffix)
		}
	}
	return p, err
}
