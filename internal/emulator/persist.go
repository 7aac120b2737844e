// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/google/renameio/v2/maybe"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// WithStateFile keeps everything in a file, which is written again after every
// call that changes something, before the call is answered: what was answered
// survives a restart, and even a kill in the middle of a write leaves the file
// whole (not on Windows). Contents of uploads go to a directory of the same name
// with ".blobs" behind it, and the certificate of the authority, which stays the
// same, to a file with ".ca.pem" behind it. Where the file exists, the seed is not
// looked at.
//
// The file holds keys, client secrets and the authority's private key; it can be
// read by its owner only. Ordered faults, behavior and the request log are not
// kept. One emulator at a time may use a file.
func WithStateFile(path string) Option { return func(c *config) { c.stateFile = path } }

// WithSeedFile reads the seed from a YAML or JSON file, see ReadSeed.
func WithSeedFile(path string) Option { return func(c *config) { c.seedFile = path } }

// starting gives the store that an emulator starts with.
func (e *Emulator) starting(c config) error {
	found := false
	if c.stateFile != "" {
		e.stateFile = c.stateFile
		e.blobs = blobStore{dir: c.stateFile + ".blobs", keep: true}
		if err := os.MkdirAll(e.blobs.dir, 0o700); err != nil {
			return fmt.Errorf("make the directory of blobs: %w", err)
		}
		removeLeftovers(c.stateFile)
		var err error
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
	if found {
		return e.save()
	}
	seed := c.seed
	if c.seedFile != "" {
		var err error
		if seed, err = state.ReadSeed(c.seedFile); err != nil {
			return err
		}
	}
	var err error
	if e.store, err = newStore(seed, e.Now()); err != nil {
		return err
	}
	return e.save()
}

// removeLeftovers deletes the temporary files that a killed emulator left
// beside its state.
func removeLeftovers(path string) {
	names, _ := os.ReadDir(filepath.Dir(path))
	leftover := regexp.MustCompile(`^\.` + regexp.QuoteMeta(filepath.Base(path)) + `\d+$`)
	for _, name := range names {
		if leftover.MatchString(name.Name()) {
			_ = os.Remove(filepath.Join(filepath.Dir(path), name.Name()))
		}
	}
}

// changes tells whether a call may leave something to be saved.
func (e *Emulator) changes(c *api.Call) bool {
	if e.stateFile == "" || c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead {
		return false
	}
	return c.Route.Plane != api.PlaneEntra && c.Route.Plane != api.PlaneScoring
}

// save writes the state; the caller holds the lock, or is alone.
func (e *Emulator) save() error {
	if e.stateFile == "" {
		return nil
	}
	snapshot, err := e.snapshot()
	var raw []byte
	if err == nil {
		raw, err = json.Marshal(snapshot)
	}
	if err == nil {
		// Written beside, synced, and moved over: there is no moment without a whole file. Windows cannot do that.
		err = maybe.WriteFile(e.stateFile, raw, 0o600)
	}
	if err != nil {
		return fmt.Errorf("save the state: %w", err)
	}
	return nil
}

func (e *Emulator) load() (found bool, err error) {
	raw, err := os.ReadFile(e.stateFile)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read the state: %w", err)
	}
	saved := savedState{State: &state.State{}}
	if err := state.Decode(raw, &saved); err != nil || saved.Version != stateVersion {
		return false, fmt.Errorf("%s is not a state that this emulator wrote (want version %d); move it away to start from the seed", e.stateFile, stateVersion)
	}
	if err := e.restore(saved); err != nil {
		return false, fmt.Errorf("restore %s: %w", e.stateFile, err)
	}
	return true, nil
}

func (c *movableClock) ahead() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offset
}
