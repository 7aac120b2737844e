// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"strconv"
	"strings"
	"testing"
)

// The log keeps the latest calls of an emulator that runs for days.
func TestRequestLogIsBounded(t *testing.T) {
	t.Parallel()
	var log requestLog
	for i := range requestLogLimit + 1 {
		log.add(Request{Path: strconv.Itoa(i)})
	}
	if n := len(log.requests); n != requestLogLimit/2+1 {
		t.Errorf("%d calls are kept", n)
	}
	if first, last := log.requests[0].Path, log.requests[len(log.requests)-1].Path; first != strconv.Itoa(requestLogLimit/2) || last != strconv.Itoa(requestLogLimit) {
		t.Errorf("from %s to %s", first, last)
	}
}

// Bodies are kept for those who ask, the latest ones, within a bound for all.
func TestRequestBodiesAreBounded(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("x", 5<<20)
	silent, log := requestLog{}, requestLog{bodies: true}
	for range 40 {
		silent.add(Request{Body: body})
		log.add(Request{Body: body})
	}
	log.add(Request{Body: strings.Repeat("x", requestBodyLimit+1)}) // alone too large
	kept := 0
	for i, request := range log.requests {
		kept += len(request.Body)
		if whole := len(request.Body) == len(body); whole != (i >= 28 && i < 40) {
			t.Errorf("body %d: %d bytes", i, len(request.Body))
		}
		if i < 40 && silent.requests[i].Body != "" {
			t.Errorf("body %d is kept, and nobody asked", i)
		}
	}
	if kept > requestBodyLimit {
		t.Errorf("%d bytes are kept", kept)
	}
}
