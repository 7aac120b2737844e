// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"fmt"
	"sync"
)

// keyedMutex is one lock per key, and honours a context while it waits. The
// API answers 409 to what is sent to a service while something else is running
// on it, so that this process need not compete with itself.
type keyedMutex struct {
	mu    sync.Mutex
	locks map[string]*keyedLock
}

type keyedLock struct {
	held  chan struct{} // holds one element while locked
	users int           // holders and waiters
}

// lock returns the function that unlocks.
func (m *keyedMutex) lock(ctx context.Context, key string) (func(), error) {
	m.mu.Lock()
	if m.locks == nil {
		m.locks = map[string]*keyedLock{}
	}
	l := m.locks[key]
	if l == nil {
		l = &keyedLock{held: make(chan struct{}, 1)}
		m.locks[key] = l
	}
	l.users++
	m.mu.Unlock()
	select {
	case l.held <- struct{}{}:
		return func() {
			<-l.held
			m.leave(key, l)
		}, nil
	case <-ctx.Done():
		m.leave(key, l)
		return nil, ctx.Err()
	}
}

// lock lets one change at a time through to a service.
func (w *Workspace) lock(ctx context.Context, service string) (func(), error) {
	unlock, err := w.changes.lock(ctx, service)
	if err != nil {
		return nil, &WaitTimeoutError{What: fmt.Sprintf("another change of service %q by this process", service), Cause: err}
	}
	return unlock, nil
}

// TakeTurn waits until no other rotation of the service's keys is being made by
// this process, its proof included, and returns the function that ends the turn.
// To a proof, a rotation of the other slot in the meantime looks like somebody else's.
func (w *Workspace) TakeTurn(ctx context.Context, service string) (end func(), err error) {
	end, err = w.turns.lock(ctx, service)
	if err != nil {
		return nil, &WaitTimeoutError{What: fmt.Sprintf("another rotation of a key of service %q by this process", service), Cause: err}
	}
	return end, nil
}

func (m *keyedMutex) leave(key string, l *keyedLock) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if l.users--; l.users == 0 {
		delete(m.locks, key)
	}
}
