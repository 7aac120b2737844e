// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package state

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func openDisk(t *testing.T) *Disk {
	t.Helper()
	d, err := OpenDisk(filepath.Join(t.TempDir(), "state.json"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// has is a snapshot of this content.
func has(content string, changes uint64) func() ([]byte, uint64, error) {
	return func() ([]byte, uint64, error) { return []byte(content), changes, nil }
}

func save(t *testing.T, d *Disk, changes uint64, content string) {
	t.Helper()
	if err := d.Save(changes, has(content, changes)); err != nil {
		t.Fatal(err)
	}
	if raw, err := d.Read(); err != nil || string(raw) != content {
		t.Fatalf("the file has %q (%v), want %q", raw, err, content)
	}
}

// One process at a time has a file; the other one is told which file and what to do.
func TestOneProcessAFile(t *testing.T) {
	t.Parallel()
	first := openDisk(t)
	_, err := OpenDisk(first.Path())
	if err == nil || !strings.Contains(err.Error(), first.Path()) || !strings.Contains(err.Error(), "-state") {
		t.Fatalf("the second one: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := OpenDisk(first.Path())
	if err != nil {
		t.Fatalf("after the first one has ended: %v", err)
	}
	_ = again.Close()
}

// A content that is in the file already is not written again.
func TestEqualContentIsNotWritten(t *testing.T) {
	t.Parallel()
	d := openDisk(t)
	save(t, d, 1, "one")
	before, err := os.Stat(d.Path())
	if err != nil {
		t.Fatal(err)
	}
	save(t, d, 2, "one")
	same, err := os.Stat(d.Path())
	if err != nil || !os.SameFile(before, same) {
		t.Errorf("the file was replaced: %v", err)
	}
	save(t, d, 3, "two")
	if other, err := os.Stat(d.Path()); err != nil || os.SameFile(before, other) {
		t.Errorf("the file was not replaced: %v", err)
	}
}

// Changes that come while the file is written are written together.
func TestChangesAreSavedTogether(t *testing.T) {
	t.Parallel()
	d := openDisk(t)
	const calls = 100
	var changed, snapshots atomic.Uint64
	all := make(chan struct{}) // closed when every call has made its change
	var group sync.WaitGroup
	for range calls {
		group.Go(func() {
			mine := changed.Add(1)
			if mine == calls {
				close(all)
			}
			err := d.Save(mine, func() ([]byte, uint64, error) {
				<-all
				snapshots.Add(1)
				return []byte{calls}, calls, nil
			})
			if raw, readErr := d.Read(); err != nil || readErr != nil || len(raw) != 1 {
				t.Errorf("change %d is not in the file: %v %v", mine, err, readErr)
			}
		})
	}
	group.Wait()
	if got := snapshots.Load(); got != 1 {
		t.Errorf("%d changes that came together were written in %d goes", calls, got)
	}
}

// A save that failed is not forgotten: the next one writes everything, and until then
// Failure says why.
func TestFailedSaveIsTriedAgain(t *testing.T) {
	t.Parallel()
	d := openDisk(t)
	save(t, d, 1, "one")
	full := errors.New("no space left on device")
	err := d.Save(2, func() ([]byte, uint64, error) { return nil, 0, full })
	var failed *SaveError
	if !errors.As(err, &failed) || !errors.Is(err, full) || !strings.Contains(err.Error(), d.Path()) {
		t.Errorf("the failure: %v", err)
	}
	if !errors.Is(d.Failure(), full) {
		t.Errorf("it is forgotten: %v", d.Failure())
	}
	save(t, d, 2, "two")
	if d.Failure() != nil {
		t.Errorf("after a save that succeeded: %v", d.Failure())
	}
}

// Without a file, nothing is kept, and nothing fails.
func TestNoDisk(t *testing.T) {
	t.Parallel()
	var d *Disk
	if err := d.Save(1, nil); err != nil || d.Failure() != nil || d.Close() != nil {
		t.Errorf("no disk: %v", err)
	}
}
