// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"errors"
	"net/url"
	"strings"
	"sync"

	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

// secrets are all that this client has sent or been given. A reply may quote any
// of them, in the error of another request too: that of an operation, or a later
// one of the service. So none is forgotten, and every error is made with all.
type secrets struct {
	mu    sync.Mutex
	seen  map[string]bool
	known redact.Secrets
}

// Hide keeps values out of every error of this client from now on.
func (c *Client) Hide(values ...string) { c.secrets.add(values...) }

// Secrets are what must not be in an error.
func (c *Client) Secrets() redact.Secrets { return c.secrets.all() }

func (s *secrets) add(values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, value := range values {
		if value == "" || s.seen[value] {
			continue
		}
		if s.seen == nil {
			s.seen = map[string]bool{}
		}
		s.seen[value] = true
		s.known.Add("", value)
	}
}

func (s *secrets) all() redact.Secrets {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known
}

// maxSearched is how much of a text from elsewhere is searched for secrets, and
// can be shown.
const maxSearched = 64 << 10

// oneLine makes one readable line of text from elsewhere, of at most limit
// bytes, without secrets.
func oneLine(known redact.Secrets, text string, limit int) string {
	if len(text) > maxSearched {
		text = known.Head(text[:maxSearched])
	}
	line := strings.Join(strings.Fields(redact.Printable(known.Text(text))), " ")
	// A secret that was broken by a line's end is whole now.
	return redact.Cut(known.Text(line), limit)
}

// withoutSecrets takes the secrets, and the whole URL that net/http's own error
// repeats, out of an error's text. What the error is stays known to errors.As.
func withoutSecrets(err error, known redact.Secrets) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	text := oneLine(known, err.Error(), maxMessage)
	if text == err.Error() {
		return err
	}
	return &redactedError{text: text, err: err}
}

// redactedError is an error without the secrets in its text.
type redactedError struct {
	text string
	err  error
}

// Error implements error.
func (e *redactedError) Error() string { return e.text }

// Is and As see what the error is; there is no Unwrap, since the text below has
// the secrets.
func (e *redactedError) Is(target error) bool { return errors.Is(e.err, target) }

// As implements errors.As.
func (e *redactedError) As(target any) bool { return errors.As(e.err, target) }
