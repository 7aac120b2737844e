// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/auth/authtest"
)

// The content of a file is sent without the line break that editors put at its end.
func TestFilesAreTrimmed(t *testing.T) {
	t.Parallel()
	path := authtest.WriteFile(t, signInSecret+"\n")
	for name, test := range map[string]struct {
		set  func(*auth.Settings)
		sent string
	}{
		"client secret": {func(s *auth.Settings) {
			s.ClientID, s.ClientIDFilePath, s.ClientSecretFilePath = "", authtest.WriteFile(t, "the-id\n"), path
		}, "client_id=the-id&client_secret=" + signInSecret + "&"},
		"the same twice":    {func(s *auth.Settings) { s.ClientSecret, s.ClientSecretFilePath = signInSecret, path }, "client_secret=" + signInSecret + "&"},
		"OIDC token":        {func(s *auth.Settings) { s.UseOIDC, s.OIDCTokenFilePath = on(true), path }, "client_assertion=" + signInSecret + "&"},
		"workload identity": {func(s *auth.Settings) { s.UseAKSWorkloadIdentity, s.OIDCTokenFilePath = on(true), path }, "client_assertion=" + signInSecret + "&"},
	} {
		a, settings := &authority{}, application()
		test.set(&settings)
		if err := a.signIn(t, a.start(t), "https://login.example.com", settings); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if sent := a.everything(); !strings.Contains(sent, test.sent) {
			t.Errorf("%s: sent %q, want %q in it", name, sent, test.sent)
		}
	}
}

func TestCISystems(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		connection string
		answers    string
		status     int
		says       string // empty: signs in
	}{
		"GitHub Actions":             {"", `{"value":"token-of-the-job"}`, 200, ""},
		"Azure DevOps":               {"connection", `{"oidcToken":"token-of-the-job"}`, 200, ""},
		"the other one's answer":     {"connection", `{"value":"token-of-the-job"}`, 200, "gave no OIDC token: its answer holds no token"},
		"refused":                    {"", `{"value":"token-of-the-job"}`, 403, "gave no OIDC token: it answered with HTTP status 403"},
		"created, which is not here": {"", `{"value":"token-of-the-job"}`, 201, "HTTP status 201"},
		"a page":                     {"", `<html>`, 200, "not one of a token endpoint"},
		"JSON that is no object":     {"", `["x"]`, 200, "gave no OIDC token: its answer is not JSON"},
	} {
		ci := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			query, method := "job=7&audience=api%3A%2F%2FAzureADTokenExchange", http.MethodGet
			if test.connection != "" {
				query, method = "job=7&api-version=7.1&serviceConnectionId=connection", http.MethodPost
			}
			for _, part := range strings.Split(query, "&") {
				if !strings.Contains("&"+r.URL.RawQuery+"&", "&"+part+"&") {
					t.Errorf("%s: %q is not in the query %q", name, part, r.URL.RawQuery)
				}
			}
			if r.Method != method || r.Header.Get("Authorization") != "Bearer "+signInSecret {
				t.Errorf("%s: %s with %q", name, r.Method, r.Header.Get("Authorization"))
			}
			w.WriteHeader(test.status)
			_, _ = fmt.Fprint(w, test.answers)
		}))
		t.Cleanup(ci.Close)
		a, settings := &authority{}, application()
		settings.UseOIDC, settings.OIDCRequestURL, settings.OIDCRequestToken, settings.ADOPipelineServiceConnectionID = on(true), ci.URL+"?job=7", signInSecret, test.connection
		credential, err := auth.New(settings, auth.Options{Authority: "https://login.example.com", HTTP: a.start(t)})
		if err != nil {
			t.Fatal(err)
		}
		_, err = authtest.GetTokenWithin(t, 2*time.Second, credential)
		if test.says == "" {
			if sent := a.everything(); err != nil || !strings.Contains(sent, "client_assertion=token-of-the-job&") {
				t.Errorf("%s: sent %q: %v", name, sent, err)
			}
			continue
		}
		failed := authtest.Refusal(t, err, test.says)
		if strings.Contains(failed.Error(), "token-of") || strings.Contains(failed.Error(), "job=7") {
			t.Errorf("%s: %v", name, failed)
		}
	}
}

