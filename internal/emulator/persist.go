// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// WithStateFile keeps everything in a file, which is written again after every
// call that changes something, before the call is answered: what was answered
// survives a restart, and even a kill in the middle of a write leaves the file
// whole (not on Windows). If a change cannot be written, the call is answered with 507.
// Contents of uploads go to a directory of the same name with ".blobs" behind it, and
// the certificate of the authority, which stays the same, to a file with ".ca.pem"
// behind it. If the file exists, the seed is not looked at.
//
// The file holds keys, client secrets and the authority's private key; it can be
// read by its owner only. Ordered faults, behavior and the request log are not
// kept. One emulator at a time may use a file: New fails if another one does.
func WithStateFile(path string) Option { return func(c *config) { c.stateFile = path } }

// WithSeedFile reads the seed from a YAML or JSON file, see ReadSeed.
func WithSeedFile(path string) Option { return func(c *config) { c.seedFile = path } }

// seedOf reads the seed when it is needed, once.
func seedOf(c config) func() (state.Seed, error) {
	return sync.OnceValues(func() (state.Seed, error) {
		if c.seedFile != "" {
			return state.ReadSeed(c.seedFile)
		}
		return c.seed, nil
	})
}

// starting gives the store that an emulator starts with.
func (e *Emulator) starting(c config) error {
	found := false
	if c.stateFile != "" {
		var err error
		if e.disk, err = state.OpenDisk(c.stateFile); err != nil {
			return err
		}
		e.files.KeepIn(e.disk.Uploads())
		if found, err = e.load(); err != nil {
			return err
		}
	}
	if e.authority == nil { // also if the state file has none, or one that is about to expire
		var err error
		if e.authority, err = newAuthority(); err != nil {
			return fmt.Errorf("make the certificate authority: %w", err)
		}
	}
	if !found {
		seed, err := e.seed()
		if err != nil {
			return err
		}
		if e.store, err = newStore(seed, e.Now()); err != nil {
			return err
		}
	}
	return e.save()
}

// changes tells whether a call may leave something to be saved.
func changes(c *api.Call) bool {
	if c.Route.Reads || c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead {
		return false
	}
	return c.Route.Plane != api.PlaneEntra && c.Route.Plane != api.PlaneScoring
}

// save writes the state as it is. The caller does not hold the lock.
func (e *Emulator) save() error {
	e.mu.Lock()
	e.changed++
	changed := e.changed
	e.mu.Unlock()
	return e.saveUntil(changed)
}

// saveUntil returns when the first changes are in the state file. It holds the lock only
// while it encodes the state.
func (e *Emulator) saveUntil(changes uint64) error {
	return e.disk.Save(changes, func() ([]byte, uint64, error) {
		e.mu.Lock()
		defer e.mu.Unlock()
		snapshot, err := e.snapshot()
		if err != nil {
			return nil, 0, err
		}
		raw, err := json.Marshal(snapshot)
		return raw, e.changed, err
	})
}

// unsaved is the answer to a call that changed something, if the change could not be written.
func unsaved(err error) error {
	return &api.Error{Status: http.StatusInsufficientStorage, Code: "StateNotSaved", Message: err.Error()}
}

func (e *Emulator) load() (found bool, err error) {
	raw, err := e.disk.Read()
	if err != nil || raw == nil {
		return false, err
	}
	saved := savedState{State: &state.State{}}
	if err := state.Decode(raw, &saved); err != nil || saved.Version != stateVersion {
		return false, fmt.Errorf("%s is not a state that this emulator wrote (want version %d); move it away to start from the seed", e.disk.Path(), stateVersion)
	}
	if err := e.restore(saved); err != nil {
		return false, fmt.Errorf("restore %s: %w", e.disk.Path(), err)
	}
	return true, nil
}

func (c *movableClock) ahead() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offset
}
