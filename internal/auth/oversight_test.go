// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/auth/authtest"
)

// A secret that a CI system does not pass to the job is an empty variable.
func TestEmptyVariablesAreNamed(t *testing.T) {
	const says = "ARM_CLIENT_SECRET is set but empty. In CI this usually means that the secret does not exist or is not passed to this job."
	variables := map[string]string{"ARM_CLIENT_SECRET": "", "ARM_TENANT_ID": "t"}
	settings, err := auth.Settings{ClientID: "c"}.WithEnvironment(environment(variables))
	if err != nil {
		t.Fatal(err)
	}
	authtest.UseAz(t, "echo 'ERROR: Please run '\"'az login'\"' to setup account.' >&2; exit 1\n")
	credential, err := auth.New(settings, auth.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = authtest.GetToken(t, credential)
	if failed := authtest.Refusal(t, err, says, "az login"); !strings.HasPrefix(failed.Detail, says) {
		t.Errorf("it does not come first: %s", failed.Detail)
	}
	settings.UseCLI = on(false)
	_, err = auth.New(settings, auth.Options{})
	authtest.CheckError(t, err, says, "Each method was considered")
	settings.ClientCertificatePath, settings.ClientID = "x", ""
	_, err = auth.New(settings, auth.Options{})
	authtest.CheckError(t, err, says, "also needs client_id")

	variables["ARM_TENANT_ID"] = ""
	settings, err = auth.Settings{UseCLI: on(false)}.WithEnvironment(environment(variables))
	if err != nil {
		t.Fatal(err)
	}
	_, err = auth.New(settings, auth.Options{})
	authtest.CheckError(t, err, "ARM_TENANT_ID and ARM_CLIENT_SECRET are set but empty. In CI this usually means that the secrets do not exist")

	// The other form of the value, and an argument, replace the variable.
	settings, err = auth.Settings{ClientSecretFilePath: "x", TenantID: "t"}.WithEnvironment(environment(variables))
	if err != nil || len(settings.EmptyVariables) != 0 {
		t.Errorf("%v, %v", settings.EmptyVariables, err)
	}
}

func TestMethodsThatWerePassedOverAreNamed(t *testing.T) {
	t.Parallel()
	refuse := func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided."}`))
	}
	for name, test := range map[string]struct {
		set       func(*auth.Settings)
		says, not string
	}{
		"OIDC":              {func(s *auth.Settings) { s.UseOIDC, s.OIDCToken = on(true), "x" }, "use_oidc is true, but was passed over: what the client secret needs is set too, and comes first.", ""},
		"managed identity":  {func(s *auth.Settings) { s.UseMSI = on(true) }, "use_msi is true, but was passed over", ""},
		"workload identity": {func(s *auth.Settings) { s.UseAKSWorkloadIdentity = on(true) }, "use_aks_workload_identity is true, but", ""},
		"none":              {func(s *auth.Settings) { s.UseOIDC = on(false) }, "the client secret is wrong", "passed over"},
		"white space":       {func(s *auth.Settings) { s.ClientSecret += "\n" }, "begins or ends with white space (a line break, perhaps)", ""},
		"no white space":    {func(*auth.Settings) {}, "the client secret is wrong", "white space"},
	} {
		a := &authority{token: refuse}
		settings := application()
		settings.ClientSecret = signInSecret
		test.set(&settings)
		failed := authtest.Refusal(t, a.signIn(t, a.start(t), "https://login.example.com", settings), test.says)
		if test.not != "" && strings.Contains(failed.Detail, test.not) {
			t.Errorf("%s: %s", name, failed.Detail)
		}
	}
	_, err := auth.New(auth.Settings{ClientSecret: "x", ClientID: "c", UseMSI: on(true)}, auth.Options{})
	authtest.CheckError(t, err, "also needs tenant_id (ARM_TENANT_ID). use_msi is true, but was passed over")
	// A method that comes before the one in use was not passed over for it.
	_, err = auth.New(auth.Settings{UseOIDC: on(true), UseAKSWorkloadIdentity: on(true), TenantID: "t", ClientID: "c"}, auth.Options{})
	if failed := authtest.Refusal(t, err, "use_aks_workload_identity is true, but was passed over"); strings.Contains(failed.Detail, "use_oidc is true") {
		t.Error(failed.Detail)
	}
}

func TestQuotesAroundIDs(t *testing.T) {
	t.Parallel()
	for value, argument := range map[string]string{
		`"11111111-1111-1111-1111-111111111111"`: "tenant_id", "'contoso.example'": "tenant_id", "contoso.example\n": "tenant_id",
		` 22222222-2222-2222-2222-222222222222`: "client_id", `"x"`: "client_id",
	} {
		settings := application()
		settings.ClientSecret = signInSecret
		if argument == "client_id" {
			settings.ClientID = value
		} else {
			settings.TenantID = value
		}
		_, err := auth.New(settings, auth.Options{})
		failed := authtest.Refusal(t, err, argument+" (ARM_", "quotes or white space around the id", "Set it to "+strings.Trim(value, "\"' \n")+".")
		if failed.Argument != argument {
			t.Errorf("%q: blames %q", value, failed.Argument)
		}
	}
}

// White space matters for a wrong secret, and for no other refusal.
func TestWhiteSpaceIsNamedForAWrongSecretOnly(t *testing.T) {
	t.Parallel()
	a := &authority{token: func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"error":"invalid_client","error_description":"AADSTS700016: No such application."}`))
	}}
	settings := application()
	settings.ClientSecret = signInSecret + "\n"
	failed := authtest.Refusal(t, a.signIn(t, a.start(t), "https://login.example.com", settings), "no application of this client id")
	if strings.Contains(failed.Detail, "white space") {
		t.Error(failed.Detail)
	}
}

// The OIDC token of a job lives for minutes, and a deployment takes longer.
func TestExpiredOIDCToken(t *testing.T) {
	t.Parallel()
	a := &authority{token: func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"error":"invalid_client","error_description":"AADSTS700024: Client assertion is not within its valid time range."}`))
	}}
	settings := application()
	settings.UseOIDC, settings.OIDCToken = on(true), signInSecret
	authtest.CheckError(t, a.signIn(t, a.start(t), "https://login.example.com", settings), "(AADSTS700024)", "longer than the token lives", "oidc_request_url", "clock")
}

// dialNoInvalid fails for names below .invalid as a resolver does, but at once.
func dialNoInvalid(ctx context.Context, network, address string) (net.Conn, error) {
	if host, _, _ := net.SplitHostPort(address); strings.HasSuffix(host, ".invalid") {
		return nil, &net.OpError{Op: "dial", Net: network, Err: &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}}
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

// A proxy that is not there is named, and not taken for the token endpoint.
func TestDeadProxy(t *testing.T) {
	t.Parallel()
	dead := httptest.NewServer(http.NotFoundHandler())
	address := dead.Listener.Addr().String()
	dead.Close()
	for proxy, says := range map[string]string{"http://" + address: address, "http://proxy.invalid:3128": "proxy.invalid"} {
		u, err := url.Parse(proxy)
		if err != nil {
			t.Fatal(err)
		}
		settings := application()
		settings.ClientSecret = signInSecret
		client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(u), DialContext: dialNoInvalid}}
		credential, err := auth.New(settings, auth.Options{Authority: "https://login.example.com", HTTP: client})
		if err != nil {
			t.Fatal(err)
		}
		_, err = authtest.GetTokenWithin(t, time.Second, credential)
		authtest.CheckError(t, err, "No token could be asked for at login.example.com", "the proxy "+says+" was not reached", "HTTPS_PROXY", "NO_PROXY")
	}
}
