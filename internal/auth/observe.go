// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"syscall"
)

// attempt keeps what went wrong below azidentity, which turns such errors into
// plain text: the reason a connection failed, or the *Error of an assertion.
type attempt struct {
	mu  sync.Mutex
	err error
}

type attemptKey struct{}

// observe notes an error in the context's attempt, and returns it unchanged.
func observe(ctx context.Context, err error) error {
	if a, ok := ctx.Value(attemptKey{}).(*attempt); ok && err != nil {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.err = err
	}
	return err
}

func (a *attempt) failure() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.err
}

// observed returns a client that works like the given one and notes why a
// request got no answer.
func observed(client *http.Client) *http.Client {
	if client == nil {
		client = http.DefaultClient
	}
	copied := *client
	copied.Transport = observer{orDefault(client.Transport)}
	return &copied
}

func orDefault(t http.RoundTripper) http.RoundTripper {
	if t == nil {
		return http.DefaultTransport
	}
	return t
}

type observer struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper. It reads the whole answer, which is
// small: azidentity asks again after an error of the transport, and gives up
// over an answer that was cut off on the way.
func (o observer) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := o.next.RoundTrip(r)
	if err == nil {
		response, err = whole(response)
	}
	if err != nil {
		_ = observe(r.Context(), &url.Error{Op: r.Method, URL: r.URL.Scheme + "://" + r.URL.Host, Err: err})
		var certificate *tls.CertificateVerificationError
		if errors.As(err, &certificate) {
			err = final{err}
		}
	}
	return response, err
}

// whole is the response with its body in memory.
func whole(response *http.Response) (*http.Response, error) {
	body, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	if response.StatusCode == http.StatusOK && !json.Valid(body) {
		return nil, errNotJSON
	}
	return response, nil
}

// errNotJSON is a success without what every success of a token endpoint has.
var errNotJSON = errors.New("the answer is not JSON")

// final is an error that azcore's retry policy does not retry: a certificate
// that is not trusted now will not be in a second.
type final struct{ error }

func (f final) Unwrap() error { return f.error }

// NonRetriable is azcore's marker.
func (final) NonRetriable() {}

// reach says in words why a host was not reached. It uses no text of the error
// but host names, as the rest may hold a URL with its query.
func reach(err error) string {
	var (
		dns       *net.DNSError
		authority x509.UnknownAuthorityError
		hostname  x509.HostnameError
		invalid   x509.CertificateInvalidError
		timeout   net.Error
	)
	switch {
	case errors.As(err, &dns):
		return "the host name " + dns.Name + " could not be resolved. Check the endpoint or environment, and the network"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection was refused. Check the endpoint and its port, and proxies on the way"
	case errors.As(err, &authority):
		return "its certificate is signed by an authority that this machine does not trust. Where that is intended " +
			"(a proxy, a local authority), name the authority's certificate with endpoints.ca_certificate_file or SSL_CERT_FILE"
	case errors.As(err, &hostname):
		return "its certificate is for another host name. Check the endpoint"
	case errors.As(err, &invalid):
		return "its certificate is not valid. Check the clock of this machine, and the certificate"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "its answer was cut off on the way, again and again. Check proxies on the way"
	case errors.Is(err, errNotJSON):
		return "its answer is not one of a token endpoint. Check the endpoint, and proxies on the way, which may answer with a page of their own"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "there was no answer in time. Check the endpoint, and the network"
	}
	return "the connection failed. Check the endpoint, and proxies and firewalls on the way"
}

// hostOf names the host of an error that observer noted.
func hostOf(err error) string {
	var failed *url.Error
	if errors.As(err, &failed) {
		if u, parseErr := url.Parse(failed.URL); parseErr == nil {
			return u.Host
		}
	}
	return ""
}
