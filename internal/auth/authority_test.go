// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/auth/authtest"
)

// authority is a token endpoint on a real socket, which answers for every host
// name. It keeps what was sent to it.
type authority struct {
	// tokenEndpoint is what its configuration names.
	tokenEndpoint string
	// token answers requests for tokens; nil: with a token.
	token http.HandlerFunc

	server *httptest.Server
	mu     sync.Mutex
	sent   map[string]string // bodies by scheme, host and port
}

// start starts the authority. The client that it returns reaches it by every
// host name, over TLS and in clear text, and other servers of a test by address.
func (a *authority) start(t *testing.T) *http.Client {
	t.Helper()
	a.sent = map[string]string{}
	a.server = httptest.NewUnstartedServer(a)
	certificate, key := ownCertificate(t)
	pair, err := tls.X509KeyPair([]byte(certificate), []byte(key))
	if err != nil {
		t.Fatal(err)
	}
	a.server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	a.server.StartTLS()
	t.Cleanup(a.server.Close)
	plain := httptest.NewServer(a)
	t.Cleanup(plain.Close)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(certificate))
	client := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: "mlws.test"},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if strings.HasPrefix(address, "127.0.0.1:") {
				return (&net.Dialer{}).DialContext(ctx, network, address)
			}
			to := a.server
			if strings.HasSuffix(address, ":80") {
				to = plain
			}
			return (&net.Dialer{}).DialContext(ctx, network, to.Listener.Addr().String())
		},
	}
	t.Cleanup(client.CloseIdleConnections)
	return &http.Client{Transport: client}
}

// ServeHTTP implements http.Handler.
func (a *authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	base := scheme + "://" + r.Host
	body, _ := io.ReadAll(r.Body)
	a.mu.Lock()
	a.sent[base] += string(body)
	a.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	switch {
	case strings.HasSuffix(r.URL.Path, "/openid-configuration"):
		endpoint := a.tokenEndpoint
		if endpoint == "" {
			endpoint = base + "/" + tenantID + "/oauth2/v2.0/token"
		}
		_, _ = fmt.Fprintf(w, `{"issuer":"%[1]s/%[2]s/v2.0","token_endpoint":%[3]q,"authorization_endpoint":"%[1]s/authorize"}`, base, tenantID, endpoint)
	case a.token != nil:
		a.token(w, r)
	default:
		_, _ = fmt.Fprint(w, `{"access_token":"opaque","token_type":"Bearer","expires_in":3600}`)
	}
}

// received returns what was sent to a scheme and host.
func (a *authority) received(base string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.sent[base]
}

// everything is what was sent anywhere.
func (a *authority) everything() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := ""
	for _, body := range a.sent {
		all += body
	}
	return all
}

func (a *authority) signIn(t *testing.T, client *http.Client, base string, s auth.Settings) error {
	t.Helper()
	credential, err := auth.New(s, auth.Options{Authority: base, HTTP: client})
	if err != nil {
		t.Fatal(err)
	}
	_, err = authtest.GetToken(t, credential)
	return err
}

// ownCertificate is made once: an RSA key takes a second on a slow machine.
func ownCertificate(t *testing.T) (certificate, key string) {
	t.Helper()
	once.Do(func() { cached[0], cached[1] = authtest.SelfSigned(t) })
	return cached[0], cached[1]
}

var (
	once   sync.Once
	cached [2]string
)

const signInSecret = "the-secret-3f1c8a"

// methods are the settings of each method, and its part of the request's body.
func methods(t *testing.T) map[string]struct {
	settings auth.Settings
	sent     string
} {
	t.Helper()
	with := func(set func(*auth.Settings)) auth.Settings {
		s := application()
		set(&s)
		return s
	}
	certificate, key := ownCertificate(t)
	return map[string]struct {
		settings auth.Settings
		sent     string
	}{
		"client secret":      {with(func(s *auth.Settings) { s.ClientSecret = signInSecret }), "client_secret=" + signInSecret},
		"client certificate": {with(func(s *auth.Settings) { s.ClientCertificate = certificate + key }), "client_assertion=ey"},
		"OIDC token":         {with(func(s *auth.Settings) { s.UseOIDC, s.OIDCToken = on(true), signInSecret }), "client_assertion=" + signInSecret},
		"workload identity": {with(func(s *auth.Settings) {
			s.UseAKSWorkloadIdentity, s.OIDCTokenFilePath = on(true), authtest.WriteFile(t, signInSecret)
		}), "client_assertion=" + signInSecret},
	}
}

