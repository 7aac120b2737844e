// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"strings"
	"testing"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/auth/authtest"
)

// Every form in which people have a certificate, read from a file and, in base64
// or as text, from the argument. The bundles are of OpenSSL: see testdata/README.md.
func TestCertificatesThatAreRead(t *testing.T) {
	t.Parallel()
	certificate, key := ownCertificate(t)
	parsed, private := parsedPair(t, certificate, key)
	rsaKey := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(private)}))
	other, _ := authtest.SelfSigned(t)
	withoutPassword, err := pkcs12.Passwordless.Encode(private, parsed, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		content  string
		password string
	}{
		"PEM":                             {certificate + key, ""},
		"PEM, key first, with a chain":    {key + certificate + other, ""},
		"PEM, chain first":                {other + certificate + key, ""},
		"PEM, PKCS#1":                     {certificate + rsaKey, ""},
		"PEM with CRLF and text":          {"subject=x\r\n" + strings.ReplaceAll(certificate+key, "\n", "\r\n"), ""},
		"PEM, a password that is not its": {certificate + key, "unused"},
		"PKCS#12 of OpenSSL 1":            {file(t, "testdata/client.pfx"), "bundle-password"},
		"PKCS#12 of OpenSSL 3":            {file(t, "testdata/client-modern.pfx"), "bundle-password"},
		"PKCS#12 without a password":      {string(withoutPassword), ""},
	} {
		settings := application()
		settings.ClientCertificatePath, settings.ClientCertificatePassword = authtest.WriteFile(t, test.content), test.password
		if _, err := auth.New(settings, auth.Options{}); err != nil {
			t.Errorf("%s in a file: %v", name, err)
		}
		settings.ClientCertificatePath, settings.ClientCertificate = "", base64.StdEncoding.EncodeToString([]byte(test.content))
		if _, err := auth.New(settings, auth.Options{}); err != nil {
			t.Errorf("%s in base64: %v", name, err)
		}
	}
}

func file(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// Each mistake has a message of its own, which shows nothing of the key.
func TestCertificatesThatAreNot(t *testing.T) {
	t.Parallel()
	certificate, key := ownCertificate(t)
	parsed, private := parsedPair(t, certificate, key)
	other, _ := authtest.SelfSigned(t)
	onCurve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ellipticCertificate, _ := authtest.SignedBy(t, onCurve)
	sec1, err := x509.MarshalECPrivateKey(onCurve)
	if err != nil {
		t.Fatal(err)
	}
	ellipticKey := string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1}))
	withPassword, err := pkcs12.Modern.Encode(private, parsed, nil, "right")
	if err != nil {
		t.Fatal(err)
	}
	withoutKey, err := pkcs12.Modern.EncodeTrustStore([]*x509.Certificate{parsed}, "right")
	if err != nil {
		t.Fatal(err)
	}
	encrypted := string(pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("x")}))
	legacy := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,00"}, Bytes: []byte("x")}))
	for name, test := range map[string]struct {
		content, password string
		says              []string
	}{
		"no private key":                 {certificate, "", []string{"no private key", "beside the certificate"}},
		"no certificate":                 {key, "", []string{"holds no certificate"}},
		"encrypted key":                  {certificate + encrypted, "right", []string{"private key is encrypted", "openssl pkey", "client_certificate_password"}},
		"encrypted key, the old way":     {certificate + legacy, "", []string{"private key is encrypted"}},
		"EC key":                         {ellipticCertificate + ellipticKey, "", []string{"not an RSA key", "register it"}},
		"key of another certificate":     {other + key, "", []string{"does not belong to any of its certificates"}},
		"escaped line breaks":            {strings.ReplaceAll(certificate+key, "\n", `\n`), "", []string{`joined by \n in two characters`, "file function"}},
		"broken key":                     {certificate + "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "", []string{"neither PEM with a certificate"}},
		"PKCS#12, wrong password":        {string(withPassword), "wrong", []string{"client_certificate_password opens", "password is wrong"}},
		"PKCS#12, no password":           {string(withPassword), "", []string{"with a password", "ARM_CLIENT_CERTIFICATE_PASSWORD", "is not set"}},
		"PKCS#12, no private key":        {string(withoutKey), "right", []string{"no private key"}},
		"PKCS#12 of OpenSSL 1, password": {file(t, "testdata/client.pfx"), "wrong", []string{"password is wrong"}},
		"neither":                        {"\x00\x01\x02", "", []string{"neither PEM", "nor a PKCS#12 bundle"}},
	} {
		settings := application()
		settings.ClientCertificatePath, settings.ClientCertificatePassword = authtest.WriteFile(t, test.content), test.password
		_, err := auth.New(settings, auth.Options{})
		failed := authtest.Refusal(t, err, test.says...)
		if failed.Argument != "client_certificate_path" {
			t.Errorf("%s: blames %q", name, failed.Argument)
		}
		for line := range strings.Lines(key) {
			if line = strings.TrimSpace(line); len(line) > 20 && strings.Contains(failed.Error(), line) && !strings.HasPrefix(line, "---") {
				t.Errorf("%s: shows the key", name)
			}
		}
	}
}

func parsedPair(t *testing.T, certificate, key string) (*x509.Certificate, *rsa.PrivateKey) {
	t.Helper()
	block, _ := pem.Decode([]byte(certificate))
	parsed, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	block, _ = pem.Decode([]byte(key))
	private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return parsed, private.(*rsa.PrivateKey)
}
