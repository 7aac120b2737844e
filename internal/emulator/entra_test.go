// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

const scope = "https://management.azure.com/.default"

func (s *session) entra(tenant string, pairs ...string) answer {
	s.t.Helper()
	return s.do("POST", s.e.AuthorityURL()+"/"+tenant+"/oauth2/v2.0/token", "", form(pairs...))
}

func TestClientSecret(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithPathPrefix("/x"))
	configuration := s.do("GET", s.e.AuthorityURL()+"/"+emulator.DefaultTenantID+"/v2.0/.well-known/openid-configuration", "", nil)
	if configuration.json["token_endpoint"] != s.e.AuthorityURL()+"/"+emulator.DefaultTenantID+"/oauth2/v2.0/token" {
		t.Errorf("token_endpoint %v", configuration.json["token_endpoint"])
	}
	reply := s.entra(emulator.DefaultTenantID, "grant_type", "client_credentials", "client_id", emulator.ReaderClientID, "client_secret", emulator.ReaderSecret, "scope", scope)
	token, _ := reply.json["access_token"].(string)
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(token, claims); err != nil {
		t.Fatalf("%d %s: %v", reply.status, reply.raw, err)
	}
	if claims["aud"] != "https://management.azure.com" || claims["appid"] != emulator.ReaderClientID || claims["tid"] != emulator.DefaultTenantID || claims["oid"] == nil || claims["exp"] == nil {
		t.Errorf("claims %v", claims)
	}
	if got := s.do("GET", s.url("/services"), token, nil).status; got != http.StatusOK {
		t.Errorf("the token on the control plane: %d", got)
	}
}

// Each refusal has the number that people search for.
func TestEntraRefuses(t *testing.T) {
	t.Parallel()
	s := open(t)
	good := []string{"grant_type", "client_credentials", "client_id", emulator.OwnerClientID, "client_secret", emulator.OwnerSecret, "scope", scope}
	for _, c := range []struct {
		number, code string
		status       int
		tenant       string
		pairs        []string
	}{
		{"AADSTS90002", "invalid_tenant", 400, "00000000-0000-0000-0000-000000000000", nil},
		{"AADSTS700016", "unauthorized_client", 400, "", []string{"client_id", "00000000-0000-0000-0000-000000000000"}},
		{"AADSTS7000215", "invalid_client", 401, "", []string{"client_secret", "wrong"}},
		{"AADSTS7000218", "invalid_client", 401, "", []string{"client_secret", ""}},
		{"AADSTS70003", "unsupported_grant_type", 400, "", []string{"grant_type", "password"}},
		{"AADSTS900144", "invalid_request", 400, "", []string{"grant_type", ""}},
		{"AADSTS1002012", "invalid_scope", 400, "", []string{"scope", "https://management.azure.com/user_impersonation"}},
		{"AADSTS500011", "invalid_resource", 400, "", []string{"scope", "https://example.org/.default"}},
		{"AADSTS50027", "invalid_client", 401, "", []string{"client_assertion_type", assertionType, "client_assertion", "abc"}},
	} {
		tenant := emulator.DefaultTenantID
		if c.tenant != "" {
			tenant = c.tenant
		}
		reply := s.entra(tenant, append(append([]string{}, good...), c.pairs...)...)
		description, _ := reply.json["error_description"].(string)
		if reply.status != c.status || reply.json["error"] != c.code || !strings.HasPrefix(description, c.number+":") {
			t.Errorf("%s: %d %s", c.number, reply.status, reply.raw)
		}
		if strings.Contains(reply.raw, emulator.OwnerSecret) {
			t.Error("the refusal repeats the secret")
		}
	}
}

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

func (s *session) assert(clientID, assertion string) answer {
	s.t.Helper()
	return s.entra(emulator.DefaultTenantID, "grant_type", "client_credentials", "client_id", clientID, "scope", scope,
		"client_assertion_type", assertionType, "client_assertion", assertion)
}

