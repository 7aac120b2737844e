// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/log"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

func TestNewClientRefuses(t *testing.T) {
	valid := azureml.Config{Credential: token("t"), TokenScope: "s", ResourceManagerEndpoint: "https://management.azure.com"}
	for name, tc := range map[string]struct {
		change func(*azureml.Config)
		want   string // empty: accepted
	}{
		"https":               {func(*azureml.Config) {}, ""},
		"path prefix":         {func(c *azureml.Config) { c.ResourceManagerEndpoint = "https://gateway.example/arm/" }, ""},
		"loopback by name":    {func(c *azureml.Config) { c.ResourceManagerEndpoint = "http://localhost:1234" }, ""},
		"loopback by address": {func(c *azureml.Config) { c.ModelManagementEndpoint = "http://[::1]:1234/x" }, ""},
		"no credential":       {func(c *azureml.Config) { c.Credential = nil }, "a credential is required"},
		"no scope":            {func(c *azureml.Config) { c.TokenScope = "" }, "a token scope is required"},
		"no endpoint":         {func(c *azureml.Config) { c.ResourceManagerEndpoint = "" }, "the Resource Manager endpoint is empty"},
		"relative":            {func(c *azureml.Config) { c.ResourceManagerEndpoint = "management" }, "is not an absolute URL"},
		"http":                {func(c *azureml.Config) { c.ResourceManagerEndpoint = "http://management.azure.com" }, "must be https; http is accepted on loopback only"},
		"http, looks local":   {func(c *azureml.Config) { c.ModelManagementEndpoint = "http://localhost.evil.example" }, "the model management endpoint"},
		"user":                {func(c *azureml.Config) { c.ResourceManagerEndpoint = "https://u:p@management.azure.com" }, "must not carry a user"},
		"query":               {func(c *azureml.Config) { c.ResourceManagerEndpoint = "https://management.azure.com/?sig=abc" }, "must not carry a user"},
	} {
		t.Run(name, func(t *testing.T) {
			config := valid
			tc.change(&config)
			_, err := azureml.NewClient(config)
			if tc.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			wantText(t, err, tc.want)
			if strings.Contains(err.Error(), "u:p") || strings.Contains(err.Error(), "sig=") {
				t.Errorf("the error shows a secret of the URL: %v", err)
			}
		})
	}
}

func TestRequestHeaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", irisPath, answer(503, ""), answer(200, serviceJSON("Healthy", "", "{}")))
		if _, err := api.ws.GetService(t.Context(), "iris"); err != nil {
			t.Fatal(err)
		}
		lookup, discovery, gets := api.asked("GET", "/ws-demo")[0], api.asked("GET", "/discovery")[0], api.asked("GET", "/iris")
		if len(gets) != 2 {
			t.Fatalf("%d requests, want the second after the 503", len(gets))
		}
		for _, e := range []exchange{lookup, discovery, gets[0]} {
			if got := e.Header.Get("User-Agent"); got != "mlws-test/1.2 (x)" {
				t.Errorf("User-Agent of %s is %q", e.Path, got)
			}
			if e.Header.Get("x-ms-client-request-id") == "" {
				t.Errorf("%s has no x-ms-client-request-id", e.Path)
			}
		}
		if first, second := gets[0].Header.Get("x-ms-client-request-id"), gets[1].Header.Get("x-ms-client-request-id"); first != second {
			t.Errorf("the tries of one request have the ids %s and %s", first, second)
		}
		if !lookup.Secret || !gets[0].Secret {
			t.Error("a control-plane request has no bearer token")
		}
		if _, ok := discovery.Header["Authorization"]; ok {
			t.Error("discovery was sent an Authorization header")
		}
		if lookup.Query != "api-version=2022-05-01" || discovery.Query != "a=b" || gets[0].Query != "expand=true" {
			t.Errorf("queries %q, %q, %q", lookup.Query, discovery.Query, gets[0].Query)
		}
		if !strings.Contains(gets[0].Path, "/resourceGroups/rg%20demo/") {
			t.Errorf("the path is not percent-encoded: %s", gets[0].Path)
		}
	})
}

