// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/auth/authtest"
	"github.com/mlws/terraform-provider-mlws/internal/reach"
)

// The authority of endpoints.ca_certificate_file is trusted beside those of the
// system, and not instead of them: a proxy's certificate must not end the trust
// in Azure's. Go reads the authorities of the system once in a process, so the
// test runs in one of its own.
func TestSystemAuthoritiesStay(t *testing.T) {
	if os.Getenv("MLWS_TEST_AUTHORITIES") == "" {
		folder := t.TempDir()
		for _, name := range []string{"system", "own"} {
			certificate, key := authtest.SelfSigned(t)
			for file, content := range map[string]string{name + ".crt": certificate, name + ".key": key} {
				if err := os.WriteFile(filepath.Join(folder, file), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		program, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		command := exec.Command(program, "-test.run=^TestSystemAuthoritiesStay$", "-test.v")
		command.Dir = folder
		command.Env = append(os.Environ(), "MLWS_TEST_AUTHORITIES=1", "SSL_CERT_FILE=system.crt", "SSL_CERT_DIR=none")
		if output, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		return
	}
	client, err := httpClient("own.crt")
	if err != nil {
		t.Fatal(err)
	}
	transport := client.Transport.(*http.Transport)
	transport.Proxy = nil
	transport.TLSClientConfig.ServerName = "mlws.test"
	for _, name := range []string{"own", "system"} {
		pair, err := tls.LoadX509KeyPair(name+".crt", name+".key")
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewUnstartedServer(http.NotFoundHandler())
		server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
		server.StartTLS()
		t.Cleanup(server.Close)
		response, err := client.Get(server.URL)
		if err != nil {
			t.Errorf("the %s authority is not trusted: %v", name, err)
			continue
		}
		_ = response.Body.Close()
	}
}

// A proxy that asks for a password is known by its answer.
func TestAnswerOfAProxyIsKnown(t *testing.T) {
	t.Parallel()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) }))
	t.Cleanup(proxy.Close)
	address, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := httpClient("")
	if err != nil {
		t.Fatal(err)
	}
	client.Transport.(*http.Transport).Proxy = http.ProxyURL(address)
	response, err := client.Get("https://ml.example.com/")
	if err == nil {
		_ = response.Body.Close()
	}
	var refused *reach.ProxyError
	if !errors.As(err, &refused) || refused.Status != http.StatusProxyAuthRequired || refused.Proxy != address.Host {
		t.Error(err)
	}
}
