// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// RegenerateKey regenerates one slot exactly once, waits for the operation, and
// returns the keys as they are afterwards: never the old key of that slot.
// value, where not empty, chooses the new key; where it is the key already,
// nothing is sent.
//
// A regenerate whose reply is lost is not sent again, unless it chose the
// value: the keys and the service's operation are looked at instead, and where
// neither shows that it was carried out, the error is an *UnknownOutcomeError.
// A 429 is waited out, and so is any other operation that runs on the service.
//
// Where ctx ends after the service accepted the request, the key changes all
// the same, and the error is a *WaitTimeoutError: a caller that must not lose
// the new key gives a context that outlives an interrupt.
func (w *Workspace) RegenerateKey(ctx context.Context, service string, slot KeyType, value string) (Keys, error) {
	if slot != KeyPrimary && slot != KeySecondary {
		return Keys{}, fmt.Errorf("the key type %q is neither %s nor %s", slot, KeyPrimary, KeySecondary)
	}
	post, err := w.serviceCall(ctx, http.MethodPost, service, "/regenerateKeys")
	if err != nil {
		return Keys{}, err
	}
	unlock, err := w.lock(ctx, service)
	if err != nil {
		return Keys{}, err
	}
	defer unlock()
	body := regenerateRequest{KeyType: slot}
	if value != "" {
		body.KeyValue = &value
		post.secrets = []string{value}
	}
	post.body, post.once = body, true
	r := &regeneration{workspace: w, service: service, slot: slot, value: value, post: post, patience: w.patience(service)}
	return r.run(ctx)
}

// regenerateRequest is sent as the Python SDK sends it: the slot as a string
// (published descriptions type it as an integer), and an explicit null value.
type regenerateRequest struct {
	KeyType  KeyType `json:"keyType"`
	KeyValue *string `json:"keyValue"`
}

// regeneration is one regenerate over all its attempts.
type regeneration struct {
	workspace *Workspace
	service   string
	slot      KeyType
	value     string
	post      call
	patience  *patience
	before    Keys
	operation string // the service's latest operation beforehand
}

func (r *regeneration) run(ctx context.Context) (Keys, error) {
	if err := r.remember(ctx); err != nil {
		return Keys{}, err
	}
	for sent := 1; ; {
		if r.value != "" && r.before.Slot(r.slot) == r.value {
			return r.before, nil
		}
		reply, err := r.workspace.client.do(ctx, r.post)
		if err == nil {
			// The API documents 200 with the keys as well as 202. Whatever came, what
			// listkeys says afterwards counts.
			return r.finish(ctx, operationOf(reply))
		}
		switch outcomeOf(err) {
		case outcomeThrottled:
			err = r.patience.throttled(ctx, err)
		case outcomeNotSent:
			err = r.patience.disconnected(ctx, err)
		case outcomeConflict:
			if !isBusy(err) {
				break
			}
			if err = r.patience.busy(ctx, err); err == nil {
				err = r.remember(ctx) // the other operation may have changed the keys
			}
		case outcomeUnknown:
			// A chosen value can be set twice.
			if r.value == "" || ctx.Err() != nil || sent >= maxStarts {
				return r.verify(ctx, err)
			}
			sent++
			err = r.patience.rest(ctx, err, r.what())
		}
		if err != nil {
			return Keys{}, err
		}
	}
}

// remember notes the keys and the operation, to tell later ones from them.
func (r *regeneration) remember(ctx context.Context) error {
	var err error
	if r.before, err = r.workspace.ListKeys(ctx, r.service); err != nil {
		return err
	}
	service, err := r.workspace.services.get(ctx, r.service)
	if err != nil {
		return err
	}
	r.operation = service.OperationID
	return nil
}

// finish waits for the operation, and then for the new key to be listed.
func (r *regeneration) finish(ctx context.Context, ref OperationRef) (Keys, error) {
	if err := r.workspace.WaitOperation(ctx, ref); err != nil {
		return Keys{}, err
	}
	return r.listed(ctx)
}

// changed reports whether the slot has its new key.
func (r *regeneration) changed(now Keys) bool {
	if r.value != "" {
		return now.Slot(r.slot) == r.value
	}
	return now.Slot(r.slot) != r.before.Slot(r.slot)
}

// listed waits until listkeys returns the new key: right after the operation it
// may still return the old one.
func (r *regeneration) listed(ctx context.Context) (Keys, error) {
	bounded, cancel := context.WithTimeout(ctx, r.workspace.client.timing.KeyVisible)
	defer cancel()
	var keys Keys
	err := r.workspace.poll(bounded, r.what()+" to be listed", func(ctx context.Context) (look, error) {
		var err error
		if keys, err = r.workspace.ListKeys(ctx, r.service); err != nil {
			return look{}, err
		}
		return look{state: "the old key", done: r.changed(keys)}, nil
	})
	if err != nil {
		return Keys{}, err
	}
	return keys, nil
}

// verify finds out whether a regenerate whose reply was lost was carried out.
func (r *regeneration) verify(ctx context.Context, lost error) (Keys, error) {
	if ctx.Err() != nil {
		return Keys{}, &UnknownOutcomeError{What: r.what() + " may or may not have been made before the time ran out" + r.caution(), Err: lost}
	}
	bounded, cancel := context.WithTimeout(ctx, r.workspace.client.timing.Verify)
	defer cancel()
	var keys Keys
	var started OperationRef
	err := r.workspace.poll(bounded, r.what(), func(ctx context.Context) (look, error) {
		var err error
		if keys, err = r.workspace.ListKeys(ctx, r.service); err != nil {
			return look{}, err
		}
		if r.changed(keys) {
			return look{done: true}, nil
		}
		service, err := r.workspace.services.get(ctx, r.service)
		if err != nil {
			return look{}, err
		}
		if service.OperationID != r.operation {
			started = OperationRef{ID: service.OperationID}
		}
		return look{state: "the old key", done: started.ID != ""}, nil
	})
	var timeout *WaitTimeoutError
	switch {
	case err == nil && started.ID != "":
		return r.finish(ctx, started)
	case err == nil:
		return keys, nil
	case errors.As(err, &timeout) && timeout.Last != "" && timeout.LastErr == nil && ctx.Err() == nil:
		return Keys{}, &UnknownOutcomeError{
			What: fmt.Sprintf("the %s key of service %q was to be regenerated and, as far as can be seen after %s, was left as it was, so that it can be applied again%s",
				r.slot, r.service, r.workspace.client.timing.Verify.Round(time.Millisecond), r.caution()),
			Err: lost,
		}
	}
	return Keys{}, &UnknownOutcomeError{What: r.what() + " may or may not have been made, and the keys could not be read afterwards" + r.caution(), Err: lost}
}

func (r *regeneration) what() string {
	return fmt.Sprintf("the new %s key of service %q", r.slot, r.service)
}

// caution says why a random key was asked for only once; a chosen one can be set twice.
func (r *regeneration) caution() string {
	if r.value != "" {
		return ""
	}
	return "; the request was not sent a second time, since that could rotate the key twice"
}
