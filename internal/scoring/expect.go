// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scoring

import (
	"context"
	"net/http"
	"slices"
	"time"
)

// The pause between two tries grows from the first to the second.
const (
	firstPause = 500 * time.Millisecond
	maxPause   = 5 * time.Second
)

// passing are the statuses of an endpoint that is not ready yet: a router that
// does not know the service (404), keys and modes on their way to it (401, 403),
// containers that start (502, 503, 504). A model that fails answers 502 as well,
// which waits too unless the answer says so (Answer.RunFailed).
var passing = []int{
	http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusRequestTimeout, http.StatusTooManyRequests,
	http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

// Expectation is a scoring call that has to be answered with one status.
type Expectation struct {
	Request
	Status int
	// Bound is how long an endpoint that is not ready yet is asked again.
	Bound time.Duration
	// Credential fetches what the call carries; again after each 401 and 403,
	// since a key may have changed in between.
	Credential func(context.Context) (Credential, error)
}

// Outcome is what came of an Expectation.
type Outcome struct {
	// Met reports that the expected status came.
	Met bool
	// Answer is the last one; its Status is 0 if there was none.
	Answer Answer
	// Err says why the last try got no answer.
	Err error
	// CredentialErr says why no credential could be fetched; then nothing was sent.
	CredentialErr error
	// Credential is the one that was sent last, and Secrets are those of all tries.
	Credential Credential
	Secrets    []string
	Tries      int
	Took       time.Duration
}

// Run sends the request until the expected answer, or one that will not change,
// came, or the bound or ctx ended.
func (e Expectation) Run(ctx context.Context) Outcome {
	started := time.Now()
	ctx, cancel := context.WithTimeout(ctx, e.Bound)
	defer cancel()
	var outcome Outcome
	for pause := firstPause; ; pause = min(pause*3/2, maxPause) {
		over := e.try(ctx, &outcome)
		outcome.Took = time.Since(started)
		if over {
			return outcome
		}
		select {
		case <-ctx.Done():
			outcome.Took = time.Since(started)
			return outcome
		case <-time.After(pause):
		}
	}
}

// try sends it once, and reports whether there is nothing more to wait for.
func (e Expectation) try(ctx context.Context, outcome *Outcome) (over bool) {
	if outcome.Tries == 0 || Refused(outcome.Answer.Status) {
		credential, err := e.Credential(ctx)
		outcome.Credential = credential
		switch {
		case err != nil && outcome.Tries > 0 && ctx.Err() != nil:
			return true // what is known is the refusal
		case err != nil:
			outcome.CredentialErr = err
			return true
		}
		outcome.Secrets = append(outcome.Secrets, credential.Secrets()...)
	}
	answer, err := e.Send(ctx, outcome.Credential.bearer)
	if err != nil && ctx.Err() != nil && outcome.Tries > 0 {
		return true // cut short: the try before says more
	}
	outcome.Tries++
	outcome.Answer, outcome.Err = answer, err
	outcome.Met = err == nil && answer.Status == e.Status
	return outcome.Met || err == nil && (answer.RunFailed || !slices.Contains(passing, answer.Status))
}
