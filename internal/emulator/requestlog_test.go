// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"strconv"
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
