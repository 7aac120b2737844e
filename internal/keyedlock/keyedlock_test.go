// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package keyedlock_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/keyedlock"
)

func TestOneHolderPerKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var locks keyedlock.Locks
		var at []time.Duration
		begun := time.Now()
		var holders sync.WaitGroup
		for range 3 {
			holders.Go(func() {
				unlock, err := locks.Lock(t.Context(), "a")
				if err != nil {
					t.Error(err)
					return
				}
				defer unlock()
				at = append(at, time.Since(begun))
				time.Sleep(time.Second)
			})
		}
		synctest.Wait()
		if unlock, err := locks.Lock(t.Context(), "b"); err != nil || time.Since(begun) != 0 {
			t.Errorf("another key waits: %v", err)
		} else {
			unlock()
		}
		holders.Wait()
		if len(at) != 3 || at[0] != 0 || at[1] != time.Second || at[2] != 2*time.Second {
			t.Errorf("the lock was held from %v", at)
		}
	})
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var locks keyedlock.Locks
		unlock, err := locks.Lock(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := locks.Lock(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		// The one that gave up does not keep the lock from the next.
		unlock()
		if unlock, err = locks.Lock(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		unlock()
	})
}
