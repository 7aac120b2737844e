// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/auth/authtest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// options reach the emulator's token endpoint.
func options(t *testing.T, e *emulator.Emulator) auth.Options {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(e.CACertPEM()) {
		t.Fatal("no CA certificate")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	t.Cleanup(transport.CloseIdleConnections)
	return auth.Options{Authority: e.AuthorityURL(), HTTP: &http.Client{Transport: transport}}
}

// contributor is the emulator's application, without a credential.
func contributor() auth.Settings {
	return auth.Settings{TenantID: emulator.DefaultTenantID, ClientID: emulator.ContributorClientID, DisableInstanceDiscovery: on(true)}
}

// tokenOf signs in. It fails the test if no credential can be made; what
// GetToken says is for the caller.
func tokenOf(t *testing.T, e *emulator.Emulator, s auth.Settings) (azcore.AccessToken, error) {
	t.Helper()
	credential, err := auth.New(s, options(t, e))
	if err != nil {
		t.Fatal(err)
	}
	return authtest.GetToken(t, credential)
}

// checkAccepted asserts that Resource Manager takes the token as this principal's,
// which the emulator's log names by its display name.
func checkAccepted(t *testing.T, e *emulator.Emulator, token azcore.AccessToken, principal string) {
	t.Helper()
	if left := time.Until(token.ExpiresOn); left < 30*time.Minute || left > 2*time.Hour {
		t.Errorf("the token expires in %s", left)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.ResourceManagerURL()+emulator.DefaultWorkspaceID+"?api-version=2022-05-01", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token.Token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("Resource Manager answers %d", response.StatusCode)
	}
	requests := e.Requests()
	if got := requests[len(requests)-1].Principal; got != principal {
		t.Errorf("signed in as %q, want %q", got, principal)
	}
}

// withCertificate is the default seed with a certificate on the Contributor.
func withCertificate(certificate string) emulator.Option {
	seed := emulator.DefaultSeed()
	for i := range seed.Principals {
		if seed.Principals[i].ClientID == emulator.ContributorClientID {
			seed.Principals[i].CertificatePEM = certificate
		}
	}
	return emulator.WithSeed(seed)
}

func on(value bool) *bool { return &value }

func environment(variables map[string]string) auth.Lookup {
	return func(name string) (string, bool) {
		value, ok := variables[name]
		return value, ok
	}
}
