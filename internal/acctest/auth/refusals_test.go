// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/auth/authtest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// A refusal names the code, the argument and the fix, and quotes neither the
// reply nor the secret.
func TestRefusals(t *testing.T) {
	const wrongSecret = "wrong-secret-9f2c"
	certificate, _ := authtest.SelfSigned(t)
	otherCertificate, otherKey := authtest.SelfSigned(t)
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
			failed := authtest.Refusal(t, err, test.says...)
			for _, secret := range []string{wrongSecret, federatedForReader, "job-token", "Trace ID", "error_description"} {
				if strings.Contains(failed.Error(), secret) {
					t.Errorf("the error says %q: %s", secret, failed.Error())
				}
			}
		})
	}
}

// The error of azidentity stays reachable, and tells retry policies to stop.
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

func TestInterruptedSignIn(t *testing.T) {
	settings := contributor()
	settings.ClientSecret = "secret"
	credential, err := auth.New(settings, options(t, emulator.Start(t)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := credential.GetToken(ctx, authtest.TokenRequest); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestManagedIdentityRefusals(t *testing.T) {
	e := emulator.Start(t)
	t.Setenv("IDENTITY_HEADER", e.IdentityHeader())
	t.Run("identity that is not assigned", func(t *testing.T) {
		t.Setenv("IDENTITY_ENDPOINT", e.ManagedIdentityEndpoint())
		_, err := tokenOf(t, e, auth.Settings{UseMSI: on(true), ClientID: "99999999-9999-9999-9999-999999999999"})
		authtest.CheckError(t, err, "managed identity endpoint gave no token", "Identity not found", "client_id")
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
		_, err = authtest.GetTokenWithin(t, time.Second, credential)
		authtest.CheckError(t, err, listener.Addr().String(), "it refused the connection", "inside Azure only")
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
			authtest.UseAz(t, test.script)
			_, err := tokenOf(t, e, auth.Settings{TenantID: "t"})
			authtest.CheckError(t, err, append(test.says, "Considered before it: client secret (")...)
		})
	}
}

// An answer that was damaged once must not end a run.
func TestAnswerDamagedOnce(t *testing.T) {
	e := emulator.Start(t)
	settings := contributor()
	settings.ClientSecret = emulator.ContributorSecret
	e.Fault(emulator.Fault{Operation: "EntraToken", Kind: emulator.FaultTruncatedJSON, Times: 1})
	if _, err := tokenOf(t, e, settings); err != nil {
		t.Errorf("an answer that was cut off once: %v", err)
	}
}

// A certificate of an authority that this machine does not know.
func TestUntrustedAuthority(t *testing.T) {
	direct := &http.Client{Transport: &http.Transport{}} // through no proxy, which would answer for the host
	settings := contributor()
	settings.ClientSecret = "secret"
	credential, err := auth.New(settings, auth.Options{Authority: emulator.Start(t).AuthorityURL(), HTTP: direct})
	if err != nil {
		t.Fatal(err)
	}
	_, err = authtest.GetTokenWithin(t, 2*time.Second, credential)
	authtest.CheckError(t, err, "does not trust", "endpoints.ca_certificate_file")
}
