// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package diagnostics_test

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
)

// The errors here are the network's own: a real socket, a real handshake.
func TestUnreachableHosts(t *testing.T) {
	t.Parallel()
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	closing := listen(t, func(conn net.Conn) { _ = conn.(*net.TCPConn).SetLinger(0); _ = conn.Close() })
	silent := listen(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	gone := listen(t, func(net.Conn) {})
	goneAddress := gone.Addr().String()
	if err := gone.Close(); err != nil {
		t.Fatal(err)
	}

	for name, test := range map[string]struct{ url, want string }{
		"unknown name":      {"http://nowhere.invalid/x", "nowhere.invalid could not be resolved"},
		"refused":           {"http://" + goneAddress, goneAddress + " refused the connection"},
		"unknown authority": {secure.URL, "authority that this machine does not trust"},
		"http for https":    {"https://" + plain.Listener.Addr().String(), "http or https"},
		"reset":             {"http://" + closing.Addr().String(), "closed the connection"},
		"silent":            {"http://" + silent.Addr().String() + "/?sig=secret", "did not answer in time"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := http.Client{Timeout: 300 * time.Millisecond}
			if name != "silent" {
				client.Timeout = 10 * time.Second
			}
			response, err := client.Get(test.url)
			if err == nil {
				response.Body.Close()
				t.Fatal("an answer came")
			}
			d := diagnostics.FromError("Could not read", `workspace "ws"`, err)
			requireParagraph(t, d)
			if !strings.Contains(d.Detail(), test.want) || strings.Contains(d.Detail(), "secret") {
				t.Errorf("want %q: %s", test.want, d.Detail())
			}
		})
	}
}

func listen(t *testing.T, serve func(net.Conn)) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serve(conn)
		}
	}()
	return listener
}
