// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package entra

import (
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// checkAssertion accepts a JWT of the application itself (issuer = client id,
// signed by a registered certificate), or one of the emulator's federated issuer.
// Its times are checked against the machine's clock: the client made it by that.
func (l *Layer) checkAssertion(p *state.Principal, form url.Values) error {
	if form.Get("client_assertion_type") != assertionType {
		return refuse(http.StatusBadRequest, "invalid_request", 900144, "The request body must contain the following parameter: 'client_assertion_type'.")
	}
	assertion := form.Get("client_assertion")
	claims := jwt.MapClaims{}
	unverified, _, err := jwt.NewParser().ParseUnverified(assertion, claims)
	if err != nil {
		return refuse(http.StatusUnauthorized, "invalid_client", 50027, "JWT token is invalid or malformed.")
	}
	issuer, _ := claims.GetIssuer()
	if strings.EqualFold(issuer, p.ClientID) {
		return l.checkCertificateAssertion(p, assertion, unverified)
	}
	if issuer != l.federatedIssuer() {
		return refuse(http.StatusUnauthorized, "invalid_client", 700211, "No matching federated identity record found for presented assertion issuer '%s'. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion.", issuer)
	}
	claims, err = l.signer().verify(assertion, l.federatedIssuer(), time.Now())
	if err != nil {
		return refuse(http.StatusUnauthorized, "invalid_client", 700024, "Client assertion is not within its valid time range or its signature does not match.")
	}
	if subject, _ := claims.GetSubject(); subject != p.ClientID {
		return refuse(http.StatusUnauthorized, "invalid_client", 700213, "No matching federated identity record found for presented assertion subject '%s'.", subject)
	}
	if audiences, _ := claims.GetAudience(); len(audiences) != 1 || audiences[0] != FederatedAudience {
		return refuse(http.StatusUnauthorized, "invalid_client", 700212, "No matching federated identity record found for presented assertion audience '%s'.", strings.Join(audiences, " "))
	}
	return nil
}

func (l *Layer) checkCertificateAssertion(p *state.Principal, assertion string, unverified *jwt.Token) error {
	unknownKey := refuse(http.StatusUnauthorized, "invalid_client", 700027,
		"The certificate with identifier used to sign the client assertion is not registered on application '%s'.", p.ClientID)
	key := certificateKey(p.CertificatePEM, unverified.Header)
	if key == nil {
		return unknownKey
	}
	_, err := jwt.Parse(assertion, func(*jwt.Token) (any, error) { return key, nil },
		jwt.WithValidMethods([]string{"RS256", "PS256"}), jwt.WithExpirationRequired(), jwt.WithSubject(p.ClientID),
		jwt.WithAudience(l.AuthorityURL()+"/"+l.State().Tenant+"/oauth2/v2.0/token"))
	if err != nil {
		return refuse(http.StatusUnauthorized, "invalid_client", 700027, "Client assertion failed signature validation, or its subject, audience or time range is wrong.")
	}
	return nil
}

// certificateKey finds the registered certificate that the header's thumbprint names.
func certificateKey(registered string, header map[string]any) *rsa.PublicKey {
	rest := []byte(registered)
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return nil
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		sum1, sum256 := sha1.Sum(block.Bytes), sha256.Sum256(block.Bytes)
		if !sameThumbprint(header["x5t"], sum1[:]) && !sameThumbprint(header["x5t#S256"], sum256[:]) {
			continue
		}
		if certificate, err := x509.ParseCertificate(block.Bytes); err == nil {
			if key, isRSA := certificate.PublicKey.(*rsa.PublicKey); isRSA {
				return key
			}
		}
	}
}

// sameThumbprint compares in both alphabets of base64: clients use either.
func sameThumbprint(header any, sum []byte) bool {
	given, _ := header.(string)
	given = strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(given)
	return given != "" && given == base64.RawURLEncoding.EncodeToString(sum)
}

func (l *Layer) federatedIssuer() string { return l.AuthorityURL() + "/_federated" }

// FederatedAudience is the audience that a federated token has to have.
const FederatedAudience = "api://AzureADTokenExchange"

// FederatedToken is a token of the federated issuer that the token endpoint takes as
// client assertion of this client id. It is valid for an hour of the machine's clock.
func (l *Layer) FederatedToken(clientID, audience string) (string, error) {
	now := time.Now()
	return l.Sign(jwt.MapClaims{
		"iss": l.federatedIssuer(), "sub": clientID, "aud": audience,
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(time.Hour).Unix(), "jti": state.RandomText(16),
	})
}
