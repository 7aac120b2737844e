// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"net/http"
	"slices"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// maxRetryAfter is the longest Retry-After that is waited out inside a call.
const maxRetryAfter = 2 * time.Minute

// newPipeline builds a pipeline. Its last policies before the wire are auth.
func newPipeline(cfg Config, timing Timing, known *secrets, auth ...policy.Policy) runtime.Pipeline {
	perRetry := []policy.Policy{lastErrorPolicy{known}, securePolicy{}, bodyPolicy{}}
	perRetry = append(perRetry, auth...)
	perRetry = append(perRetry, replyPolicy{})
	return runtime.NewPipeline("mlws", "", runtime.PipelineOptions{
		PerCall:  []policy.Policy{userAgentPolicy(cfg.UserAgent), runtime.NewRequestIDPolicy()},
		PerRetry: perRetry,
	}, &policy.ClientOptions{
		// Bodies hold keys and tokens: they are never logged, whatever the
		// process's azcore log listener asks for.
		Logging: policy.LogOptions{IncludeBody: false},
		// The user agent is the provider's own.
		Telemetry: policy.TelemetryOptions{Disabled: true},
		Transport: newTransport(cfg),
		Retry:     retries(timing),
	})
}

// retries says how requests that may be repeated are repeated.
func retries(timing Timing) policy.RetryOptions {
	return policy.RetryOptions{
		MaxRetries:    4,
		RetryDelay:    timing.Retry,
		MaxRetryDelay: maxRetryAfter,
		TryTimeout:    timing.Try,
		ShouldRetry:   shouldRetry,
	}
}

// once are the retry options of a request that the pipeline must not repeat.
func once(timing Timing) policy.RetryOptions {
	return policy.RetryOptions{MaxRetries: -1, TryTimeout: timing.Try}
}

// transientStatus are the replies that the Python SDK repeats a request after.
// 530 is Azure's front door without an origin.
var transientStatus = []int{
	http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
	http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, 530,
}

func shouldRetry(resp *http.Response, err error) bool {
	if err != nil {
		return !isPermanentTransportError(err)
	}
	if resp.StatusCode == http.StatusNotFound && resp.Request != nil {
		return IsTransient(lastError(resp.Request.Context())) // a gateway's
	}
	return slices.Contains(transientStatus, resp.StatusCode)
}
