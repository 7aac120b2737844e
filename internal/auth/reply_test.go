// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/auth/authtest"
)

// No message repeats the credential, even if the token endpoint does.
func TestAReplyThatRepeatsTheCredential(t *testing.T) {
	t.Parallel()
	const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJlLXg"
	const awkward = `p ä"ss\w/rd&  <x>`
	for name, test := range map[string]struct {
		settings func(*auth.Settings)
		repeated string
	}{
		"secret":            {func(s *auth.Settings) { s.ClientSecret = signInSecret }, signInSecret},
		"awkward secret":    {func(s *auth.Settings) { s.ClientSecret = awkward }, awkward},
		"in a URL":          {func(s *auth.Settings) { s.ClientSecret = awkward }, url.QueryEscape(awkward)},
		"OIDC token":        {func(s *auth.Settings) { s.UseOIDC, s.OIDCToken = on(true), signInSecret }, signInSecret},
		"any JWT":           {func(s *auth.Settings) { s.ClientSecret = signInSecret }, jwt},
		"any bearer":        {func(s *auth.Settings) { s.ClientSecret = signInSecret }, "Bearer abcdefgh12345678"},
		"secret in a cut":   {func(s *auth.Settings) { s.ClientSecret = signInSecret }, strings.Repeat("x", 285) + signInSecret},
		"terminal sequence": {func(s *auth.Settings) { s.ClientSecret = signInSecret }, "\x1b[31m\u202e"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := &authority{token: func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusUnauthorized)
				_ = json.NewEncoder(w).Encode(map[string]any{"error": "invalid_client", "error_description": "AADSTS50194: It was\r\n" + test.repeated + " that came.\r\nTrace ID: 1"})
			}}
			settings := application()
			test.settings(&settings)
			failed := authtest.Refusal(t, a.signIn(t, a.start(t), "https://login.example.com", settings), "(AADSTS50194): It was ")
			for _, secret := range []string{test.repeated, signInSecret[:10], "eyJ", "p ä", "abcdefgh", "\x1b", "\u202e", "Trace ID"} {
				if strings.Contains(failed.Error(), secret) {
					t.Errorf("%q is shown: %s", secret, failed.Error())
				}
			}
		})
	}
}

// endless is a body of 8 MiB for each try: far beyond the bound.
type endless struct{ read *int }

// Read implements io.Reader.
func (e endless) Read(p []byte) (int, error) {
	if *e.read > 8<<20 {
		return 0, io.EOF
	}
	for i := range p {
		p[i] = ' '
	}
	*e.read += len(p)
	return len(p), nil
}

// A token endpoint, or what answers in its place, cannot fill the memory.
func TestReadsAreBounded(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]auth.Settings{
		"token endpoint": {TenantID: tenantID, ClientID: "c", ClientSecret: signInSecret, DisableInstanceDiscovery: on(true)},
		"CI system":      {TenantID: tenantID, ClientID: "c", UseOIDC: on(true), OIDCRequestURL: "https://ci.example.com", OIDCRequestToken: signInSecret},
	} {
		read, tries := 0, 0
		client := &http.Client{Transport: answer(func(r *http.Request) (*http.Response, error) {
			if r.URL.Host == "login.example.com" && s.OIDCRequestURL != "" {
				return tokenEndpoint("{}").RoundTrip(r)
			}
			tries++
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(endless{&read}), Request: r}, nil
		})}
		credential, err := auth.New(s, auth.Options{Authority: "https://login.example.com", HTTP: client})
		if err != nil {
			t.Fatal(err)
		}
		_, err = authtest.GetToken(t, credential)
		authtest.CheckError(t, err, "its answer is larger than any of a token endpoint")
		if read > 3<<20 || tries > 2 { // azidentity asks for the OIDC token twice
			t.Errorf("%s: %d bytes were read in %d tries", name, read, tries)
		}
	}
	large := authtest.WriteFile(t, strings.Repeat("x", 1<<20+1))
	for argument, s := range map[string]auth.Settings{
		"client_secret_file_path": {ClientSecretFilePath: large},
		"client_certificate_path": {ClientCertificatePath: large},
		"oidc_token_file_path":    {UseOIDC: on(true), OIDCTokenFilePath: large},
	} {
		s.TenantID, s.ClientID = tenantID, "c"
		_, err := auth.New(s, auth.Options{})
		if failed := authtest.Refusal(t, err, "larger than 1 MiB", large); failed.Argument != argument {
			t.Errorf("blames %q, want %q", failed.Argument, argument)
		}
	}
	if os.PathSeparator == '/' { // a file without an end
		_, err := auth.New(auth.Settings{TenantID: tenantID, ClientID: "c", ClientSecretFilePath: "/dev/zero"}, auth.Options{})
		authtest.CheckError(t, err, "larger than 1 MiB")
	}
}

// silent never answers.
var silent = answer(func(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
})

// A sign-in that gets no answer says so, with the host, whether its own bound or
// the context ends it.
func TestHangingSignIn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		limit time.Duration
		says  []string
		least time.Duration
		most  time.Duration
	}{
		"its own bound":    {time.Hour, []string{"No token could be asked for at login.example.com", "did not answer in time"}, time.Minute, 4 * time.Minute},
		"that of the call": {20 * time.Second, []string{"time ran out", "client secret", "an answer of login.example.com", "proxies"}, 20 * time.Second, 20 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				settings := application()
				settings.ClientSecret = signInSecret
				credential, err := auth.New(settings, auth.Options{Authority: "https://login.example.com", HTTP: &http.Client{Transport: silent}})
				if err != nil {
					t.Fatal(err)
				}
				begun := time.Now()
				_, err = authtest.GetTokenWithin(t, test.limit, credential)
				authtest.CheckError(t, err, test.says...)
				if took := time.Since(begun); took < test.least || took > test.most {
					t.Errorf("it took %s", took)
				}
				if errors.Is(err, context.DeadlineExceeded) && test.limit < time.Minute {
					t.Error("the client would take it for the end of its own wait")
				}
			})
		})
	}
}
