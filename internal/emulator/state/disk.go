// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package state

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sync"

	"github.com/gofrs/flock"
	"github.com/google/renameio/v2/maybe"
)

// Disk is the file that keeps a state, and the directory of uploads beside it. One
// process at a time has it. A nil Disk keeps nothing, and its methods do nothing.
type Disk struct {
	path string
	lock *flock.Flock

	saving  sync.Mutex // held while the file is written; guards the next two
	saved   uint64     // changes that are in the file
	content [sha256.Size]byte

	mu     sync.Mutex
	failed error // of the latest save; nil if it succeeded
}

// SaveError is a state that could not be written.
type SaveError struct {
	Path string
	Err  error
}

// Error says what is lost, and what to do.
func (e *SaveError) Error() string {
	return fmt.Sprintf("The emulator could not write its state to %s: %v. Its changes are in memory only, and are lost when it stops. "+
		"Free space on the disk, or correct the permissions of the directory; the next change writes everything.", e.Path, e.Err)
}

// Unwrap returns the cause.
func (e *SaveError) Unwrap() error { return e.Err }

// OpenDisk takes the file of this path, which need not exist, for this process until
// Close. It fails if another process has it, or if the directory of uploads cannot be made.
func OpenDisk(path string) (*Disk, error) {
	d := &Disk{path: path}
	if err := os.MkdirAll(d.Uploads(), 0o700); err != nil {
		return nil, fmt.Errorf("make the directory of uploads: %w", err)
	}
	// The file itself cannot be locked: each save replaces it.
	d.lock = flock.New(filepath.Join(d.Uploads(), ".lock"), flock.SetPermissions(0o600))
	locked, err := d.lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the state file %s: %w", path, err)
	}
	if !locked {
		return nil, fmt.Errorf("another emulator uses the state file %s. Stop that one, or give this one a file of its own with -state", path)
	}
	d.removeLeftovers()
	return d, nil
}

// Path is the path of the file.
func (d *Disk) Path() string { return d.path }

// Uploads is the directory of uploads.
func (d *Disk) Uploads() string { return d.path + ".blobs" }

// removeLeftovers deletes the temporary files of a process that was killed while it
// wrote.
func (d *Disk) removeLeftovers() {
	directory := filepath.Dir(d.path)
	names, _ := os.ReadDir(directory)
	leftover := regexp.MustCompile(`^\.` + regexp.QuoteMeta(filepath.Base(d.path)) + `\d+$`)
	for _, name := range names {
		if leftover.MatchString(name.Name()) {
			_ = os.Remove(filepath.Join(directory, name.Name()))
		}
	}
}

// Read returns the content of the file; nil if there is none.
func (d *Disk) Read() ([]byte, error) {
	raw, err := os.ReadFile(d.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the state: %w", err)
	}
	return raw, nil
}

// Save returns when the first changes of the state are in the file. Calls that come
// together are written together. snapshot returns the content, and how many changes it
// has; it is not called for changes that another call has saved. The file is written
// only if its content is another one. A failure is a *SaveError; the next Save tries
// again.
func (d *Disk) Save(changes uint64, snapshot func() (content []byte, has uint64, err error)) error {
	if d == nil {
		return nil
	}
	d.saving.Lock()
	defer d.saving.Unlock()
	if d.saved >= changes {
		return nil
	}
	content, has, err := snapshot()
	if sum := sha256.Sum256(content); err == nil && sum != d.content {
		// Written beside, synced, and moved over: there is no moment without a whole file. Windows cannot do that.
		if err = maybe.WriteFile(d.path, content, 0o600); err == nil {
			d.content = sum
		}
	}
	if err != nil {
		err = &SaveError{Path: d.path, Err: err}
	} else {
		d.saved = has
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.failed = err
	return err
}

// Failure is the error of the latest save; nil if it succeeded.
func (d *Disk) Failure() error {
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.failed
}

// Close lets another process take the file.
func (d *Disk) Close() error {
	if d == nil {
		return nil
	}
	return d.lock.Close()
}
