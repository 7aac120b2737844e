// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package attempt

import (
	"context"
	"errors"
	"net/http"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// outcome is what one request that changes something has led to.
type outcome int

const (
	done      outcome = iota // it was carried out, or accepted
	refused                  // it was not carried out, and another try would not be either
	throttled                // 429: it was not carried out, later it may be
	conflict                 // 409: it was not carried out; why is to be looked at
	notSent                  // no connection came about
	unknown                  // it may have been carried out
)

// outcomeOf classifies the error of a request that was sent once.
func outcomeOf(err error) outcome {
	var response *wire.ResponseError
	var connection *wire.ConnectionError
	var invalid *wire.InvalidReplyError
	var authentication *wire.AuthenticationError
	switch {
	case err == nil:
		return done
	case errors.As(err, &authentication):
		return refused // whatever it wraps: no token, so nothing was sent
	case errors.As(err, &response):
		switch {
		case response.StatusCode == http.StatusTooManyRequests:
			return throttled
		case response.StatusCode == http.StatusConflict:
			return conflict
		case wire.IsTransient(response):
			return unknown
		}
		return refused
	case errors.As(err, &connection):
		switch {
		case errors.Is(connection.Err, wire.ErrReplyTooLarge):
			return unknown
		case !wire.IsTransient(connection):
			return refused
		case wire.WasNotSent(connection.Err):
			return notSent
		}
		return unknown
	case errors.As(err, &invalid), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return unknown
	}
	return refused
}

// Codes of a 409 that no wait cures.
const (
	codeServiceExists      = "ServiceExists"
	codeServiceUnavailable = "ServiceUnavailable" // no capacity in the region, or over the quota
)

// IsBusy reports a 409 that means "something is running on this service". Its
// own code is not documented; the codes of the others are.
func IsBusy(err error) bool {
	var response *wire.ResponseError
	return errors.As(err, &response) && response.StatusCode == http.StatusConflict &&
		!response.HasDetail(codeServiceExists) && !response.HasDetail(codeServiceUnavailable)
}

// IsCapacity reports a 409 for lack of capacity in the region or the quota.
func IsCapacity(err error) bool {
	var response *wire.ResponseError
	return errors.As(err, &response) && response.StatusCode == http.StatusConflict && response.HasDetail(codeServiceUnavailable)
}
