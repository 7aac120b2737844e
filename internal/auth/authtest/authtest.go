// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package authtest holds what tests of sign-in share: certificates, files, a
// stand-in for the Azure CLI, and the form of an error.
package authtest

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
)

// TokenRequest asks for a token of Resource Manager.
var TokenRequest = policy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}}

// GetToken signs in; a minute is enough for every retry.
func GetToken(t *testing.T, credential azcore.TokenCredential) (azcore.AccessToken, error) {
	t.Helper()
	return GetTokenWithin(t, time.Minute, credential)
}

// GetTokenWithin cuts azcore's retries short, which take many seconds.
func GetTokenWithin(t *testing.T, limit time.Duration, credential azcore.TokenCredential) (azcore.AccessToken, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	return credential.GetToken(ctx, TokenRequest)
}

// WriteFile writes a file into a folder of the test, and returns its path.
func WriteFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// SelfSigned returns a certificate and its key, both in PEM.
func SelfSigned(t *testing.T) (certificate, key string) {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return SignedBy(t, private)
}

// SignedBy is SelfSigned with a key of any kind.
func SignedBy(t *testing.T, private crypto.Signer) (certificate, key string) {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mlws test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"mlws.test"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
}

// UseAz puts a stand-in for the Azure CLI on PATH that runs this shell script.
func UseAz(t *testing.T, script string) {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Fatalf("the stand-in for az is a shell script: %v", err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "az"), []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// CheckError asserts an *auth.Error in one paragraph that says these things.
func CheckError(t *testing.T, err error, says ...string) {
	t.Helper()
	_ = Refusal(t, err, says...)
}

// Refusal is CheckError for a test that looks further.
func Refusal(t *testing.T, err error, says ...string) *auth.Error {
	t.Helper()
	var failed *auth.Error
	if !errors.As(err, &failed) {
		t.Fatalf("got %T (%v), want *auth.Error", err, err)
	}
	for _, part := range says {
		if !strings.Contains(failed.Detail, part) {
			t.Errorf("detail does not say %q: %s", part, failed.Detail)
		}
	}
	if failed.Summary == "" || strings.ContainsAny(failed.Error(), "\n{}") || strings.Contains(failed.Error(), "----") {
		t.Errorf("not one readable paragraph: %q", failed.Error())
	}
	return failed
}
