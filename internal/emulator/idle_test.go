// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net/http"
	"net/http/httptrace"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// A connection that was left open is closed, and the next request gets another.
func TestCloseIdleConnections(t *testing.T) {
	t.Parallel()
	e := emulator.Start(t)
	client := &http.Client{Transport: &http.Transport{}}
	reused := func() (was bool) {
		trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) { was = info.Reused }}
		request, err := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), http.MethodGet, e.ResourceManagerURL()+"/_emulator/clock", nil)
		if err != nil {
			t.Fatal(err)
		}
		reply, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		var body [1 << 10]byte
		for err == nil {
			_, err = reply.Body.Read(body[:])
		}
		reply.Body.Close()
		return was
	}
	reused()
	if !reused() {
		t.Fatal("the connection is not kept open")
	}
	e.CloseIdleConnections()
	eventually(t, "the connection is closed", func() bool { return !reused() })
}
