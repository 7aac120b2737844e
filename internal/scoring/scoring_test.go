// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scoring_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/scoring"
)

func TestPost(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch {
		case r.URL.Path == "/elsewhere":
			http.Redirect(w, r, "/score", http.StatusTemporaryRedirect)
		case r.Method != http.MethodPost || string(body) != `{"a":1}` || r.Header.Get("Content-Type") != "application/json":
			w.WriteHeader(http.StatusTeapot)
		case r.Header.Get("Authorization") == "":
			w.WriteHeader(http.StatusUnauthorized)
		case r.Header.Get("Authorization") != "Bearer good":
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	t.Cleanup(server.Close)
	for _, test := range []struct {
		path, credential string
		want             int
	}{
		{"/score", "good", http.StatusOK},
		{"/score", "bad", http.StatusForbidden},
		{"/score", "", http.StatusUnauthorized},
		{"/elsewhere", "good", http.StatusTemporaryRedirect}, // the credential does not follow it
	} {
		got, err := scoring.Post(t.Context(), server.URL+test.path, test.credential, []byte(`{"a":1}`))
		if err != nil || got != test.want {
			t.Errorf("%s with %q: %d %v, want %d", test.path, test.credential, got, err, test.want)
		}
	}
}

func TestPostErrorsHoldNoCredential(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	for _, uri := range []string{server.URL, "::", "http://nowhere.invalid/"} {
		_, err := scoring.Post(t.Context(), uri, "the-credential", nil)
		if err == nil || strings.Contains(err.Error(), "the-credential") {
			t.Errorf("%s: %v", uri, err)
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{200: false, 400: false, 401: true, 403: true, 404: false, 502: false, 503: false} {
		if scoring.Refused(status) != want {
			t.Errorf("%d: %t", status, !want)
		}
	}
}
