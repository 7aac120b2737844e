// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// unreachable fails the first POSTs as a connection that does not come about,
// and lets everything else through.
type unreachable struct {
	posts atomic.Int32
	next  policy.Transporter
}

// Do implements policy.Transporter.
func (u *unreachable) Do(req *http.Request) (*http.Response, error) {
	starts := strings.HasSuffix(req.URL.Path, "/services") || strings.HasSuffix(req.URL.Path, "/regenerateKeys")
	if starts && req.Method == http.MethodPost && u.posts.Add(-1) >= 0 {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	return u.next.Do(req)
}

// A request that found no connection was not carried out: it is sent again
// without a search for its effects.
func TestStartsWithoutAConnection(t *testing.T) {
	for name, tc := range map[string]struct {
		failures int32
		want     string // an error; empty: success
	}{
		"for a moment": {2, ""},
		"permanently":  {100, "connection refused"},
	} {
		run(t, name, func(t *testing.T) {
			dialer := &unreachable{}
			config := func(c *azureml.Config) { dialer.next, c.Transport = c.Transport, dialer }
			check := func(err error) {
				t.Helper()
				if tc.want == "" {
					if err != nil {
						t.Fatal(err)
					}
					return
				}
				var connection *azureml.ConnectionError
				if !errors.As(err, &connection) {
					t.Fatalf("got %T %v", err, err)
				}
				wantText(t, err, tc.want)
			}

			dialer.posts.Store(tc.failures)
			api, there := newWire(t, config), &creator{}
			api.on("POST", mmPath+"/services", there.create)
			api.on("GET", irisPath, there.get)
			_, err := api.ws.CreateService(within(t, 5*time.Second), iris)
			check(err)
			api.wantCount("GET", "/services/iris", 0)

			dialer.posts.Store(tc.failures)
			api.on("POST", mmPath+"/services", does(func() { there.operation = "op-2" }, answer(202, "", "Operation-Location: op-2")))
			overwrite := iris
			overwrite.Overwrite = true
			_, err = api.ws.CreateService(within(t, 5*time.Second), overwrite)
			check(err)

			dialer.posts.Store(0)
			api, _ = newKeyring(t, config)
			dialer.posts.Store(tc.failures)
			_, err = api.ws.RegenerateKey(within(t, 5*time.Second), "iris", azureml.KeyPrimary, "")
			check(err)
		})
	}
}

// tokenTimeout gives a token for reads, and then times out.
type tokenTimeout struct{ tokens atomic.Int32 }

// GetToken implements azcore.TokenCredential.
func (c *tokenTimeout) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if c.tokens.Add(-1) >= 0 {
		return azcore.AccessToken{Token: "bearer-of-the-test", ExpiresOn: time.Now().Add(-time.Hour)}, nil
	}
	return azcore.AccessToken{}, context.DeadlineExceeded
}

// A start for which there is no token was not carried out.
func TestStartWithoutAToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		credential := &tokenTimeout{}
		credential.tokens.Store(1)
		api := newWire(t, func(c *azureml.Config) { c.Credential = credential })
		if _, err := api.ws.Info(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, err := api.ws.CreateService(t.Context(), iris)
		var authentication *azureml.AuthenticationError
		var unknown *azureml.UnknownOutcomeError
		if !errors.As(err, &authentication) || errors.As(err, &unknown) {
			t.Fatalf("got %T %v", err, err)
		}
		api.wantCount("POST", "/services", 0)
	})
}

// The pause before another connection is tried ends with its context.
func TestNoConnectionTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dialer := &unreachable{}
		dialer.posts.Store(100)
		api := newWire(t, func(c *azureml.Config) {
			dialer.next, c.Transport = c.Transport, dialer
			c.Timing.Retry = time.Minute
		})
		if _, err := api.ws.Info(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, err := api.ws.CreateService(within(t, 300*time.Millisecond), iris)
		var timeout *azureml.WaitTimeoutError
		if !errors.As(err, &timeout) {
			t.Fatalf("got %T %v", err, err)
		}
		wantText(t, err, "connection refused")
	})
}