func TestNamesAreEncoded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", mmPath+"/services/a/b:c?", answer(404, missing))
		_, err := api.ws.GetService(t.Context(), "a/b:c?")
		if !azureml.IsNotFound(err) {
			t.Fatalf("got %v", err)
		}
		api.wantCount("GET", "/services/a%2Fb%3Ac%3F", 1)
		for _, name := range []string{"", ".", ".."} {
			_, err := api.ws.GetService(t.Context(), name)
			wantText(t, err, "is not the name of a service")
		}
	})
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	for _, name := range []string{"default", "given client"} {
		run(t, name, func(t *testing.T) {
			api := newWire(t, func(c *azureml.Config) {
				if name == "default" {
					def := http.DefaultTransport
					t.Cleanup(func() { http.DefaultTransport = def })
					http.DefaultTransport, c.Transport = c.Transport.(*http.Client).Transport, nil
				}
			})
			api.on("GET", irisPath, answer(307, "", "Location: "+api.url+"/elsewhere"))
			_, err := api.ws.GetService(t.Context(), "iris")
			wantText(t, err, "307 Temporary Redirect")
			api.wantCount("GET", "/elsewhere", 0)
		})
	}
}

func TestNoReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dialer := workspacetest.NewNetwork(t, nil)
		_ = dialer.Close()
		client, err := azureml.NewClient(azureml.Config{
			Credential: token("t"), TokenScope: "s", ResourceManagerEndpoint: workspacetest.URL, Transport: dialer.Client(t),
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Workspace(workspaceID).Info(t.Context())
		var connection *azureml.ConnectionError
		if !errors.As(err, &connection) || "http://"+connection.Host != workspacetest.URL {
			t.Fatalf("got %#v", err)
		}
		wantText(t, err, "got no reply from 127.0.0.1:", "connection refused")
	})
}

func TestUntrustedCertificateIsNotRetried(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	slow := fast
	slow.Retry = time.Minute
	client, err := azureml.NewClient(azureml.Config{
		Credential: token("t"), TokenScope: "s", ResourceManagerEndpoint: server.URL, Timing: slow,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Workspace(workspaceID).Info(within(t, 20*time.Second))
	wantText(t, err, "certificate")
}

type noToken struct{}

func (noToken) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{}, errors.New("wrong secret")
}

func TestNoTokenSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t, func(c *azureml.Config) { c.Credential = noToken{} })
		_, err := api.ws.GetService(t.Context(), "iris")
		var authentication *azureml.AuthenticationError
		if !errors.As(err, &authentication) {
			t.Fatalf("got %T %v", err, err)
		}
		wantText(t, err, "no access token for Azure was obtained: wrong secret")
		if len(api.log) != 0 {
			t.Errorf("%d requests were sent", len(api.log))
		}
	})
}

func TestWorkspaceIsSharedWhateverItsCase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		upper := workspaceID
		upper.Name = "WS-DEMO"
		if api.client.Workspace(upper) != api.ws {
			t.Error("the same workspace in another case has a client of its own")
		}
		upper.Name = "other"
		if api.client.Workspace(upper) == api.ws {
			t.Error("another workspace shares the client")
		}
	})
}

func TestReplyTooLarge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t, func(c *azureml.Config) { c.Timing.Try = time.Minute })
		api.on("GET", irisPath, answer(200, `{"name":"`+strings.Repeat("x", 33<<20)+`"}`))
		_, err := api.ws.GetService(t.Context(), "iris")
		wantText(t, err, "larger than 32 MiB")
		api.wantCount("GET", "/iris", 1)
	})
}

// Not parallel: azcore's listener is the process's.
func TestLogsHoldNoSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var entries []string
		log.SetListener(func(_ log.Event, text string) { entries = append(entries, text) })
		defer log.SetListener(nil)
		api := newWire(t)
		api.on("POST", irisPath+"/listkeys", answer(200, `{"primaryKey":"key-one-value","secondaryKey":"key-two-value"}`))
		if _, err := api.ws.ListKeys(t.Context(), "iris"); err != nil {
			t.Fatal(err)
		}
		all := strings.Join(entries, "\n")
		if !strings.Contains(all, "listkeys") {
			t.Fatal("nothing was logged, so that this test proves nothing")
		}
		for _, secret := range []string{"key-one-value", "key-two-value", "bearer-of-the-test"} {
			if strings.Contains(all, secret) {
				t.Errorf("the log shows %s", secret)
			}
		}
	})
}
