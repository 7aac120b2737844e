// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io/fs"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// certificate returns the client certificate, its chain, and its key.
func (s Settings) certificate() ([]*x509.Certificate, crypto.PrivateKey, error) {
	argument, content := "client_certificate", []byte(s.ClientCertificate)
	if s.ClientCertificate == "" {
		argument = "client_certificate_path"
		var err error
		if content, err = readFile(argument, s.ClientCertificatePath); err != nil {
			return nil, nil, err
		}
	} else if !strings.Contains(s.ClientCertificate, "-----BEGIN") {
		decoded, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s.ClientCertificate), ""))
		if err != nil {
			return nil, nil, badCertificate(argument, "it is neither PEM text nor base64")
		}
		content = decoded
	}
	certificates, key, err := azidentity.ParseCertificates(content, []byte(s.ClientCertificatePassword))
	if err != nil {
		// The library's reason is left out: it comes from parsers of key material.
		return nil, nil, badCertificate(argument, "it is neither PEM with a certificate and its unencrypted key, nor a PKCS#12 bundle "+
			"that client_certificate_password opens. A bundle made by OpenSSL 3 needs its -legacy option")
	}
	if _, isRSA := key.(*rsa.PrivateKey); !isRSA {
		return nil, nil, badCertificate(argument, "its key is not an RSA key, the only kind that Microsoft Entra ID sign-in supports here")
	}
	return certificates, key, nil
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
