// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io/fs"
	"strings"

	"software.sslmate.com/src/go-pkcs12"
)

// certificate returns the client certificate, its chain, and its key. It reads
// PEM, and PKCS#12 as any version of OpenSSL and Windows write it.
func (s Settings) certificate() ([]*x509.Certificate, crypto.PrivateKey, error) {
	argument, content := "client_certificate", []byte(s.ClientCertificate)
	if s.ClientCertificate == "" {
		argument = "client_certificate_path"
		var err error
		if content, err = readFile(argument, s.ClientCertificatePath); err != nil {
			return nil, nil, err
		}
	} else if !strings.Contains(s.ClientCertificate, pemBegin) {
		decoded, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s.ClientCertificate), ""))
		if err != nil {
			return nil, nil, badCertificate(argument, "it is neither PEM text nor base64")
		}
		content = decoded
	}
	var (
		certificates []*x509.Certificate
		key          crypto.PrivateKey
		reason       string
	)
	if bytes.Contains(content, []byte(pemBegin)) {
		certificates, key, reason = parsePEM(content)
	} else {
		certificates, key, reason = parsePKCS12(content, s.ClientCertificatePassword)
	}
	if reason == "" {
		reason = checkKey(certificates, key)
	}
	if reason != "" {
		return nil, nil, badCertificate(argument, reason)
	}
	return certificates, key, nil
}

const pemBegin = "-----BEGIN"

// Faults of a certificate: the reason, and what to do.
const (
	notACertificate = "it is neither PEM with a certificate and its unencrypted key, nor a PKCS#12 bundle that client_certificate_password opens"
	noCertificate   = "it holds no certificate. Put the certificate and its private key into it"
	noPrivateKey    = "it holds a certificate, but no private key. Put the private key beside the certificate"
	encryptedKey    = "its private key is encrypted, which PEM text cannot be here. Decrypt the key (openssl pkey -in key.pem -out plain.pem), or make a PKCS#12 bundle and set client_certificate_password"
	escapedBreaks   = `its lines are joined by \n in two characters. Replace them by line breaks; in HCL, the file function reads a PEM file as it is`
	wrongPassword   = "it is a PKCS#12 bundle, but none that client_certificate_password opens: the password is wrong"
	needsPassword   = "it is a PKCS#12 bundle with a password, and client_certificate_password (ARM_CLIENT_CERTIFICATE_PASSWORD) is not set"
	notRSA          = "its key is not an RSA key, the only kind that Microsoft Entra ID sign-in supports here. Make a certificate with an RSA key, and register it on the application"
	foreignKey      = "its private key does not belong to any of its certificates"
)

func parsePEM(content []byte) (certificates []*x509.Certificate, key crypto.PrivateKey, reason string) {
	if bytes.Contains(content, []byte(`-----\n`)) {
		return nil, nil, escapedBreaks
	}
	for block, rest := pem.Decode(content); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "" {
			return nil, nil, encryptedKey
		}
		var err error
		switch {
		case block.Type == "CERTIFICATE":
			var found *x509.Certificate
			found, err = x509.ParseCertificate(block.Bytes)
			certificates = append(certificates, found)
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			key, err = parseKey(block)
		}
		if err != nil {
			// The parser's reason is left out: it may quote key material.
			return nil, nil, notACertificate
		}
	}
	return certificates, key, ""
}

func parseKey(block *pem.Block) (crypto.PrivateKey, error) {
	switch block.Type {
	case "RSA PRIVATE KEY":
		return x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		return x509.ParseECPrivateKey(block.Bytes)
	}
	return x509.ParsePKCS8PrivateKey(block.Bytes)
}

func parsePKCS12(content []byte, password string) (certificates []*x509.Certificate, key crypto.PrivateKey, reason string) {
	key, own, chain, err := pkcs12.DecodeChain(content, password)
	switch {
	case err == nil:
		return append([]*x509.Certificate{own}, chain...), key, ""
	case errors.Is(err, pkcs12.ErrIncorrectPassword) && password == "":
		return nil, nil, needsPassword
	case errors.Is(err, pkcs12.ErrIncorrectPassword), errors.Is(err, pkcs12.ErrDecryption):
		return nil, nil, wrongPassword
	case strings.Contains(err.Error(), "private key missing"): // the library has no type for it
		return nil, nil, noPrivateKey
	}
	return nil, nil, notACertificate
}

// checkKey says what is wrong with the key; empty if nothing is.
func checkKey(certificates []*x509.Certificate, key crypto.PrivateKey) string {
	private, isRSA := key.(*rsa.PrivateKey)
	switch {
	case len(certificates) == 0:
		return noCertificate
	case key == nil:
		return noPrivateKey
	case !isRSA:
		return notRSA
	}
	for _, certificate := range certificates {
		if private.PublicKey.Equal(certificate.PublicKey) {
			return ""
		}
	}
	return foreignKey
}

func badCertificate(argument, reason string) error {
	return &Error{
		Summary:  "The client certificate cannot be used",
		Detail:   "The certificate of " + named(argument) + " cannot be used: " + reason + ".",
		Argument: argument,
	}
}

// fileReason is the reason of a failed read, without the path.
func fileReason(err error) string {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return failed.Err.Error()
	}
	return err.Error()
}
