// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package diagnostics_test

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
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

// Failures that no socket of this machine can make: the forms are those of the net
// and crypto packages.
func TestOtherFailuresOfTheNetwork(t *testing.T) {
	t.Parallel()
	dead := &net.OpError{Op: "proxyconnect", Net: "tcp", Err: &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 3128}, Err: syscall.ECONNREFUSED}}
	for name, test := range map[string]struct {
		err  error
		says []string
	}{
		"no route":              {syscall.EHOSTUNREACH, []string{"ml.example.com cannot be reached from this network"}},
		"no network":            {syscall.ENETUNREACH, []string{"ml.example.com cannot be reached from this network"}},
		"another host's":        {x509.HostnameError{Certificate: &x509.Certificate{}, Host: "x"}, []string{"certificate of ml.example.com is for another host name"}},
		"an expired one":        {x509.CertificateInvalidError{Reason: x509.Expired}, []string{"certificate of ml.example.com is not valid", "clock"}},
		"a broken pipe":         {syscall.EPIPE, []string{"ml.example.com closed the connection"}},
		"a dead proxy":          {dead, []string{"the proxy 10.0.0.1:3128 was not reached", "HTTPS_PROXY", "NO_PROXY"}},
		"nothing that is known": {errors.New("it broke"), []string{"it broke"}},
	} {
		err := &azureml.ConnectionError{Method: http.MethodGet, Path: servicePath, Host: "ml.example.com", Err: fmt.Errorf("in a request: %w", test.err)}
		d := diagnostics.FromError("Could not read", `service "iris"`, err)
		requireParagraph(t, d)
		for _, want := range test.says {
			if !strings.Contains(d.Detail(), want) {
				t.Errorf("%s: %q is not in %q", name, want, d.Detail())
			}
		}
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
