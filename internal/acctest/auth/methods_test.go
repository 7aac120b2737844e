// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/auth/authtest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

func TestClientSecret(t *testing.T) {
	for name, set := range map[string]func(*auth.Settings){
		"value": func(s *auth.Settings) { s.ClientSecret = emulator.ContributorSecret },
		"files": func(s *auth.Settings) {
			s.ClientID, s.ClientIDFilePath = "", authtest.WriteFile(t, emulator.ContributorClientID+"\n")
			s.ClientSecretFilePath = authtest.WriteFile(t, emulator.ContributorSecret+"\n")
		},
		"the same value twice": func(s *auth.Settings) {
			s.ClientSecret, s.ClientSecretFilePath = emulator.ContributorSecret, authtest.WriteFile(t, emulator.ContributorSecret)
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := emulator.Start(t)
			settings := contributor()
			set(&settings)
			token, err := tokenOf(t, e, settings)
			if err != nil {
				t.Fatal(err)
			}
			checkAccepted(t, e, token, "contributor")
		})
	}
}

func TestClientCertificate(t *testing.T) {
	certificate, key := authtest.SelfSigned(t)
	for name, set := range map[string]func(*auth.Settings){
		"PEM file": func(s *auth.Settings) { s.ClientCertificatePath = authtest.WriteFile(t, certificate+key) },
		"PEM text": func(s *auth.Settings) { s.ClientCertificate = key + certificate },
		"PEM in base64": func(s *auth.Settings) {
			s.ClientCertificate = base64.StdEncoding.EncodeToString([]byte(certificate + key))
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := emulator.Start(t, withCertificate(certificate))
			settings := contributor()
			set(&settings)
			token, err := tokenOf(t, e, settings)
			if err != nil {
				t.Fatal(err)
			}
			checkAccepted(t, e, token, "contributor")
		})
	}
}

// A PKCS#12 bundle is what azurerm users have. See internal/auth/testdata/README.md.
func TestClientCertificateInPKCS12(t *testing.T) {
	certificate, err := os.ReadFile("../../auth/testdata/client.crt")
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := os.ReadFile("../../auth/testdata/client.pfx")
	if err != nil {
		t.Fatal(err)
	}
	e := emulator.Start(t, withCertificate(string(certificate)))
	for name, set := range map[string]func(*auth.Settings){
		"file":              func(s *auth.Settings) { s.ClientCertificatePath = "../../auth/testdata/client.pfx" },
		"file of OpenSSL 3": func(s *auth.Settings) { s.ClientCertificatePath = "../../auth/testdata/client-modern.pfx" },
		"base64":            func(s *auth.Settings) { s.ClientCertificate = base64.StdEncoding.EncodeToString(bundle) },
	} {
		t.Run(name, func(t *testing.T) {
			settings := contributor()
			settings.ClientCertificatePassword = "bundle-password"
			set(&settings)
			token, err := tokenOf(t, e, settings)
			if err != nil {
				t.Fatal(err)
			}
			checkAccepted(t, e, token, "contributor")
		})
	}
}

func TestOIDCToken(t *testing.T) {
	e := emulator.Start(t)
	federated, err := e.FederatedToken(emulator.ContributorClientID)
	if err != nil {
		t.Fatal(err)
	}
	for name, set := range map[string]func(*auth.Settings){
		"value": func(s *auth.Settings) { s.UseOIDC, s.OIDCToken = on(true), federated },
		"file": func(s *auth.Settings) {
			s.UseOIDC, s.OIDCTokenFilePath = on(true), authtest.WriteFile(t, federated+"\n")
		},
		"workload identity": func(s *auth.Settings) {
			s.UseAKSWorkloadIdentity, s.OIDCTokenFilePath = on(true), authtest.WriteFile(t, federated)
		},
	} {
		t.Run(name, func(t *testing.T) {
			settings := contributor()
			set(&settings)
			token, err := tokenOf(t, e, settings)
			if err != nil {
				t.Fatal(err)
			}
			checkAccepted(t, e, token, "contributor")
		})
	}
}

