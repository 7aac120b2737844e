// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// maxReplyBytes bounds what is read of one reply. A page of services is some
// hundred kilobytes, the tail of a log a few megabytes.
const maxReplyBytes = 32 << 20

// ErrReplyTooLarge is a reply that was not read: the request may have been
// carried out.
var ErrReplyTooLarge = fmt.Errorf("the reply is larger than %d MiB", maxReplyBytes>>20)

// transport reads every reply whole, up to maxReplyBytes, so that a reply that
// breaks off is an error of the try, which the retry policy sees.
type transport struct {
	next policy.Transporter
	date func(time.Time, bool) // nil: nobody wants to know
}

func newTransport(cfg Config) transport {
	next := cfg.Transport
	client, ok := next.(*http.Client)
	if next == nil || ok && client == nil {
		client, ok = &http.Client{}, true
	}
	if ok {
		// A redirect is not part of this API. Following one would carry the
		// token to a host that discovery did not name, and repeat a POST.
		own := *client
		own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		next = &own
	}
	return transport{next: next, date: cfg.Date}
}

// Do implements policy.Transporter.
func (t transport) Do(req *http.Request) (*http.Response, error) {
	resp, err := t.next.Do(req)
	if errors.Is(err, http.ErrSchemeMismatch) {
		return nil, &PlainHTTPError{}
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil && t.date != nil {
		t.date(date, isLoopback(req.URL))
	}
	sinceDate(resp.Header)
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxReplyBytes+1))
	// Of an error the status says more than that its body broke off, and of a 202
	// only the headers count.
	if resp.StatusCode < 300 && resp.StatusCode != http.StatusAccepted {
		switch {
		case len(body) > maxReplyBytes:
			return nil, ErrReplyTooLarge
		case err != nil:
			return nil, fmt.Errorf("the reply broke off: %w", err)
		}
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// isPermanentTransportError reports failures that another try cannot cure.
func isPermanentTransportError(err error) bool {
	var certificate *tls.CertificateVerificationError
	var notTLS tls.RecordHeaderError
	var plain *PlainHTTPError
	return errors.Is(err, ErrReplyTooLarge) || errors.As(err, &certificate) || errors.As(err, &notTLS) || errors.As(err, &plain)
}

// PlainHTTPError is a server that was asked over https and speaks plain http.
type PlainHTTPError struct{}

// Error says what to change.
func (*PlainHTTPError) Error() string {
	return "the server speaks plain http on this port, not https: write http:// in the endpoint if it is on loopback, or name its https port"
}
