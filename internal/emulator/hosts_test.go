// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner/pythontest"
)

// Inside a network, clients reach the emulator by a name: every URL that they are given
// is https on it, and the certificate is for it.
func TestANameInANetwork(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithHosts("emulator", "emulator.test", "192.0.2.7"), emulator.WithPathPrefix("/here"), emulator.WithOperationDuration(0))
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(s.e.AuthorityURL(), "https://"))
	if s.e.AuthorityURL() != "https://emulator:"+port || s.e.ResourceManagerURL() != "https://emulator:"+port+"/here" {
		t.Fatalf("URLs start with %s and %s", s.e.AuthorityURL(), s.e.ResourceManagerURL())
	}
	loopback := "https://127.0.0.1:" + port // the test resolves no names
	for _, host := range []string{"emulator", "emulator.test", "192.0.2.7"} {
		if got := s.sendWith("GET", loopback+"/here/", "", "Host", host+":"+port); got.status != http.StatusOK {
			t.Errorf("host %s: %d", host, got.status)
		}
	}
	if got := s.sendWith("GET", loopback+"/here/", "", "Host", "other.test"); got.status != http.StatusMisdirectedRequest {
		t.Errorf("another host: %d", got.status)
	}

	made := s.do("POST", loopback+"/here/modelmanagement/v1.0"+s.scope+"/services", s.bearer, aci("svc"))
	service := s.do("GET", loopback+"/here/modelmanagement/v1.0"+s.scope+"/services/svc", s.bearer, nil)
	workspace := s.do("GET", loopback+"/here"+s.scope+"?api-version=2021-04-01", s.bearer, nil)
	for what, address := range map[string]any{
		"the operation": made.header.Get("Operation-Location"), "discovery": at(workspace.json, "/properties/discoveryUrl"),
	} {
		if text, _ := address.(string); !strings.HasPrefix(text, "https://emulator:"+port+"/here/") {
			t.Errorf("%s is at %v", what, address)
		}
	}
	_, plain, _ := net.SplitHostPort(s.address())
	if uri, _ := service.json["scoringUri"].(string); !strings.HasPrefix(uri, "http://emulator:"+plain+"/here/") {
		t.Errorf("the scoring URI is %q", uri)
	}

	block, _ := pem.Decode(s.e.CACertPEM())
	authority, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(authority)
	for _, name := range []string{"emulator", "emulator.test", "192.0.2.7", "localhost", "127.0.0.1"} {
		if err := verifies(t, "127.0.0.1:"+port, roots, name); err != nil {
			t.Errorf("the certificate for %s: %v", name, err)
		}
	}
	if err := verifies(t, "127.0.0.1:"+port, roots, "other.test"); err == nil {
		t.Error("the certificate is for any name")
	}
}

// verifies connects to an address, and checks its certificate for a name.
func verifies(t *testing.T, address string, roots *x509.CertPool, name string) error {
	t.Helper()
	connection, err := (&tls.Dialer{Config: &tls.Config{RootCAs: roots, ServerName: name}}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		return err
	}
	return connection.Close()
}

func TestHostsAreNames(t *testing.T) {
	t.Parallel()
	for _, wrong := range []string{"", "https://emulator", "emulator:8443", "emulator/", "a b", "*.test", "-a"} {
		if e, err := emulator.New(emulator.WithHosts(wrong)); err == nil || !strings.Contains(err.Error(), "no name and no IP address") {
			t.Errorf("%q: %v", wrong, err)
			if err == nil {
				_ = e.Close()
			}
		}
	}
	if _, err := emulator.New(emulator.WithHosts("emulator"), emulator.WithPublicURL("http://127.0.0.1:1")); err == nil || !strings.Contains(err.Error(), "exclude each other") {
		t.Errorf("a host and a public URL: %v", err)
	}
}

// Code runs beyond the loopback interface only if that is said twice.
func TestExposedExecution(t *testing.T) {
	t.Parallel()
	pythontest.Need(t)
	listen := emulator.WithListen("0.0.0.0:0", "127.0.0.1:0")
	if e, err := emulator.New(listen, emulator.WithExecution()); err == nil || !strings.Contains(err.Error(), "loopback only") {
		t.Errorf("without it: %v", err)
		if err == nil {
			_ = e.Close()
		}
	}
	if e := emulator.Start(t, listen, emulator.WithExecution(), emulator.WithExposedExecution()); e.Interpreter() == "" || len(e.Exposed()) != 1 {
		t.Errorf("code is run by %q, and %v is exposed", e.Interpreter(), e.Exposed())
	}
}
