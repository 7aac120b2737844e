// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"
)

const (
	// requestTimeout bounds one request of a sign-in. A token endpoint answers
	// within a second; azcore tries a request four times.
	requestTimeout = 30 * time.Second
	// maxReply bounds what is read of a reply, in bytes. A token has some thousand.
	maxReply = 1 << 20
)

// attempt keeps what went wrong below azidentity, which turns such errors into
// plain text: why a connection failed, or the *Error of an assertion. It also
// knows the host that was asked last.
type attempt struct {
	mu   sync.Mutex
	err  error
	host string
}

type attemptKey struct{}

func attemptOf(ctx context.Context) *attempt {
	if a, ok := ctx.Value(attemptKey{}).(*attempt); ok {
		return a
	}
	return &attempt{}
}

// observe notes an error in the context's attempt, and returns it unchanged. The
// end of a context says less than the error of an earlier try, and does not
// replace it.
func observe(ctx context.Context, err error) error {
	if err != nil {
		a := attemptOf(ctx)
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.err == nil || !isContextError(err) {
			a.err = err
		}
	}
	return err
}

func (a *attempt) asks(host string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.host = host
}

// last returns the host that was asked last, and the last error.
func (a *attempt) last() (host string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.host, a.err
}

// transport sends the requests of a sign-in. It notes why one got no answer,
// bounds its time and what is read of its answer, and sends credentials only
// to hosts that may have them.
type transport struct {
	next http.RoundTripper
	// to decides where a request with a body may go; nil: anywhere.
	to func(*url.URL) error
}

// newClient returns a client that works like the given one, through transport,
// which gives http.Client no redirect to follow.
func newClient(client *http.Client, to func(*url.URL) error) *http.Client {
	if client == nil {
		client = http.DefaultClient
	}
	copied := *client
	next := client.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	copied.Transport = transport{next, to}
	return &copied
}

// RoundTrip implements http.RoundTripper. It reads the whole answer: azidentity
// asks again after an error of the transport, and gives up over an answer that
// was cut off on the way.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	attemptOf(r.Context()).asks(r.URL.Host)
	if err := t.check(r); err != nil {
		return nil, final{observe(r.Context(), err)}
	}
	ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
	defer cancel()
	response, err := t.next.RoundTrip(r.WithContext(ctx))
	if err == nil {
		response, err = whole(response)
	}
	if err == nil {
		return response, nil
	}
	_ = observe(r.Context(), wrap(r.URL, err))
	if isFinal(err) {
		err = final{err}
	}
	return response, err
}

func (t transport) check(r *http.Request) error {
	if t.to == nil || r.Body == nil {
		return nil
	}
	if _, err := parseURL(r.URL.String()); err != nil {
		return &Error{Summary: signInFailed, Detail: fmt.Sprintf("The credential was not sent to %s, because the address of a token endpoint %s.", r.URL.Host, err)}
	}
	return t.to(r.URL)
}

// wrap adds the host to an error, and no more of the address.
func wrap(u *url.URL, err error) error {
	return &url.Error{Op: "sign-in", URL: u.Scheme + "://" + u.Host, Err: err}
}

// whole is the response with its body in memory.
func whole(response *http.Response) (*http.Response, error) {
	body, err := io.ReadAll(io.LimitReader(response.Body, maxReply+1))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	switch {
	case len(body) > maxReply:
		return nil, errTooLarge
	case response.StatusCode >= 300 && response.StatusCode < 400:
		return nil, redirected(response)
	case response.StatusCode == http.StatusOK && !json.Valid(body):
		return nil, errNotJSON
	}
	return response, nil
}

var (
	// errNotJSON is a success without what every success of a token endpoint has.
	errNotJSON  = errors.New("the answer is not JSON")
	errTooLarge = errors.New("the answer is too large")
)

// redirectError is a reply that leads elsewhere. No token endpoint does that: it
// is a proxy's, and the credential would go where it leads.
type redirectError struct{ host string }

func redirected(response *http.Response) error {
	location, err := response.Location()
	if err != nil {
		return redirectError{}
	}
	return redirectError{location.Host}
}

// Error implements error.
func (e redirectError) Error() string { return "the answer is a redirect to " + e.host }

// isFinal reports errors that another try cannot help: a certificate that is not
// trusted now will not be in a second.
func isFinal(err error) bool {
	var certificate *tls.CertificateVerificationError
	var redirect redirectError
	return errors.As(err, &certificate) || errors.As(err, &redirect) || errors.Is(err, errTooLarge)
}

// final is an error that azcore's retry policy does not retry.
type final struct{ error }

func (f final) Unwrap() error { return f.error }

// NonRetriable is azcore's marker.
func (final) NonRetriable() {}
