// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"context"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"
)

// lookUpTimeout bounds a shared look-up. All its callers may have gone.
const lookUpTimeout = 5 * time.Minute

// cached is a value that is fetched once, by one of those who ask at the same
// time. A failure is not kept: the next who asks fetches again.
type cached[T any] struct {
	value  atomic.Pointer[T]
	flight singleflight.Group
}

func (c *cached[T]) get(ctx context.Context, fetch func(context.Context) (*T, error)) (*T, error) {
	if v := c.value.Load(); v != nil {
		return v, nil
	}
	// The fetch is shared, so it must not end with the context of the one that
	// happened to start it.
	done := c.flight.DoChan("", func() (any, error) {
		if v := c.value.Load(); v != nil {
			return v, nil
		}
		// Neither does it take the options of that one, such as those of a poll, which
		// does not repeat what fails.
		shared, cancel := context.WithTimeout(context.Background(), lookUpTimeout)
		defer cancel()
		v, err := fetch(shared)
		if err != nil {
			return nil, err
		}
		c.value.Store(v)
		return v, nil
	})
	select {
	case r := <-done:
		if r.Err != nil {
			return nil, r.Err
		}
		return r.Val.(*T), nil
	case <-ctx.Done():
		return nil, &WaitTimeoutError{What: "the look-up of the workspace", Cause: ctx.Err()}
	}
}
