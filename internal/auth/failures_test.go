// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// A refusal names the code, the argument and the fix, and quotes neither the
// reply nor the secret.
func TestRefusals(t *testing.T) {
	const wrongSecret = "wrong-secret-9f2c"
	certificate, _ := selfSigned(t)
	otherCertificate, otherKey := selfSigned(t)
	e := emulator.Start(t, withCertificate(certificate))
	ci := ciSystem(t, e)
	federatedForReader, err := e.FederatedToken(emulator.ReaderClientID)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		set  func(*auth.Settings)
		says []string
	}{
		"wrong secret": {
			func(s *auth.Settings) { s.ClientSecret = wrongSecret },
			[]string{"AADSTS7000215", "client secret is wrong", "ARM_CLIENT_SECRET", emulator.ContributorClientID, emulator.DefaultTenantID},
		},
		"unknown tenant": {func(s *auth.Settings) {
			s.ClientSecret, s.TenantID = wrongSecret, "99999999-9999-9999-9999-999999999999"
		}, []string{"AADSTS90002", "the tenant does not exist", "ARM_TENANT_ID", "environment"}},
		"unknown application": {func(s *auth.Settings) {
			s.ClientSecret, s.ClientID = wrongSecret, "99999999-9999-9999-9999-999999999999"
		}, []string{"AADSTS700016", "no application of this client id", "ARM_CLIENT_ID"}},
		"unregistered certificate": {
			func(s *auth.Settings) { s.ClientCertificate = otherCertificate + otherKey },
			[]string{"AADSTS700027", "not registered on the application"},
		},
		"OIDC token of another application": {
			func(s *auth.Settings) { s.UseOIDC, s.OIDCToken = on(true), federatedForReader },
			[]string{"AADSTS700213", "subject of the OIDC token"},
		},
		"malformed OIDC token": {func(s *auth.Settings) { s.UseOIDC, s.OIDCToken = on(true), wrongSecret }, []string{"AADSTS50027", "malformed"}},
		"wrong request token": {func(s *auth.Settings) {
			s.UseOIDC, s.OIDCRequestURL, s.OIDCRequestToken = on(true), ci.URL+"/github", wrongSecret
		}, []string{"gave no OIDC token", "HTTP status 401", "id-token: write"}},
		"service connection that is not there": {func(s *auth.Settings) {
			s.UseOIDC, s.OIDCRequestURL, s.OIDCRequestToken, s.ADOPipelineServiceConnectionID = on(true), ci.URL+"/devops", "job-token", "other"
		}, []string{"HTTP status 400", "service connection's id"}},
	} {
		t.Run(name, func(t *testing.T) {
			settings := contributor()
			test.set(&settings)
			token, err := tokenOf(t, e, settings)
			if token.Token != "" {
				t.Error("got a token")
			}
			failed := refusal(t, err, test.says...)
			for _, secret := range []string{wrongSecret, federatedForReader, "job-token", "Trace ID", "error_description"} {
				if strings.Contains(failed.Error(), secret) {
					t.Errorf("the error says %q: %s", secret, failed.Error())
				}
			}
		})
	}
}

// What azidentity found out stays reachable, and tells retry policies to stop.
func TestRefusalKeepsItsCause(t *testing.T) {
	settings := contributor()
	settings.ClientSecret = "wrong"
	_, err := tokenOf(t, emulator.Start(t), settings)
	var cause *azidentity.AuthenticationFailedError
	if !errors.As(err, &cause) {
		t.Errorf("no cause in %v", err)
	}
	var final interface{ NonRetriable() }
	if !errors.As(err, &final) {
		t.Error("azcore would ask again")
	}
}

// An expired secret cannot be made on the emulator, so a token endpoint that
// says what Entra says stands in.
func TestExpiredSecretAndOtherReplies(t *testing.T) {
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
		"a proxy's page": {`<html><body>Access denied</body></html>`, []string{"HTTP status 401"}},
	} {
		t.Run(name, func(t *testing.T) {
			settings := contributor()
			settings.ClientSecret = "secret"
			credential, err := auth.New(settings, auth.Options{
				Authority: "https://login.example.com", HTTP: &http.Client{Transport: tokenEndpoint(test.body)},
			})
			if err != nil {
				t.Fatal(err)
			}
			_, err = getToken(t, credential)
			if failed := refusal(t, err, test.says...); strings.Contains(failed.Detail, "Trace ID") || strings.Contains(failed.Detail, "<") {
				t.Errorf("quotes the reply: %s", failed.Detail)
			}
		})
	}
}

// TestDamagedAnswer damages the token endpoint's answers: once, which must not
// end a run, and for good.
func TestDamagedAnswer(t *testing.T) {
	e := emulator.Start(t)
	settings := contributor()
	settings.ClientSecret = emulator.ContributorSecret
	e.Fault(emulator.Fault{Operation: "EntraToken", Kind: emulator.FaultTruncatedJSON, Times: 1})
	if _, err := tokenOf(t, e, settings); err != nil {
		t.Errorf("an answer that was cut off once: %v", err)
	}
	for name, test := range map[string]struct {
		body io.Reader
		says string
	}{
		"a connection that ends early": {io.MultiReader(strings.NewReader(`{"access_`), iotest.ErrReader(io.ErrUnexpectedEOF)), "was cut off on the way"},
		"a proxy's page":               {strings.NewReader("<html><body>Welcome</body></html>"), "a page of their own"},
	} {
		t.Run(name, func(t *testing.T) {
			damaged := &http.Client{Transport: answer(func(r *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(test.body), Request: r}, nil
			})}
			credential, err := auth.New(settings, auth.Options{Authority: "https://login.example.com", HTTP: damaged})
			if err != nil {
				t.Fatal(err)
			}
			_, err = getTokenWithin(t, 2*time.Second, credential)
			checkError(t, err, "login.example.com", test.says)
		})
	}
}

