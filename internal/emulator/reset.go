// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/http"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

// Reset brings everything back to what a new emulator has: workspaces and principals of
// the seed, the clock, the behavior, no faults, no requests, no uploads. Addresses,
// certificates and tokens stay valid. It fails if the seed cannot be read.
func (e *Emulator) Reset() error {
	e.mu.Lock()
	err := e.reset()
	e.mu.Unlock()
	if err != nil {
		return err
	}
	return e.save()
}

// reset does the work of Reset; the caller holds the lock.
func (e *Emulator) reset() error {
	seed, err := e.seed()
	if err != nil {
		return err
	}
	e.clock.reset()
	fresh, err := newStore(seed, e.Now())
	if err != nil {
		return err
	}
	e.store.Each(e.services.Remove) // stops its code
	e.endpoints.Clear()
	e.faults.Forget()
	e.store, e.behavior = fresh, e.initial
	e.log.Reset()
	return e.files.Clear()
}

func (e *Emulator) controlReset(*api.Call) (*api.Reply, error) {
	if err := e.reset(); err != nil {
		return nil, &api.Error{Status: http.StatusInternalServerError, Code: "ResetFailed", Message: "The emulator could not go back to its seed: " + err.Error()}
	}
	return &api.Reply{Status: http.StatusNoContent}, nil
}

// controlHealth answers 200, or 503 while the state cannot be saved.
func (e *Emulator) controlHealth(*api.Call) (*api.Reply, error) {
	if failure := e.disk.Failure(); failure != nil {
		return &api.Reply{Status: http.StatusServiceUnavailable, Body: map[string]any{"status": "failing", "reason": failure.Error()}}, nil //nolint:nilerr // the failure is the reply
	}
	return api.OK(map[string]any{"status": "ok"}), nil
}

// controlCA answers the certificate of the emulator's authority, for clients that do not
// share its file system.
func (e *Emulator) controlCA(*api.Call) (*api.Reply, error) {
	return &api.Reply{Status: http.StatusOK, ContentType: "application/x-pem-file", Body: e.authority.pem()}, nil
}
