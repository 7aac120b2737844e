// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package reach_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/reach"
)

func TestWhy(t *testing.T) {
	t.Parallel()
	dead := func(inner error) error { return &net.OpError{Op: "proxyconnect", Net: "tcp", Err: inner} }
	issuer := func(name string) *x509.Certificate { return &x509.Certificate{Issuer: pkix.Name{CommonName: name}} }
	for name, test := range map[string]struct {
		err  error
		says []string
		not  string
	}{
		"a name":             {&net.DNSError{Name: "nowhere.invalid"}, []string{"the host nowhere.invalid could not be resolved", "DNS"}, ""},
		"refused":            {syscall.ECONNREFUSED, []string{"ml.example.com refused the connection"}, ""},
		"reset":              {syscall.ECONNRESET, []string{"ml.example.com closed the connection before it answered"}, ""},
		"no route":           {syscall.ENETUNREACH, []string{"ml.example.com cannot be reached from this network"}, ""},
		"another authority":  {x509.UnknownAuthorityError{Cert: issuer("Proxy CA")}, []string{"the certificate of ml.example.com", "SSL_CERT_FILE"}, "emulator"},
		"another emulator":   {x509.UnknownAuthorityError{Cert: issuer("mlws emulator CA")}, []string{"It is the certificate of an emulator: run the export lines that it printed"}, ""},
		"another host":       {x509.HostnameError{Certificate: &x509.Certificate{}, Host: "x"}, []string{"is for another host name"}, ""},
		"expired":            {x509.CertificateInvalidError{Reason: x509.Expired}, []string{"is not valid (expired, or not yet valid)"}, ""},
		"http":               {http.ErrSchemeMismatch, []string{"did not answer in TLS"}, ""},
		"cut off":            {io.ErrUnexpectedEOF, []string{"the answer was cut off"}, ""},
		"a dead proxy":       {dead(&net.OpError{Op: "dial", Addr: &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 3128}, Err: syscall.ECONNREFUSED}), []string{"the proxy 10.0.0.1:3128 was not reached", "HTTPS_PROXY", "NO_PROXY"}, "ml.example.com"},
		"a proxy's name":     {dead(&net.DNSError{Name: "proxy.invalid"}), []string{"the proxy proxy.invalid was not reached"}, ""},
		"a proxy's password": {&reach.ProxyError{Proxy: "proxy:3128", Status: 407}, []string{"the proxy proxy:3128 (of HTTPS_PROXY)", "(407 Proxy Authentication Required)", "http://user:password@host:port"}, ""},
		"a proxy's rule":     {&reach.ProxyError{Proxy: "proxy:3128", Status: 403}, []string{"(403 Forbidden)", "to let the host through"}, "password"},
		"no network":         {errors.New("it broke"), nil, ""},
	} {
		got := reach.Why(fmt.Errorf("in a request: %w", test.err), "ml.example.com")
		for _, want := range test.says {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is not in %q", name, want, got)
			}
		}
		if test.says == nil && got != "" || test.not != "" && strings.Contains(got, test.not) || strings.HasSuffix(got, ".") {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := reach.Why(syscall.ECONNREFUSED, ""); !strings.HasPrefix(got, "it refused") {
		t.Error(got)
	}
	if got := reach.Why(x509.UnknownAuthorityError{}, ""); !strings.HasPrefix(got, "its certificate") {
		t.Error(got)
	}
}

// A proxy that refuses a tunnel is known by its status, and is asked once.
func TestCheckProxy(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{http.StatusProxyAuthRequired: "(407", http.StatusForbidden: "(403"} {
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		t.Cleanup(proxy.Close)
		u, err := url.Parse(proxy.URL)
		if err != nil {
			t.Fatal(err)
		}
		u.User = url.UserPassword("me", "pass-word")
		client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(u), OnProxyConnectResponse: reach.CheckProxy}}
		response, err := client.Get("https://ml.example.com/")
		if err == nil {
			_ = response.Body.Close()
			t.Fatal("the proxy let it through")
		}
		why := reach.Why(err, "ml.example.com")
		if !strings.Contains(why, want) || !strings.Contains(why, u.Host) || strings.Contains(why, "pass-word") {
			t.Errorf("%d: %q (%v)", status, why, err)
		}
	}
}