// The cause of a failed request holds no more of an address than its host.
func TestCauseHoldsNoQuery(t *testing.T) {
	t.Parallel()
	settings := application()
	settings.UseOIDC, settings.OIDCRequestURL, settings.OIDCRequestToken = on(true), "https://ci.example.com/path?job=7", signInSecret
	refuse := answer(func(r *http.Request) (*http.Response, error) {
		if r.URL.Host == "ci.example.com" {
			return nil, errors.New("broken")
		}
		return tokenEndpoint("{}").RoundTrip(r)
	})
	credential, err := auth.New(settings, auth.Options{HTTP: &http.Client{Transport: refuse}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = authtest.GetTokenWithin(t, 100*time.Millisecond, credential)
	for cause := err; cause != nil; cause = errors.Unwrap(cause) {
		if strings.Contains(cause.Error(), "job=7") {
			t.Errorf("%T: %v", cause, cause)
		}
	}
	authtest.CheckError(t, err, "ci.example.com")
}

func TestManagedIdentity(t *testing.T) {
	reply := func(status int, body string) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = fmt.Fprint(w, body)
		}))
		t.Cleanup(server.Close)
		return server.URL
	}
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	const token = `{"access_token":"opaque","expires_on":"4102444800","resource":"r","token_type":"Bearer"}`
	for name, test := range map[string]struct {
		variable, url, clientID string // the token cache is the process's: each has an id of its own
		says                    []string
	}{
		"App Service":           {"IDENTITY_ENDPOINT", reply(200, token), "1", nil},
		"Cloud Shell":           {"MSI_ENDPOINT", reply(200, token), "", nil}, // sends a form, which is no credential
		"not assigned":          {"IDENTITY_ENDPOINT", reply(400, `{"error":"x","error_description":"Identity not found"}`), "2", []string{"managed identity endpoint gave no token of client id 2: Identity not found", "assigned to this machine"}},
		"a code of Entra":       {"IDENTITY_ENDPOINT", reply(400, `{"error_codes":[7000215],"error_description":"It broke."}`), "3", []string{"(AADSTS7000215): It broke.", "assigned to this machine"}},
		"nothing answers there": {"IDENTITY_ENDPOINT", closed.URL, "4", []string{"managed identity endpoint " + strings.TrimPrefix(closed.URL, "http://"), "it refused the connection", "inside Azure only"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(test.variable, test.url)
			if test.variable == "IDENTITY_ENDPOINT" {
				t.Setenv("IDENTITY_HEADER", "header")
			}
			credential, err := auth.New(auth.Settings{UseMSI: on(true), ClientID: test.clientID}, auth.Options{Authority: "https://login.example.com"})
			if err != nil {
				t.Fatal(err)
			}
			_, err = authtest.GetTokenWithin(t, 2*time.Second, credential)
			if len(test.says) == 0 && err != nil {
				t.Error(err)
			} else if len(test.says) > 0 {
				authtest.CheckError(t, err, test.says...)
			}
		})
	}
}

func TestAzureCLI(t *testing.T) {
	for name, test := range map[string]struct {
		settings auth.Settings
		argument string
	}{
		"of a tenant":                     {auth.Settings{TenantID: "contoso.example", SubscriptionID: "ignored"}, " --tenant contoso.example"},
		"of the subscription's tenant":    {auth.Settings{SubscriptionID: "00000000-0000-0000-0000-000000000001"}, " --subscription 00000000-0000-0000-0000-000000000001"},
		"of whatever account is selected": {auth.Settings{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			log := filepath.Join(t.TempDir(), "log")
			authtest.UseAz(t, `echo "$@" > `+log+"\necho '"+`{"accessToken":"opaque","expires_on":4102444800}`+"'\n")
			credential, err := auth.New(test.settings, auth.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := authtest.GetToken(t, credential); err != nil {
				t.Fatal(err)
			}
			asked, err := os.ReadFile(log)
			if want := "account get-access-token -o json --resource https://management.azure.com" + test.argument; err != nil || strings.TrimSpace(string(asked)) != want {
				t.Errorf("az was called with %q, want %q (%v)", asked, want, err)
			}
		})
	}
	for script, says := range map[string]string{
		"echo 'ERROR: Please run '\"'az login'\"' to setup account.' >&2; exit 1\n": "The Azure CLI is not signed in, or its sign-in has expired. Run az login --tenant t, or",
		"exit 127\n": "The Azure CLI (az) is not on PATH.",
		"echo 'ERROR: the disk is full' >&2; exit 1\n":                       "The Azure CLI gave no token: ERROR: the disk is full. Run az account",
		"echo 'ERROR: token eyJhbGciOi.eyJzdWIi.c2ln was bad' >&2; exit 1\n": "token (redacted) was bad",
	} {
		authtest.UseAz(t, script)
		credential, err := auth.New(auth.Settings{TenantID: "t"}, auth.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = authtest.GetToken(t, credential)
		authtest.CheckError(t, err, says, "Considered before it: client secret (")
	}
}

func TestInterruptedSignIn(t *testing.T) {
	t.Parallel()
	settings := application()
	settings.ClientSecret = signInSecret
	credential, err := auth.New(settings, auth.Options{Authority: "https://login.example.com", HTTP: &http.Client{Transport: silent}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := credential.GetToken(ctx, authtest.TokenRequest); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
