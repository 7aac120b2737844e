// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package entra

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// signer signs every token that the emulator issues, RS256 as Entra does. What
// a token is good for is decided by its issuer and audience, not by its key.
type signer struct {
	key *rsa.PrivateKey
	id  string
}

// newSigner makes a key. It takes a while, so it is called at the first token.
func newSigner() *signer {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(fmt.Sprintf("generate the signing key: %v", err)) // the machine has no randomness
	}
	return &signer{key: key, id: state.Fingerprint(key.N.String())}
}

func (s *signer) sign(claims jwt.MapClaims) (string, error) {
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header["kid"] = s.id
	return token.SignedString(s.key)
}

// verify accepts RS256 by the emulator's key only, with an expiry in the
// future, so neither alg none nor another signer passes.
func (s *signer) verify(token, issuer string, now time.Time) (jwt.MapClaims, error) {
	claims := jwt.MapClaims{}
	_, err := jwt.ParseWithClaims(token, claims,
		func(*jwt.Token) (any, error) { return &s.key.PublicKey, nil },
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuer(issuer), jwt.WithExpirationRequired(),
		jwt.WithTimeFunc(func() time.Time { return now }))
	return claims, err
}

// Sign makes a token of the emulator.
func (l *Layer) Sign(claims jwt.MapClaims) (string, error) { return l.signer().sign(claims) }

// Verify checks a token of the emulator, by its clock, and gives the claims.
func (l *Layer) Verify(token, issuer string) (jwt.MapClaims, error) {
	return l.signer().verify(token, issuer, l.Now())
}

// Secrets are what has to be kept so that what was handed out stays good.
type Secrets struct {
	SigningKey     []byte // PKCS #1
	IdentityHeader string
}

// Secrets are those of this emulator.
func (l *Layer) Secrets() Secrets {
	return Secrets{SigningKey: x509.MarshalPKCS1PrivateKey(l.signer().key), IdentityHeader: l.identityHeader}
}

// Restore takes over the secrets of a state file.
func (l *Layer) Restore(s Secrets) error {
	key, err := x509.ParsePKCS1PrivateKey(s.SigningKey)
	if err != nil {
		return fmt.Errorf("the signing key: %w", err)
	}
	restored := &signer{key: key, id: state.Fingerprint(key.N.String())}
	l.signer, l.identityHeader = func() *signer { return restored }, s.IdentityHeader
	return nil
}
