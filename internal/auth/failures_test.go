// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/auth/authtest"
)

const tenantID = "11111111-1111-1111-1111-111111111111"

// application is an application without a credential.
func application() auth.Settings {
	return auth.Settings{TenantID: tenantID, ClientID: "22222222-2222-2222-2222-222222222222", DisableInstanceDiscovery: on(true)}
}

// An expired secret cannot be made on the emulator, so a token endpoint that
// says what Entra says stands in.
func TestExpiredSecretAndOtherReplies(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body string
		says []string
	}{
		"expired secret": {
			`{"error":"invalid_client","error_codes":[7000222],"error_description":"AADSTS7000222: The provided client secret keys for app 'x' are expired. Trace ID: 1"}`,
			[]string{"AADSTS7000222", "has expired", "ARM_CLIENT_SECRET"},
		},
		"another code": {
			`{"error":"invalid_client","error_codes":[50194],"error_description":"AADSTS50194: The application is not multi-tenant.\r\nTrace ID: 1"}`,
			[]string{"AADSTS50194", "The application is not multi-tenant", "Check tenant_id"},
		},
		"a code in its field only": {
			`{"error":"invalid_client","error_codes":[7000222],"error_description":"It has ended."}`,
			[]string{"AADSTS7000222", "has expired"},
		},
		"a proxy's page": {`<html><body>Access denied</body></html>`, []string{"HTTP status 401"}},
	} {
		t.Run(name, func(t *testing.T) {
			settings := application()
			settings.ClientSecret = "secret"
			credential, err := auth.New(settings, auth.Options{
				Authority: "https://login.example.com", HTTP: &http.Client{Transport: tokenEndpoint(test.body)},
			})
			if err != nil {
				t.Fatal(err)
			}
			_, err = authtest.GetToken(t, credential)
			if failed := authtest.Refusal(t, err, test.says...); strings.Contains(failed.Detail, "Trace ID") || strings.Contains(failed.Detail, "<") {
				t.Errorf("quotes the reply: %s", failed.Detail)
			}
		})
	}
}

// tokenEndpoint answers every request for a token with 401 and this body.
type tokenEndpoint string

// RoundTrip implements http.RoundTripper.
func (body tokenEndpoint) RoundTrip(r *http.Request) (*http.Response, error) {
	status, text := http.StatusUnauthorized, string(body)
	if strings.HasSuffix(r.URL.Path, "/openid-configuration") {
		base := "https://" + r.URL.Host + "/" + tenantID
		status, text = http.StatusOK, `{"issuer":"`+base+`/v2.0","token_endpoint":"`+base+`/oauth2/v2.0/token","authorization_endpoint":"`+base+`/oauth2/v2.0/authorize"}`
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(text)), Request: r}, nil
}

// TestDamagedAnswer damages every answer of the token endpoint.
func TestDamagedAnswer(t *testing.T) {
	t.Parallel()
	settings := application()
	settings.ClientSecret = "secret"
	for name, test := range map[string]struct {
		body io.Reader
		says string
	}{
		"a connection that ends early": {io.MultiReader(strings.NewReader(`{"access_`), iotest.ErrReader(io.ErrUnexpectedEOF)), "was cut off on the way"},
		"a proxy's page":               {strings.NewReader("<html><body>Welcome</body></html>"), "a page of their own"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			damaged := &http.Client{Transport: answer(func(r *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(test.body), Request: r}, nil
			})}
			credential, err := auth.New(settings, auth.Options{Authority: "https://login.example.com", HTTP: damaged})
			if err != nil {
				t.Fatal(err)
			}
			_, err = authtest.GetTokenWithin(t, 2*time.Second, credential)
			authtest.CheckError(t, err, "login.example.com", test.says)
		})
	}
}

