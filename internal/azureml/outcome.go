// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
)

// outcome is what a failed request that starts something has led to.
type outcome int

const (
	outcomeRefused   outcome = iota // it was not carried out, and another try would not be either
	outcomeThrottled                // 429: it was not carried out, later it may be
	outcomeConflict                 // 409: it was not carried out; why is to be looked at
	outcomeNotSent                  // no connection came about
	outcomeUnknown                  // it may have been carried out
)

// outcomeOf classifies the error of a request that was sent once.
func outcomeOf(err error) outcome {
	var refused *ResponseError
	var connection *ConnectionError
	var invalid *InvalidReplyError
	var authentication *AuthenticationError
	switch {
	case errors.As(err, &authentication):
		return outcomeRefused // whatever it wraps: no token, so nothing was sent
	case errors.As(err, &refused):
		switch {
		case refused.StatusCode == http.StatusTooManyRequests:
			return outcomeThrottled
		case refused.StatusCode == http.StatusConflict:
			return outcomeConflict
		case slices.Contains(transientStatus, refused.StatusCode):
			return outcomeUnknown
		}
		return outcomeRefused
	case errors.As(err, &connection):
		if isPermanentTransportError(connection.Err) {
			return outcomeRefused
		}
		if wasNotSent(connection.Err) {
			return outcomeNotSent
		}
		return outcomeUnknown
	case errors.As(err, &invalid), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return outcomeUnknown
	}
	return outcomeRefused
}

// wasNotSent reports failures that came before the first byte of the request.
func wasNotSent(err error) bool {
	var dns *net.DNSError
	var op *net.OpError
	return errors.As(err, &dns) || errors.As(err, &op) && op.Op == "dial"
}

// Codes of a 409 that no wait cures.
const (
	codeServiceExists      = "ServiceExists"
	codeServiceUnavailable = "ServiceUnavailable" // no capacity in the region, or over the quota
)

// isBusy reports a 409 that means "something is running on this service". Its
// own code is not documented; the codes of the others are.
func isBusy(err error) bool {
	var refused *ResponseError
	return errors.As(err, &refused) && refused.StatusCode == http.StatusConflict &&
		!refused.HasDetail(codeServiceExists) && !refused.HasDetail(codeServiceUnavailable)
}
