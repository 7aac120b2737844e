// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/attempt"
	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// onlineEndpointVersion is the api-version of online endpoints (contract §19).
const onlineEndpointVersion = "2026-05-01"

// ListOnlineEndpointKeys reads both keys of an online endpoint (v2) of the workspace.
// A reply that lacks one is an *InvalidReplyError. IsNotFound recognises an endpoint
// that does not exist.
func (w *Workspace) ListOnlineEndpointKeys(ctx context.Context, endpoint string) (Keys, error) {
	list, err := w.onlineEndpointCall(endpoint, "/listKeys")
	if err != nil {
		return Keys{}, err
	}
	name := onlineEndpointName(endpoint)
	r, err := attempt.Run(ctx, w.client, w.repeatable(name, list, w.whileBusy(name)))
	if err != nil {
		return Keys{}, err
	}
	return w.keysOf(r)
}

// SetOnlineEndpointKey sets one key of an online endpoint to a value, and waits until
// the endpoint lists it. It may be repeated: if the endpoint has the key already,
// nothing is sent. An operation that ends badly is an *OperationError.
func (w *Workspace) SetOnlineEndpointKey(ctx context.Context, endpoint string, slot KeyType, value string) error {
	list, err := w.onlineEndpointCall(endpoint, "/listKeys")
	if err != nil {
		return err
	}
	post, err := w.onlineEndpointCall(endpoint, "/regenerateKeys")
	if err != nil {
		return err
	}
	unlock, err := w.changes.Lock(ctx, "onlineEndpoints/"+endpoint)
	if err != nil {
		return &WaitTimeoutError{What: "another change of " + onlineEndpointName(endpoint) + " by this process", Cause: err}
	}
	defer unlock()
	post.Body, post.Secrets = regenerateRequest{KeyType: slot, KeyValue: &value}, []string{value}
	what := fmt.Sprintf("the %s key of %s", slot, onlineEndpointName(endpoint))
	has := func(ctx context.Context) (*wire.Reply, bool, error) {
		keys, err := w.keysBy(ctx, list)
		return nil, err == nil && keys.Slot(slot) == value, err
	}
	change := w.repeatable(what, post, w.whileBusy(onlineEndpointName(endpoint)))
	change.Before, change.Look, change.Search = has, has, w.client.Timing().Verify
	change.Unseen = what + " was to be set and, as far as can be seen, was not"
	change.Unread = what + " may or may not have been set, and the keys could not be read after that"
	reply, err := attempt.Run(ctx, w.client, change)
	if err != nil || reply == nil {
		return err
	}
	return w.followOnlineEndpointKey(ctx, reply, what, has)
}

// followOnlineEndpointKey waits until the endpoint lists the key: after a 202 as long as
// ctx allows, unless the operation ends badly; after a 200 for Timing.KeyVisible.
func (w *Workspace) followOnlineEndpointKey(ctx context.Context, reply *wire.Reply, what string, has func(context.Context) (*wire.Reply, bool, error)) error {
	// The description names Location alone; Resource Manager's rules have both.
	link := cmp.Or(reply.Header.Get("Azure-AsyncOperation"), reply.Header.Get("Location"))
	status, followed := w.client.ResourceManagerLink(wire.Operation, link)
	if reply.Status != http.StatusAccepted {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, w.client.Timing().KeyVisible)
		defer cancel()
	}
	return attempt.Poll(ctx, w.client, what+" to be listed", func(ctx context.Context) (attempt.Look, error) {
		_, done, err := has(ctx)
		if done || err != nil || !followed {
			return attempt.Look{State: "another key", Done: done}, err
		}
		state, after, err := w.readAsyncOperation(ctx, status)
		return attempt.Look{State: "another key, with its operation " + state, After: after}, err
	})
}

// readAsyncOperation reads an operation of Resource Manager, which has other members
// than one of model management; the link of Location answers without a body, and refuses
// an operation that has failed. One that is not to be found, or has ended well, is no
// error: the keys count.
func (w *Workspace) readAsyncOperation(ctx context.Context, status wire.Call) (state string, after time.Duration, err error) {
	reply, err := w.client.Do(ctx, status)
	if wire.Gone(err) == wire.Operation {
		return "no longer known", 0, nil
	}
	var refused *ResponseError
	if errors.As(err, &refused) && slices.Contains([]int{http.StatusUnauthorized, http.StatusForbidden}, refused.StatusCode) {
		return "not to be read", 0, nil // reading operations may need another role than setting keys
	}
	if errors.As(err, &refused) && !wire.IsTransient(err) {
		return "", 0, &OperationError{Operation{ID: path.Base(status.Path), OperationType: "regenerateKeys", State: "Failed", Error: &refused.ServiceError}}
	}
	if err != nil {
		return "", 0, err
	}
	if len(reply.Body) == 0 {
		return http.StatusText(reply.Status), reply.RetryAfter(), nil
	}
	var body struct {
		Name   string        `json:"name"`
		Status string        `json:"status"`
		Error  *ServiceError `json:"error"`
	}
	if err := reply.Decode(&body); err != nil {
		return "", 0, err
	}
	switch strings.ToLower(body.Status) {
	case "failed", "canceled", "cancelled":
		body.Error.Hide(w.client.Secrets())
		return "", 0, &OperationError{Operation{ID: body.Name, OperationType: "regenerateKeys", State: body.Status, Error: body.Error}}
	}
	return body.Status, reply.RetryAfter(), nil
}

// onlineEndpointCall is a POST to Resource Manager about an online endpoint; suffix is
// below the endpoint.
func (w *Workspace) onlineEndpointCall(name, suffix string) (wire.Call, error) {
	segment, err := wire.NameSegment("online endpoint", name)
	if err != nil {
		return wire.Call{}, err
	}
	call := w.hosts.ResourceManager(wire.Endpoint, "/onlineEndpoints/"+segment+suffix)
	call.Method = http.MethodPost
	call.Query.Set("api-version", onlineEndpointVersion)
	return call, nil
}

// whileBusy waits between the attempts of a request that was refused with 409, since
// something else changes the object.
func (w *Workspace) whileBusy(what string) func(context.Context, error) error {
	patience := newPatience(w.client)
	return func(ctx context.Context, refusal error) error {
		if !attempt.IsBusy(refusal) {
			return refusal
		}
		return patience.wait(ctx, refusal, "another change of "+what)
	}
}

func onlineEndpointName(name string) string { return fmt.Sprintf("online endpoint %q", name) }
