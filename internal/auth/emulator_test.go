// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

const scope = "https://management.azure.com/.default"

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

// tokenOf signs in. It fails the test where no credential can be made; what
// GetToken says is for the caller.
func tokenOf(t *testing.T, e *emulator.Emulator, s auth.Settings) (azcore.AccessToken, error) {
	t.Helper()
	credential, err := auth.New(s, options(t, e))
	if err != nil {
		t.Fatal(err)
	}
	return getToken(t, credential)
}

func getToken(t *testing.T, credential azcore.TokenCredential) (azcore.AccessToken, error) {
	t.Helper()
	return getTokenWithin(t, time.Minute, credential)
}

// getTokenWithin cuts azcore's retries short, which take many seconds.
func getTokenWithin(t *testing.T, limit time.Duration, credential azcore.TokenCredential) (azcore.AccessToken, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	return credential.GetToken(ctx, tokenRequest)
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

func writeFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// selfSigned returns a certificate and its key, both in PEM.
func selfSigned(t *testing.T) (certificate, key string) {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return signedBy(t, private)
}

func signedBy(t *testing.T, private crypto.Signer) (certificate, key string) {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mlws test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
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

var tokenRequest = policy.TokenRequestOptions{Scopes: []string{scope}}

// tokenEndpoint answers every request for a token with 401 and this body.
type tokenEndpoint string

// RoundTrip implements http.RoundTripper.
func (body tokenEndpoint) RoundTrip(r *http.Request) (*http.Response, error) {
	status, text := http.StatusUnauthorized, string(body)
	if strings.HasSuffix(r.URL.Path, "/openid-configuration") {
		base := "https://" + r.URL.Host + "/" + emulator.DefaultTenantID
		status, text = http.StatusOK, `{"issuer":"`+base+`/v2.0","token_endpoint":"`+base+`/oauth2/v2.0/token","authorization_endpoint":"`+base+`/oauth2/v2.0/authorize"}`
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(text)), Request: r}, nil
}