// answer is a transport.
type answer func(r *http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (a answer) RoundTrip(r *http.Request) (*http.Response, error) { return a(r) }

func TestNoConnection(t *testing.T) {
	e := emulator.Start(t)
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
		"refused":          {auth.Options{Authority: "https://" + closed, HTTP: direct}, []string{closed, "the connection was refused"}},
		"unknown host":     {auth.Options{Authority: "https://nowhere.invalid", HTTP: direct}, []string{"nowhere.invalid", "could not be resolved"}},
		"untrusted issuer": {auth.Options{Authority: e.AuthorityURL(), HTTP: direct}, []string{"does not trust", "endpoints.ca_certificate_file"}},
	} {
		t.Run(name, func(t *testing.T) {
			settings := contributor()
			settings.ClientSecret = "secret"
			credential, err := auth.New(settings, test.options)
			if err != nil {
				t.Fatal(err)
			}
			_, err = getTokenWithin(t, 2*time.Second, credential)
			checkError(t, err, test.says...)
		})
	}
}

func TestInterruptedSignIn(t *testing.T) {
	settings := contributor()
	settings.ClientSecret = "secret"
	credential, err := auth.New(settings, options(t, emulator.Start(t)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := credential.GetToken(ctx, tokenRequest); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestManagedIdentityRefusals(t *testing.T) {
	e := emulator.Start(t)
	t.Setenv("IDENTITY_HEADER", e.IdentityHeader())
	t.Run("identity that is not assigned", func(t *testing.T) {
		t.Setenv("IDENTITY_ENDPOINT", e.ManagedIdentityEndpoint())
		_, err := tokenOf(t, e, auth.Settings{UseMSI: on(true), ClientID: "99999999-9999-9999-9999-999999999999"})
		checkError(t, err, "managed identity endpoint gave no token", "Identity not found", "client_id")
	})
	t.Run("no endpoint", func(t *testing.T) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_ = listener.Close()
		t.Setenv("IDENTITY_ENDPOINT", "http://"+listener.Addr().String())
		credential, err := auth.New(auth.Settings{UseMSI: on(true), ClientID: "88888888-8888-8888-8888-888888888888"}, options(t, e))
		if err != nil {
			t.Fatal(err)
		}
		_, err = getTokenWithin(t, time.Second, credential)
		checkError(t, err, listener.Addr().String(), "connection was refused", "inside Azure only")
	})
}

func TestAzureCLIRefusals(t *testing.T) {
	e := emulator.Start(t)
	for name, test := range map[string]struct {
		script string
		says   []string
	}{
		"not signed in": {"echo 'ERROR: Please run '\"'az login'\"' to setup account.' >&2; exit 1\n", []string{"not signed in", "Run az login --tenant t"}},
		"not there":     {"exit 127\n", []string{"not on PATH", "Install it"}},
		"other":         {"echo 'ERROR: the disk is full' >&2; exit 1\n", []string{"the disk is full", "az account get-access-token"}},
	} {
		t.Run(name, func(t *testing.T) {
			useAz(t, test.script)
			_, err := tokenOf(t, e, auth.Settings{TenantID: "t"})
			checkError(t, err, append(test.says, "Considered before it: client secret (")...)
		})
	}
}

func TestUnusableSettings(t *testing.T) {
	const secret = "the-secret-of-files"
	missing := t.TempDir() + "/missing"
	broken := writeFile(t, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"+secret)
	onCurve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ellipticCertificate, ellipticKey := signedBy(t, onCurve)
	for name, test := range map[string]struct {
		set      func(*auth.Settings)
		argument string
		says     []string
	}{
		"missing secret file": {func(s *auth.Settings) { s.ClientSecretFilePath = missing }, "client_secret_file_path", []string{missing, "no such file", "ARM_CLIENT_SECRET_FILE_PATH"}},
		"empty secret file":   {func(s *auth.Settings) { s.ClientSecretFilePath = os.DevNull }, "client_secret_file_path", []string{"it is empty"}},
		"two secrets": {
			func(s *auth.Settings) { s.ClientSecret, s.ClientSecretFilePath = secret, writeFile(t, "other "+secret) },
			"client_secret_file_path",
			[]string{"Both client_secret and client_secret_file_path", "Keep one"},
		},
		"missing certificate": {func(s *auth.Settings) { s.ClientCertificatePath = missing }, "client_certificate_path", []string{missing}},
		"broken certificate":  {func(s *auth.Settings) { s.ClientCertificatePath = broken }, "client_certificate_path", []string{"PKCS#12", "client_certificate_password"}},
		"bundle of OpenSSL 3": {func(s *auth.Settings) {
			s.ClientCertificatePath, s.ClientCertificatePassword = "testdata/client-modern.pfx", "bundle-password"
		}, "client_certificate_path", []string{"-legacy"}},
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
			settings := contributor()
			test.set(&settings)
			_, err := auth.New(settings, auth.Options{})
			failed := refusal(t, err, test.says...)
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
	_, err := getToken(t, auth.NotYetKnown("client_secret", "tenant_id"))
	checkError(t, err, "client_secret and tenant_id of the provider block are not known before apply", "-target")
}