// A credential is sent to the authority, to its aliases, and to its host in the
// region that AZURE_REGIONAL_AUTHORITY_NAME names, whatever the authority says.
func TestCredentialIsSentToTheAuthorityOnly(t *testing.T) {
	const public, china = "https://login.microsoftonline.com", "https://login.chinacloudapi.cn"
	for name, test := range map[string]struct {
		authority, endpoint, region string
		says                        []string // none: it is sent
	}{
		"itself":                       {authority: public, endpoint: public},
		"itself in upper case":         {authority: public, endpoint: "https://LOGIN.microsoftonline.com"},
		"an authority of one's own":    {authority: "https://login.example.com:8443/base", endpoint: "https://login.example.com:8443"},
		"an alias":                     {authority: public, endpoint: "https://login.windows.net"},
		"an alias in China":            {authority: china, endpoint: "https://login.partner.microsoftonline.cn"},
		"an alias of the US":           {authority: "https://login.microsoftonline.us", endpoint: "https://login.usgovcloudapi.net"},
		"the region":                   {authority: public, endpoint: "https://westeurope.login.microsoft.com", region: "westeurope"},
		"the region in China":          {authority: china, endpoint: "https://chinaeast2.login.partner.microsoftonline.cn", region: "chinaeast2"},
		"a region that is found out":   {authority: public, endpoint: "https://westeurope.login.microsoft.com", region: "TryAutoDetect"},
		"another host":                 {authority: public, endpoint: "https://login.evil.example", says: []string{"login.microsoftonline.com names login.evil.example", "not a host of that authority", "was not sent there", "endpoints.authority"}},
		"an alias of another cloud":    {authority: public, endpoint: "https://login.partner.microsoftonline.cn", says: []string{"names login.partner.microsoftonline.cn"}},
		"another port":                 {authority: "https://login.example.com", endpoint: "https://login.example.com:8443", says: []string{"names login.example.com:8443"}},
		"a host below the authority":   {authority: public, endpoint: "https://westeurope.login.microsoftonline.com", says: []string{"names westeurope."}},
		"another region":               {authority: public, endpoint: "https://eastus.login.microsoft.com", region: "westeurope", says: []string{"names eastus."}},
		"a region of another host":     {authority: public, endpoint: "https://westeurope.evil.example", region: "westeurope", says: []string{"names westeurope.evil.example"}},
		"two labels before the host":   {authority: public, endpoint: "https://a.westeurope.login.microsoft.com", region: "westeurope", says: []string{"names a.westeurope."}},
		"itself in clear text":         {authority: public, endpoint: "http://login.microsoftonline.com", says: []string{"not sent to login.microsoftonline.com", "must be https"}},
		"another host in clear text":   {authority: public, endpoint: "http://login.evil.example", says: []string{"must be https"}},
		"a host that begins like it":   {authority: public, endpoint: "https://login.microsoftonline.com.evil.example", says: []string{"names login.microsoftonline.com.evil.example"}},
		"one with a name and password": {authority: public, endpoint: "https://a:b@login.microsoftonline.com", says: []string{"must not hold a user name"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("AZURE_REGIONAL_AUTHORITY_NAME", test.region)
			t.Setenv("REGION_NAME", "westeurope") // what TryAutoDetect finds
			for method, m := range methods(t) {
				a := &authority{tokenEndpoint: test.endpoint + "/" + tenantID + "/oauth2/v2.0/token"}
				err := a.signIn(t, a.start(t), test.authority, m.settings)
				if len(test.says) == 0 {
					if err != nil {
						t.Errorf("%s: %v", method, err)
					}
					if sent := a.received(strings.ToLower(test.endpoint)) + a.received(test.endpoint); !strings.Contains(sent, m.sent) {
						t.Errorf("%s: the token endpoint got %q", method, sent)
					}
					continue
				}
				authtest.CheckError(t, err, test.says...)
				if sent := a.everything(); sent != "" {
					t.Errorf("%s: this was sent: %q", method, sent)
				}
			}
		})
	}
}

// No answer of a sign-in leads the credential elsewhere.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		for to, says := range map[string]string{
			"https://login.evil.example/token":   "redirect to login.evil.example",
			"http://login.evil.example/token":    "redirect to login.evil.example",
			"https://login.microsoftonline.com/": "redirect to login.microsoftonline.com",
			"":                                   "redirect to an address that is not one",
		} {
			a := &authority{token: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", to)
				w.WriteHeader(status)
			}}
			settings := application()
			settings.ClientSecret = signInSecret
			const base = "https://login.microsoftonline.com"
			err := a.signIn(t, a.start(t), base, settings)
			authtest.CheckError(t, err, "No token could be asked for at login.microsoftonline.com", says, "not sent there", "proxies")
			if sent := strings.Count(a.everything(), signInSecret); sent != 1 || !strings.Contains(a.received(base), signInSecret) {
				t.Errorf("%d to %s: the secret was sent %d times", status, to, sent)
			}
		}
	}
}

// The token of a CI system's job goes to the CI system only.
func TestRedirectOfACISystem(t *testing.T) {
	t.Parallel()
	asked := 0
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	t.Cleanup(elsewhere.Close)
	ci := httptest.NewServer(http.RedirectHandler(elsewhere.URL+"/x?token="+signInSecret, http.StatusTemporaryRedirect))
	t.Cleanup(ci.Close)
	for name, connection := range map[string]string{"GitHub Actions": "", "Azure DevOps": "connection"} {
		a := &authority{}
		settings := application()
		settings.UseOIDC, settings.OIDCRequestURL, settings.OIDCRequestToken, settings.ADOPipelineServiceConnectionID = on(true), ci.URL, signInSecret, connection
		failed := authtest.Refusal(t, a.signIn(t, a.start(t), "https://login.microsoftonline.com", settings), "gave no OIDC token: it answered with a redirect to "+elsewhere.Listener.Addr().String())
		if asked != 0 || strings.Contains(failed.Error(), signInSecret) {
			t.Errorf("%s: %d requests elsewhere; %v", name, asked, failed)
		}
	}
}
