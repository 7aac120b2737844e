// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package page

// happens says in the form what each kind of fault does.
var happens = map[string]string{
	"throttle":             "The call is answered 429, with Retry-After.",
	"internalError":        "The call is answered 500.",
	"unavailable":          "The call is answered 503, with Retry-After if that is set.",
	"badGateway":           "A gateway answers 502 with a page of HTML.",
	"gatewayTimeout":       "A gateway answers 504 with a page of HTML.",
	"notFoundText":         "A gateway answers 404 with plain text: the object may exist.",
	"notFoundEmpty":        "A gateway answers 404 without a body: the object may exist.",
	"notFoundJSON":         "A gateway answers 404 with JSON that has no code of the API: the object may exist.",
	"notFoundHTML":         "A gateway answers 404 with a page of HTML: the object may exist.",
	"error":                "The call is answered with the status, code and message below.",
	"resetBefore":          "The connection is cut before anything is done.",
	"resetAfter":           "Everything is done, then the connection is cut: the reply is lost.",
	"slowBody":             "The second half of the reply comes after the delay.",
	"truncatedJSON":        "Half of the reply is sent as if it were all of it.",
	"largeReply":           "The reply is as long as the size says, filled with spaces.",
	"busy":                 "The call is answered 409: an operation is in progress.",
	"exists":               "The call is answered 409: the service exists already.",
	"capacity":             "The call is answered 409: the region has no capacity.",
	"tokenOutage":          "No token is given out, as if the region of the workspace were down.",
	"staleKeys":            "The keys are those of before the last rotation.",
	"overwriteChangesKeys": "A deployment over the service gives it new keys.",
	"olderOperation":       "An update is answered 200 and names the operation before its own.",
	"operationFailed":      "The operation that the call starts fails.",
	"operationCancelled":   "The operation that the call starts is cancelled.",
	"operationTimedOut":    "The operation that the call starts times out.",
	"operationEndless":     "The operation that the call starts runs until the faults are cleared, and then times out.",
	"operationRefused":     "The operation goes on, and polls of it are answered 400, 401, 403 or 404.",
	"unhealthyLater":       "The deployment succeeds, and the service is Unhealthy after the delay.",
	"healthyLater":         "The deployment times out, and the service is Healthy after the delay.",
}
