// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scoring_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/redact"
	"github.com/mlws/terraform-provider-mlws/internal/scoring"
)

// runFails stands for a 502 of which the inference server says that it is run()'s.
const runFails = -502

// Which answers are waited out, which are final, and when the credential is
// fetched again.
func TestExpectation(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answers []int // the last one is repeated
		want    int
		met     bool
		tries   int
		fetched int
	}{
		"at once":         {[]int{200}, 200, true, 1, 1},
		"starting":        {[]int{503, 200}, 200, true, 2, 1},
		"new keys":        {[]int{401, 200}, 200, true, 2, 2},
		"wrong for ever":  {[]int{500}, 200, false, 1, 1},
		"not the one":     {[]int{200}, 400, false, 1, 1},
		"a redirection":   {[]int{307}, 200, false, 1, 1},
		"never":           {[]int{503}, 200, false, 2, 1},
		"run() fails":     {[]int{runFails}, 200, false, 1, 1},
		"an expected 503": {[]int{503}, 503, true, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				status := test.answers[min(calls, len(test.answers)-1)]
				if status == runFails {
					w.Header().Set("x-ms-run-function-failed", "True")
					status = http.StatusBadGateway
				}
				w.WriteHeader(status)
				calls++
				fmt.Fprint(w, "answer ", calls)
			}))
			t.Cleanup(server.Close)
			fetched := 0
			outcome := scoring.Expectation{
				Request: scoring.Request{URI: server.URL, Body: []byte("{}")}, Status: test.want, Bound: 900 * time.Millisecond,
				Credential: func(context.Context) (scoring.Credential, error) {
					fetched++
					return scoring.Credential{}, nil
				},
			}.Run(t.Context())
			if outcome.Met != test.met || outcome.Tries != test.tries || fetched != test.fetched || outcome.Err != nil {
				t.Errorf("met %t after %d tries with %d credentials: %+v", outcome.Met, outcome.Tries, fetched, outcome)
			}
			if last := fmt.Sprint("answer ", test.tries); string(outcome.Answer.Body) != last {
				t.Errorf("the answer is %q, want the last one, %q", outcome.Answer.Body, last)
			}
		})
	}
}

func TestExpectationWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	e := scoring.Expectation{
		Request: scoring.Request{URI: server.URL}, Status: 200, Bound: time.Second,
		Credential: func(context.Context) (scoring.Credential, error) { return scoring.Credential{}, nil },
	}
	if outcome := e.Run(t.Context()); outcome.Met || outcome.Err == nil || outcome.Answer.Status != 0 || outcome.Tries < 2 {
		t.Errorf("%+v", outcome)
	}
	none := errors.New("no credential")
	e.Credential = func(context.Context) (scoring.Credential, error) { return scoring.Credential{}, none }
	if outcome := e.Run(t.Context()); outcome.Tries != 0 || !errors.Is(outcome.CredentialErr, none) {
		t.Errorf("%+v", outcome)
	}
}

func TestExcerpt(t *testing.T) {
	t.Parallel()
	known := redact.Of("secret7")
	for body, want := range map[string]string{
		"":                        "",
		" {\n  \"a\": 1\x1b[0m} ": `{ "a": 1}`,
		"a secret7":               "a (redacted)",
		"\xff\xfe":                "(not text)",
	} {
		if got := (scoring.Answer{Body: []byte(body)}).Excerpt(known); got != want {
			t.Errorf("%q: %q, want %q", body, got, want)
		}
	}
	long := scoring.Answer{Body: []byte(strings.Repeat("é", 400) + "secret7")}.Excerpt(known)
	if len(long) > 610 || !strings.Contains(long, "é…") {
		t.Errorf("%d bytes: %s", len(long), long)
	}
	// A secret at the cut is gone as a whole.
	if got := (scoring.Answer{Body: []byte(strings.Repeat("x", 597) + "secret7")}).Excerpt(known); strings.Contains(got, "sec") {
		t.Error(got)
	}
}
