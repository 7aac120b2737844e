// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/attempt"
	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// registration is a POST that must not be repeated blindly, since each makes
// another object. What it makes can be told from all others.
type registration[T any] struct {
	what   string // for errors
	post   wire.Call
	find   func(context.Context) (*T, error) // what it made; nil: nothing
	usable func(*T) bool
}

// register sends a POST until one of them was carried out. If a reply is lost,
// it looks for what came of it, and only sends it again if nothing is to be seen
// for a while. If ctx ends, it still looks, for a moment, so that what was made
// does not go unnoticed.
func register[T any](ctx context.Context, w *Workspace, r registration[T]) (*T, error) {
	r.post.Once = true
	return attempt.Run(ctx, w.client, attempt.Change[*T]{
		What: r.what,
		Send: func(ctx context.Context) (*T, error) {
			reply, err := w.client.Do(ctx, r.post)
			if err != nil {
				return nil, err
			}
			made := new(T)
			if err := reply.Decode(made); err != nil {
				return nil, err
			}
			if !r.usable(made) {
				return nil, reply.Invalid("it does not name what was registered")
			}
			return made, nil
		},
		Look: func(ctx context.Context) (*T, bool, error) {
			found, err := r.find(ctx)
			return found, err == nil && found != nil, err
		},
		Search: w.client.Timing().Search(),
		Unseen: r.what + " was to be registered, and nothing is seen to have come of it",
		Unread: r.what + " was to be registered, and whether it was could not be looked up",
	})
}