// answer is a transport.
type answer func(r *http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (a answer) RoundTrip(r *http.Request) (*http.Response, error) { return a(r) }

func TestNoConnection(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	direct := &http.Client{Transport: &http.Transport{}} // through no proxy, which would answer for the host
	closed := listener.Addr().String()
	_ = listener.Close()
	for name, test := range map[string]struct {
		options auth.Options
		says    []string
	}{
		"refused":      {auth.Options{Authority: "https://" + closed, HTTP: direct}, []string{closed, "it refused the connection"}},
		"unknown host": {auth.Options{Authority: "https://nowhere.invalid", HTTP: direct}, []string{"nowhere.invalid", "could not be resolved"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settings := application()
			settings.ClientSecret = "secret"
			credential, err := auth.New(settings, test.options)
			if err != nil {
				t.Fatal(err)
			}
			_, err = authtest.GetTokenWithin(t, 2*time.Second, credential)
			authtest.CheckError(t, err, test.says...)
		})
	}
}

func TestUnusableSettings(t *testing.T) {
	const secret = "the-secret-of-files"
	missing := t.TempDir() + "/missing"
	broken := authtest.WriteFile(t, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"+secret)
	onCurve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ellipticCertificate, ellipticKey := authtest.SignedBy(t, onCurve)
	for name, test := range map[string]struct {
		set      func(*auth.Settings)
		argument string
		says     []string
	}{
		"missing secret file": {func(s *auth.Settings) { s.ClientSecretFilePath = missing }, "client_secret_file_path", []string{missing, "no such file", "ARM_CLIENT_SECRET_FILE_PATH"}},
		"empty secret file":   {func(s *auth.Settings) { s.ClientSecretFilePath = os.DevNull }, "client_secret_file_path", []string{"it is empty"}},
		"two secrets": {
			func(s *auth.Settings) {
				s.ClientSecret, s.ClientSecretFilePath = secret, authtest.WriteFile(t, "other "+secret)
			},
			"client_secret_file_path",
			[]string{"Both client_secret and client_secret_file_path", "Keep one"},
		},
		"missing certificate": {func(s *auth.Settings) { s.ClientCertificatePath = missing }, "client_certificate_path", []string{missing}},
		"broken certificate":  {func(s *auth.Settings) { s.ClientCertificatePath = broken }, "client_certificate_path", []string{"PKCS#12", "client_certificate_password"}},
		"wrong bundle password": {func(s *auth.Settings) {
			s.ClientCertificatePath, s.ClientCertificatePassword = "testdata/client.pfx", secret
		}, "client_certificate_path", []string{"client_certificate_password opens"}},
		"key that is not RSA":    {func(s *auth.Settings) { s.ClientCertificate = ellipticCertificate + ellipticKey }, "client_certificate", []string{"not an RSA key"}},
		"certificate not base64": {func(s *auth.Settings) { s.ClientCertificate = secret + "!" }, "client_certificate", []string{"neither PEM text nor base64"}},
		"missing token file":     {func(s *auth.Settings) { s.UseOIDC, s.OIDCTokenFilePath = on(true), missing }, "oidc_token_file_path", []string{missing}},
		"request URL in clear": {func(s *auth.Settings) {
			s.UseOIDC, s.OIDCRequestURL, s.OIDCRequestToken = on(true), "http://ci.example.com/"+secret, secret
		}, "oidc_request_url", []string{"must be https", "ci.example.com"}},
		"tenant that cannot exist": {func(s *auth.Settings) { s.TenantID, s.ClientSecret = "a b", secret }, "", []string{"client secret is not usable", "tenant"}},
	} {
		t.Run(name, func(t *testing.T) {
			settings := application()
			test.set(&settings)
			_, err := auth.New(settings, auth.Options{})
			failed := authtest.Refusal(t, err, test.says...)
			if failed.Argument != test.argument {
				t.Errorf("blames %q, want %q", failed.Argument, test.argument)
			}
			if strings.Contains(failed.Error(), secret) {
				t.Errorf("tells the secret: %s", failed.Error())
			}
		})
	}
}

func TestNotYetKnown(t *testing.T) {
	_, err := authtest.GetToken(t, auth.NotYetKnown("client_secret", "tenant_id"))
	authtest.CheckError(t, err, "client_secret and tenant_id of the provider block are not known before apply", "-target")
}