// ciSystem gives OIDC tokens to those who ask as the CI systems want it.
func ciSystem(t *testing.T, e *emulator.Emulator) *httptest.Server {
	t.Helper()
	federated, err := e.FederatedToken(emulator.ContributorClientID)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		switch {
		case r.Header.Get("Authorization") != "Bearer job-token":
			w.WriteHeader(http.StatusUnauthorized)
		case r.URL.Path == "/github" && r.Method == http.MethodGet && query.Get("audience") == "api://AzureADTokenExchange" && query.Get("job") == "7":
			_, _ = fmt.Fprintf(w, `{"value":%q,"count":1}`, federated)
		case r.URL.Path == "/devops" && r.Method == http.MethodPost && query.Get("serviceConnectionId") == "connection" && query.Get("api-version") == "7.1":
			_, _ = fmt.Fprintf(w, `{"oidcToken":%q}`, federated)
		default:
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	t.Cleanup(server.Close)
	return server
}

func TestOIDCRequest(t *testing.T) {
	e := emulator.Start(t)
	ci := ciSystem(t, e)
	for name, variables := range map[string]map[string]string{
		"GitHub Actions": {"ACTIONS_ID_TOKEN_REQUEST_URL": ci.URL + "/github?job=7", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "job-token"},
		"Azure DevOps": {
			"SYSTEM_OIDCREQUESTURI": ci.URL + "/devops", "SYSTEM_ACCESSTOKEN": "job-token",
			"ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID": "connection",
		},
	} {
		t.Run(name, func(t *testing.T) {
			variables["ARM_USE_OIDC"] = "true"
			settings, err := contributor().WithEnvironment(environment(variables))
			if err != nil {
				t.Fatal(err)
			}
			token, err := tokenOf(t, e, settings)
			if err != nil {
				t.Fatal(err)
			}
			checkAccepted(t, e, token, "contributor")
		})
	}
}

// The token cache of managed identities is the process's: each case has its own
// client id. The system-assigned one is the emulator's Contributor.
func TestManagedIdentity(t *testing.T) {
	e := emulator.Start(t)
	t.Setenv("IDENTITY_ENDPOINT", e.ManagedIdentityEndpoint())
	t.Setenv("IDENTITY_HEADER", e.IdentityHeader())
	for name, test := range map[string]struct{ clientID, principal string }{
		"system-assigned": {"", "contributor"},
		"user-assigned":   {emulator.ReaderClientID, "reader"},
	} {
		t.Run(name, func(t *testing.T) {
			token, err := tokenOf(t, e, auth.Settings{UseMSI: on(true), ClientID: test.clientID})
			if err != nil {
				t.Fatal(err)
			}
			checkAccepted(t, e, token, test.principal)
		})
	}
}

func TestAzureCLI(t *testing.T) {
	e := emulator.Start(t)
	for name, test := range map[string]struct {
		settings auth.Settings
		argument string
	}{
		"of a tenant":                     {auth.Settings{TenantID: emulator.DefaultTenantID, SubscriptionID: "ignored"}, "--tenant " + emulator.DefaultTenantID},
		"of the subscription's tenant":    {auth.Settings{SubscriptionID: emulator.DefaultSubscriptionID}, "--subscription " + emulator.DefaultSubscriptionID},
		"of whatever account is selected": {auth.Settings{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			log := filepath.Join(t.TempDir(), "log")
			authtest.UseAz(t, fmt.Sprintf(`echo "$@" > %s
echo '{"accessToken":"%s","expires_on":%d}'
`, log, e.AccessToken(emulator.ContributorClientID), e.Now().Unix()+3599))
			token, err := tokenOf(t, e, test.settings)
			if err != nil {
				t.Fatal(err)
			}
			checkAccepted(t, e, token, "contributor")
			asked, err := os.ReadFile(log)
			if err != nil {
				t.Fatal(err)
			}
			want := strings.TrimSpace("account get-access-token -o json --resource https://management.azure.com " + test.argument)
			if got := strings.TrimSpace(string(asked)); got != want {
				t.Errorf("az was called with %q, want %q", got, want)
			}
		})
	}
}
