// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package diagnostics_test

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
)

// The errors here are the network's own: a real socket, a real handshake.
func TestUnreachableHosts(t *testing.T) {
	t.Parallel()
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	closing := listen(t, func(conn net.Conn) { _ = conn.(*net.TCPConn).SetLinger(0); _ = conn.Close() })
	silent := listen(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	gone := listen(t, func(net.Conn) {})
	goneAddress := gone.Addr().String()
	if err := gone.Close(); err != nil {
		t.Fatal(err)
	}

	for name, test := range map[string]struct{ url, want string }{
		"unknown name":      {"http://nowhere.invalid/x", "nowhere.invalid could not be resolved"},
		"refused":           {"http://" + goneAddress, goneAddress + " refused the connection"},
		"unknown authority": {secure.URL, "authority that this machine does not trust"},
		"http for https":    {"https://" + plain.Listener.Addr().String(), "http or https"},
		"reset":             {"http://" + closing.Addr().String(), "closed the connection"},
		"silent":            {"http://" + silent.Addr().String() + "/?sig=secret", "did not answer in time"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := http.Client{Timeout: 300 * time.Millisecond}
			if name != "silent" {
				client.Timeout = 10 * time.Second
			}
			response, err := client.Get(test.url)
			if err == nil {
				response.Body.Close()
				t.Fatal("an answer came")
			}
			d := diagnostics.FromError("Could not read", `workspace "ws"`, err)
			requireParagraph(t, d)
			if !strings.Contains(d.Detail(), test.want) || strings.Contains(d.Detail(), "secret") {
				t.Errorf("want %q: %s", test.want, d.Detail())
			}
		})
	}
}

func listen(t *testing.T, serve func(net.Conn)) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serve(conn)
		}
	}()
	return listener
}

// signInError is azidentity's own error, from its own request to an authority
// that answers as Entra does for a refused sign-in.
func signInError(t *testing.T, description string) error {
	t.Helper()
	var server *httptest.Server
	server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "openid-configuration") {
			_, _ = io.WriteString(w, `{"token_endpoint":"`+server.URL+`/t/oauth2/v2.0/token","authorization_endpoint":"`+server.URL+`/t/authorize","issuer":"`+server.URL+`/t/v2.0"}`)
			return
		}
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"error":"invalid_client","error_description":"`+description+`","trace_id":"x"}`)
	}))
	t.Cleanup(server.Close)
	options := azidentity.ClientSecretCredentialOptions{DisableInstanceDiscovery: true}
	options.Cloud.ActiveDirectoryAuthorityHost = server.URL
	options.Transport = server.Client()
	credential, err := azidentity.NewClientSecretCredential("t", "client", "the-secret", &options)
	if err != nil {
		t.Fatal(err)
	}
	_, err = credential.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}})
	if err == nil {
		t.Fatal("a token was given")
	}
	return err
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	for description, want := range map[string]string{
		"AADSTS90002: Tenant 't' not found.":                 "tenant does not exist",
		"AADSTS7000215: Invalid client secret provided.":     "client secret is wrong",
		"AADSTS700016: Application with identifier 'c' was":  "does not know this application",
		"AADSTS1234567: A failure that has no advice (yet).": "(AADSTS1234567)",
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			d := diagnostics.FromError("Could not sign in", "", signInError(t, description))
			requireParagraph(t, d)
			if !strings.Contains(d.Detail(), want) || strings.Contains(d.Detail(), "the-secret") {
				t.Errorf("want %q: %s", want, d.Detail())
			}
		})
	}
}