func TestFederatedAssertion(t *testing.T) {
	t.Parallel()
	s := open(t)
	token, err := s.e.FederatedToken(emulator.ContributorClientID)
	if err != nil {
		t.Fatal(err)
	}
	s.e.AdvanceClock(48 * time.Hour) // the assertion's times are the client's, not the emulator's
	if reply := s.assert(emulator.ContributorClientID, token); reply.status != http.StatusOK {
		t.Errorf("%d %s", reply.status, reply.raw)
	}
	if reply := s.assert(emulator.OwnerClientID, token); !strings.Contains(reply.raw, "AADSTS700213") {
		t.Errorf("another application's assertion: %d %s", reply.status, reply.raw)
	}
	if reply := s.assert(emulator.OwnerClientID, s.bearer); !strings.Contains(reply.raw, "AADSTS700211") {
		t.Errorf("another issuer's assertion: %d %s", reply.status, reply.raw)
	}
}

func TestCertificateAssertion(t *testing.T) {
	t.Parallel()
	s := open(t)
	key, certificate := selfSigned(t)
	stranger, foreign := selfSigned(t)
	err := s.e.AddPrincipal(emulator.Principal{
		ClientID: keeperID, Role: "Reader",
		CertificatePEM: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})),
	})
	if err != nil {
		t.Fatal(err)
	}
	sign := func(key *rsa.PrivateKey, certificate []byte, audience string) string {
		now := time.Now()
		token := jwt.NewWithClaims(jwt.SigningMethodPS256, jwt.MapClaims{
			"iss": keeperID, "sub": keeperID, "aud": audience, "exp": now.Add(time.Minute).Unix(), "nbf": now.Add(-time.Minute).Unix(),
		})
		sum := sha256.Sum256(certificate)
		token.Header["x5t#S256"] = base64.RawURLEncoding.EncodeToString(sum[:])
		signed, err := token.SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	here := s.e.AuthorityURL() + "/" + emulator.DefaultTenantID + "/oauth2/v2.0/token"
	for what, c := range map[string]struct {
		assertion string
		status    int
	}{
		"right":               {sign(key, certificate, here), 200},
		"other audience":      {sign(key, certificate, "https://login.microsoftonline.com"), 401},
		"unknown certificate": {sign(stranger, foreign, here), 401},
		"wrong key":           {sign(stranger, certificate, here), 401},
	} {
		if reply := s.assert(keeperID, c.assertion); reply.status != c.status {
			t.Errorf("%s: %d %s", what, reply.status, reply.raw)
		}
	}
}

func selfSigned(t *testing.T) (*rsa.PrivateKey, []byte) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return key, der
}

func TestManagedIdentity(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithPathPrefix("/p"))
	resource := "?api-version=2019-08-01&resource=" + url.QueryEscape("https://management.azure.com")
	imds := s.e.ResourceManagerURL() + "/metadata/identity/oauth2/token"
	for what, c := range map[string]struct {
		address, header, value string
		status                 int
	}{
		"right":               {s.e.ManagedIdentityEndpoint() + resource, "X-IDENTITY-HEADER", s.e.IdentityHeader(), 200},
		"user-assigned":       {s.e.ManagedIdentityEndpoint() + resource + "&client_id=" + emulator.ReaderClientID, "X-IDENTITY-HEADER", s.e.IdentityHeader(), 200},
		"unknown":             {s.e.ManagedIdentityEndpoint() + resource + "&client_id=x", "X-IDENTITY-HEADER", s.e.IdentityHeader(), 400},
		"wrong header":        {s.e.ManagedIdentityEndpoint() + resource, "X-IDENTITY-HEADER", "x", 401},
		"wrong resource":      {s.e.ManagedIdentityEndpoint() + "?resource=x", "X-IDENTITY-HEADER", s.e.IdentityHeader(), 400},
		"metadata":            {imds + resource, "Metadata", "true", 200},
		"metadata, no header": {imds + resource, "X", "y", 400},
	} {
		request, err := http.NewRequest("GET", c.address, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set(c.header, c.value)
		reply, err := send(s.e, request)
		if err != nil || reply.status != c.status {
			t.Errorf("%s: %d %s %v", what, reply.status, reply.raw, err)
			continue
		}
		if token, _ := reply.json["access_token"].(string); c.status == 200 && s.do("GET", s.url("/services"), token, nil).status != 200 {
			t.Errorf("%s: the token is refused", what)
		}
	}
}
