// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// authority is the emulator's own certificate authority. Every instance that keeps
// no state makes a new one.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// Certificates use the machine's time, since clients check them with theirs.
const (
	authorityYears = 10
	serverYears    = 1
)

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(now.UnixNano()),
		Subject:               pkix.Name{CommonName: "mlws emulator CA"},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.AddDate(authorityYears, 0, 0),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	return &authority{certificate: certificate, key: key}, err
}

// restoredAuthority is the one of a state file. One that would not outlive its
// server certificates is of no more use: nil, so that a new one is made.
func restoredAuthority(saved savedAuthority) (*authority, error) {
	if len(saved.Certificate) == 0 {
		return nil, nil
	}
	certificate, err := x509.ParseCertificate(saved.Certificate)
	if err != nil {
		return nil, fmt.Errorf("the certificate authority: %w", err)
	}
	key, err := x509.ParseECPrivateKey(saved.Key)
	if err != nil {
		return nil, fmt.Errorf("the certificate authority's key: %w", err)
	}
	if time.Now().AddDate(serverYears, 0, 0).After(certificate.NotAfter) {
		return nil, nil
	}
	return &authority{certificate: certificate, key: key}, nil
}

func (a *authority) saved() (savedAuthority, error) {
	key, err := x509.MarshalECPrivateKey(a.key)
	return savedAuthority{Certificate: a.certificate.Raw, Key: key}, err
}

func (a *authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw})
}

// issue makes a server certificate for loopback, and for the shape of Azure's
// blob hosts ({account}.blob.localhost), which is the one the Python SDK accepts.
func (a *authority) issue(hosts []string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now()
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: "mlws emulator"},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.AddDate(serverYears, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{"localhost", "*.blob.localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			leaf.IPAddresses = append(leaf.IPAddresses, ip)
		} else if host != "" {
			leaf.DNSNames = append(leaf.DNSNames, host)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, a.certificate, &key.PublicKey, a.key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
