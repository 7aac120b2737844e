// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"time"
)

// interruptGrace is how long a regenerate may go on after Terraform was asked
// to stop. A regenerate cannot be taken back once it is sent; its outcome has
// to reach the state, or the new key is in nobody's hands.
const interruptGrace = 2 * time.Minute

// graceful returns a context that outlives the end of parent by grace, and
// ends after timeout at the latest.
func graceful(parent context.Context, timeout, grace time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(parent), timeout)
	stop := context.AfterFunc(parent, func() {
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-ctx.Done():
		}
	})
	return ctx, func() { stop(); cancel() }
}
