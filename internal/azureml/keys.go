// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/attempt"
	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

// KeyType is a key slot.
type KeyType string

// The two slots. Both keys are accepted for scoring.
const (
	KeyPrimary   KeyType = "Primary"
	KeySecondary KeyType = "Secondary"
)

// Keys are the two keys of a service. They print masked.
type Keys struct {
	redact.Hidden

	Primary, Secondary string
}

// Slot returns the key of one slot.
func (k Keys) Slot(slot KeyType) string {
	if slot == KeySecondary {
		return k.Secondary
	}
	return k.Primary
}

// ListKeys reads both keys. A reply that lacks one is an *InvalidReplyError. Calls at the
// same time share one request, which was not sent before the last change that this process
// made of the service.
func (w *Workspace) ListKeys(ctx context.Context, service string) (Keys, error) {
	var own atomic.Bool // the request is that of this call, and ends with its context
	reading := w.keyReads.DoChan(strings.ToLower(service), func() (any, error) {
		own.Store(true)
		keys, err := w.listKeys(ctx, service)
		return keyRead{keys, err != nil && ctx.Err() != nil}, err
	})
	for done := ctx.Done(); ; {
		select {
		case result := <-reading:
			read := result.Val.(keyRead)
			if read.interrupted && !own.Load() {
				return w.ListKeys(ctx, service)
			}
			return read.keys, result.Err
		case <-done:
			if !own.Load() {
				return Keys{}, &WaitTimeoutError{What: fmt.Sprintf("the keys of service %q to be read", service), Cause: ctx.Err()}
			}
			done = nil // the request knows what the service answered last
		}
	}
}

// keyRead is the outcome of one request for keys.
type keyRead struct {
	keys        Keys
	interrupted bool // the context of the call that sent it has ended
}

// listKeys is ListKeys with a request of its own.
func (w *Workspace) listKeys(ctx context.Context, service string) (Keys, error) {
	list, err := w.listKeysCall(ctx, service)
	if err != nil {
		return Keys{}, err
	}
	r, err := attempt.Run(ctx, w.client, w.repeat(service, list))
	if err != nil {
		return Keys{}, err
	}
	return w.keysOf(r)
}

// readKeys is ListKeys for a look within a wait, which waits out what ListKeys
// would.
func (w *Workspace) readKeys(ctx context.Context, service string) (Keys, error) {
	list, err := w.listKeysCall(ctx, service)
	if err != nil {
		return Keys{}, err
	}
	return w.keysBy(ctx, list)
}

// keysBy sends a request for keys once, and reads them.
func (w *Workspace) keysBy(ctx context.Context, list wire.Call) (Keys, error) {
	r, err := w.client.Do(ctx, list)
	if err != nil {
		return Keys{}, err
	}
	return w.keysOf(r)
}

func (w *Workspace) listKeysCall(ctx context.Context, service string) (wire.Call, error) {
	// The path is all lower case, unlike that of regenerateKeys.
	return w.serviceCall(ctx, http.MethodPost, service, "/listkeys")
}

func (w *Workspace) keysOf(r *wire.Reply) (Keys, error) {
	var body struct {
		PrimaryKey   string `json:"primaryKey"`
		SecondaryKey string `json:"secondaryKey"`
	}
	if err := r.Decode(&body); err != nil {
		return Keys{}, err
	}
	w.client.Hide(body.PrimaryKey, body.SecondaryKey)
	switch {
	case body.PrimaryKey == "":
		return Keys{}, r.Invalid("it has no primaryKey")
	case body.SecondaryKey == "":
		return Keys{}, r.Invalid("it has no secondaryKey")
	}
	return Keys{Primary: body.PrimaryKey, Secondary: body.SecondaryKey}, nil
}