// Resource Manager may hand out a discovery URL that is not https.
func TestInsecureDiscoveryIsNotAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", armPath, answer(200, `{"properties":{"discoveryUrl":"http://westeurope.example/discovery"}}`))
		_, err := api.ws.GetService(t.Context(), "iris")
		var insecure *azureml.InsecureEndpointError
		if !errors.As(err, &insecure) {
			t.Fatalf("got %T %v", err, err)
		}
		wantText(t, err, "http://westeurope.example was not asked, since it is not https")
	})
}

func TestEveryCallReportsAFailedLookUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", armPath, answer(403, `{"error":{"code":"AuthorizationFailed","message":"no"}}`))
		ctx, ws := t.Context(), api.ws
		for name, call := range map[string]func() error{
			"GetService":     func() error { _, err := ws.GetService(ctx, "iris"); return err },
			"ListServices":   func() error { _, err := names(t, ws, azureml.ListServicesOptions{}); return err },
			"CreateService":  func() error { _, err := ws.CreateService(ctx, iris); return err },
			"PatchService":   func() error { _, err := ws.PatchService(ctx, "iris", description); return err },
			"DeleteService":  func() error { _, err := ws.DeleteService(ctx, "iris"); return err },
			"ListKeys":       func() error { _, err := ws.ListKeys(ctx, "iris"); return err },
			"RegenerateKey":  func() error { _, err := ws.RegenerateKey(ctx, "iris", azureml.KeyPrimary, ""); return err },
			"CreateToken":    func() error { _, err := ws.CreateToken(ctx, "iris"); return err },
			"ServiceLogs":    func() error { _, err := ws.ServiceLogs(ctx, "iris", azureml.LogOptions{Tail: 1}); return err },
			"GetEnvironment": func() error { _, err := ws.GetEnvironment(ctx, "e", ""); return err },
			"WaitOperation":  func() error { return ws.WaitOperation(ctx, azureml.OperationRef{ID: "op"}) },
			"GetOperation":   func() error { _, err := ws.GetOperation(ctx, azureml.OperationRef{ID: "op"}); return err },
			"Upload":         func() error { _, err := ws.UploadArtifacts(ctx, "c", oneFile); return err },
			"FindArtifact":   func() error { _, err := ws.FindArtifact(ctx, "c", "m"); return err },
			"CreateAsset":    func() error { _, err := ws.CreateAsset(ctx, "churn", "LocalUpload/c/m"); return err },
			"GetAsset":       func() error { _, err := ws.GetAsset(ctx, "a1"); return err },
			"DeleteAsset":    func() error { return ws.DeleteAsset(ctx, "a1") },
			"RegisterModel":  func() error { _, err := ws.RegisterModel(ctx, churn); return err },
			"GetModel":       func() error { _, err := ws.GetModel(ctx, "churn:1"); return err },
			"LatestModel":    func() error { _, err := ws.LatestModel(ctx, "churn"); return err },
			"PatchModel":     func() error { _, err := ws.PatchModel(ctx, "churn:1", description); return err },
			"DeleteModel":    func() error { return ws.DeleteModel(ctx, "churn:1") },
		} {
			wantText(t, call(), "GET /workspaces/ws-demo was answered with 403 Forbidden: AuthorizationFailed: no")
			if t.Failed() {
				t.Fatalf("after %s", name)
			}
		}
		for name, call := range map[string]func() error{
			"GetCompute":     func() error { _, err := ws.GetCompute(ctx, ""); return err },
			"GetEnvironment": func() error { _, err := ws.GetEnvironment(ctx, "..", ""); return err },
			"GetOperation":   func() error { _, err := ws.GetOperation(ctx, azureml.OperationRef{}); return err },
			"RegenerateKey":  func() error { _, err := ws.RegenerateKey(ctx, "", azureml.KeyPrimary, ""); return err },
			"GetModel":       func() error { _, err := ws.GetModel(ctx, ""); return err },
			"LatestModel":    func() error { _, err := ws.LatestModel(ctx, ""); return err },
			"PatchModel":     func() error { _, err := ws.PatchModel(ctx, "", nil); return err },
			"DeleteModel":    func() error { return ws.DeleteModel(ctx, "") },
			"GetAsset":       func() error { _, err := ws.GetAsset(ctx, ".."); return err },
		} {
			if err := call(); err == nil || !strings.Contains(err.Error(), "is not the name of a") {
				t.Errorf("%s with an impossible name: %v", name, err)
			}
		}
	})
}
