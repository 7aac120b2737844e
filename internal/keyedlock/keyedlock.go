// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package keyedlock has one lock for each key. It is a package of its own since
// both the client, for changes of a service, and the provider, for rotations of
// its keys, take turns by it.
package keyedlock

import (
	"context"
	"sync"
)

// Locks is one lock for each key, made when it is needed. The zero value is
// ready to use.
type Locks struct {
	mu    sync.Mutex
	locks map[string]*lock
}

type lock struct {
	held  chan struct{} // holds one element while locked
	users int           // holders and waiters
}

// Lock waits until nobody else holds the key's lock, and returns the function
// that unlocks, to be called once. If ctx ends first, it returns ctx's error.
func (l *Locks) Lock(ctx context.Context, key string) (unlock func(), err error) {
	own := l.enter(key)
	select {
	case own.held <- struct{}{}:
		return func() {
			<-own.held
			l.release(key, own)
		}, nil
	case <-ctx.Done():
		l.release(key, own)
		return nil, ctx.Err()
	}
}

func (l *Locks) enter(key string) *lock {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.locks == nil {
		l.locks = map[string]*lock{}
	}
	own := l.locks[key]
	if own == nil {
		own = &lock{held: make(chan struct{}, 1)}
		l.locks[key] = own
	}
	own.users++
	return own
}

// release forgets the lock once nobody holds it or waits for it.
func (l *Locks) release(key string, own *lock) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if own.users--; own.users == 0 {
		delete(l.locks, key)
	}
}
