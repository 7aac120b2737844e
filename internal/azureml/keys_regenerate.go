// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/attempt"
	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// RegenerateKey regenerates one slot exactly once, waits for the operation, and
// returns the new keys: never the old key of that slot.
// value, if not empty, chooses the new key; if it is the key already, nothing is
// sent.
//
// If the reply to a regenerate is lost, it is not sent again, unless it chose the
// value: the keys and the service's operation are looked at instead, and if
// neither shows that it was carried out, the error is an *UnknownOutcomeError (in a
// *RegenerateError if the keys could not be read).
// A 429 is waited out, and so is any other operation that runs on the service.
//
// A regenerate that was accepted is followed to its end. If its operation could
// not be followed (a poll was refused, the operation is not to be found, ctx
// ended), the keys are compared for Timing.Grace, also after ctx has ended: if
// the slot has a new key, that is success. In every other case the error is a
// *RegenerateError, which says whether the old key still works. If it carries
// keys (Old is OldKeyDead), RegenerateKey returns them as well: the caller stores
// them, and shows the error as a warning. Otherwise the returned keys are zero.
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
		post.Secrets = []string{value}
	}
	post.Body, post.Once = body, true
	r := &regeneration{workspace: w, service: service, slot: slot, value: value}
	return r.run(ctx, post)
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
	before    Keys
	operation string // the service's latest operation beforehand
}

// regenerated is what came of a regenerate: the keys, or the operation that
// changes them.
type regenerated struct {
	keys Keys
	ref  OperationRef
}

func (r *regeneration) run(ctx context.Context, post wire.Call) (Keys, error) {
	w := r.workspace
	again, caution := attempt.Never, "; the request was not sent a second time, since that could rotate the key twice"
	if r.value != "" { // a chosen value can be set twice
		again, caution = attempt.Blindly, ""
	}
	made, err := attempt.Run(ctx, w.client, attempt.Change[regenerated]{
		What:   r.what(),
		Before: r.remember,
		Send: func(ctx context.Context) (regenerated, error) {
			reply, err := w.client.Do(ctx, post)
			if err != nil {
				return regenerated{}, err
			}
			// The API documents 200 with the keys as well as 202. After either, the
			// answer of listkeys counts.
			return regenerated{ref: operationOf(reply)}, nil
		},
		Look:   r.look,
		Again:  again,
		Search: w.client.Timing().Verify,
		Busy:   w.busy(r.service).wait,
		Unseen: fmt.Sprintf("the %s key of service %q was to be regenerated and, as far as can be seen after %s, was left as it was, so that it can be applied again%s",
			r.slot, r.service, w.client.Timing().Verify.Round(time.Millisecond), caution),
		Unread: r.what() + " may or may not have been made, and the keys could not be read after that" + caution,
	})
	var lost *UnknownOutcomeError
	if errors.As(err, &lost) && lost.Unread {
		err = &RegenerateError{Service: r.service, Slot: r.slot, Before: r.before, Err: err}
	}
	if err != nil || made.keys != (Keys{}) {
		return made.keys, err
	}
	keys := Keys{}
	if err = w.WaitOperation(ctx, made.ref); err == nil {
		keys, err = r.listed(ctx)
	}
	if err != nil {
		return r.compare(ctx, err)
	}
	return keys, nil
}

// compare compares the keys after the wait for an accepted regenerate has ended
// badly.
func (r *regeneration) compare(ctx context.Context, failure error) (Keys, error) {
	timing := r.workspace.client.Timing()
	bound := timing.Grace
	var failed *OperationError
	if errors.As(failure, &failed) {
		bound = timing.Verify // nothing goes on
	}
	var keys Keys
	changed, lookErr := attempt.Grace(ctx, r.workspace.client, bound, r.what(), func(ctx context.Context) (bool, error) {
		now, err := r.workspace.readKeys(ctx, r.service)
		if err != nil {
			return IsNotFound(err), err
		}
		keys = now
		return r.changed(now), nil
	})
	result := &RegenerateError{Service: r.service, Slot: r.slot, Before: r.before, Err: failure}
	switch {
	case IsNotFound(lookErr):
		return Keys{}, lookErr // the service was deleted in the meantime
	case lookErr != nil:
		result.Err = fmt.Errorf("%w (and the keys could not be read: %w)", failure, lookErr)
	case !changed:
		result.Old = OldKeyListed
	case failed == nil:
		return keys, nil
	default:
		result.Old, result.Keys = OldKeyDead, keys
	}
	return result.Keys, result
}

// remember notes the keys and the operation, to tell later ones from them.
func (r *regeneration) remember(ctx context.Context) (regenerated, bool, error) {
	var err error
	if r.before, err = r.workspace.listKeys(ctx, r.service); err != nil {
		return regenerated{}, false, err
	}
	if r.value != "" && r.before.Slot(r.slot) == r.value {
		return regenerated{keys: r.before}, true, nil
	}
	service, err := r.workspace.services.get(ctx, r.service)
	if err != nil {
		return regenerated{}, false, err
	}
	r.operation = service.OperationID
	return regenerated{}, false, nil
}

// look looks for the new key, or for another operation of the service.
func (r *regeneration) look(ctx context.Context) (regenerated, bool, error) {
	keys, err := r.workspace.readKeys(ctx, r.service)
	if err != nil {
		return regenerated{}, false, err
	}
	if r.changed(keys) {
		return regenerated{keys: keys}, true, nil
	}
	service, err := r.workspace.services.get(ctx, r.service)
	if err != nil || service.OperationID == r.operation {
		return regenerated{}, false, err
	}
	return regenerated{ref: OperationRef{ID: service.OperationID}}, true, nil
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
	bounded, cancel := context.WithTimeout(ctx, r.workspace.client.Timing().KeyVisible)
	defer cancel()
	var keys Keys
	err := attempt.Poll(bounded, r.workspace.client, r.what()+" to be listed", func(ctx context.Context) (attempt.Look, error) {
		var err error
		if keys, err = r.workspace.readKeys(ctx, r.service); err != nil {
			return attempt.Look{}, err
		}
		return attempt.Look{State: "the old key", Done: r.changed(keys)}, nil
	})
	if err != nil {
		return Keys{}, err
	}
	return keys, nil
}

func (r *regeneration) what() string {
	return fmt.Sprintf("the new %s key of service %q", r.slot, r.service)
}
