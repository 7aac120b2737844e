// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// The keys and tokens that the walk learns are in no line of the report, however Azure puts them there.
func TestTheReportHasNoSecret(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var secrets []string
	_, printed := walk(t, func(r *http.Response, body map[string]any) map[string]any {
		mu.Lock()
		defer mu.Unlock()
		for _, name := range []string{"primaryKey", "secondaryKey", "accessToken"} {
			if secret, ok := body[name].(string); ok {
				secrets = append(secrets, secret)
			}
		}
		if r.StatusCode >= 400 && body != nil {
			body["message"] = "Refused: " + strings.Join(secrets, " and ")
		}
		return body
	})
	if len(secrets) < 10 || !strings.Contains(printed, "Refused:") {
		t.Fatalf("%d secrets were seen, and the report is:\n%s", len(secrets), printed)
	}
	for _, secret := range secrets {
		if strings.Contains(printed, secret) {
			t.Errorf("the report has the secret %q", secret)
		}
	}
}

// walk compares what a server in front of the emulator answers. wrong changes
// an answer on its way; nil leaves all as they are.
func walk(t *testing.T, wrong func(r *http.Response, body map[string]any) map[string]any) (*checker, string) {
	t.Helper()
	e := emulator.Start(t)
	target, err := url.Parse(e.ResourceManagerURL())
	if err != nil {
		t.Fatal(err)
	}
	var front *httptest.Server
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = target.Host },
		ModifyResponse: func(r *http.Response) error {
			content, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			// All addresses lead through the server in front.
			content = bytes.ReplaceAll(content, []byte(target.String()), []byte(front.URL))
			var body map[string]any
			if json.Unmarshal(content, &body) == nil && wrong != nil {
				if changed := wrong(r, body); changed != nil {
					if content, err = json.Marshal(changed); err != nil {
						return err
					}
				}
			} else if wrong != nil {
				wrong(r, nil)
			}
			if r.StatusCode == http.StatusNoContent {
				content = nil
			}
			r.Body = io.NopCloser(bytes.NewReader(content))
			r.ContentLength = int64(len(content))
			r.Header.Set("Content-Length", strconv.Itoa(len(content)))
			return nil
		},
	}
	front = httptest.NewServer(proxy)
	t.Cleanup(front.Close)

	environment := map[string]string{
		"MLWS_TEST_WORKSPACE_ID": emulator.DefaultWorkspaceID, "MLWS_TEST_MODEL_ID": "iris:1", "MLWS_TEST_COMPUTE_NAME": emulator.DefaultCompute,
		"ARM_TENANT_ID": emulator.DefaultTenantID, "ARM_CLIENT_ID": emulator.ContributorClientID, "ARM_CLIENT_SECRET": emulator.ContributorSecret,
		"ARM_RESOURCE_MANAGER_ENDPOINT": front.URL, "ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST": e.AuthorityURL(), "MLWS_CA_CERTIFICATE_FILE": e.CAFile(),
	}
	c, err := newChecker(t.Context(), func(name string) (string, bool) { value, ok := environment[name]; return value, ok })
	if err != nil {
		t.Fatal(err)
	}
	c.poll, c.limit = 20*time.Millisecond, 20*time.Second
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	if err := c.run(ctx); err != nil {
		t.Fatal(err)
	}
	var printed strings.Builder
	c.report.print(&printed, time.Now())
	if left := e.ServiceNames(emulator.DefaultWorkspaceID); len(left) > 0 {
		t.Errorf("it leaves the services %v", left)
	}
	return c, printed.String()
}

func TestTheEmulatorAnswersAsTheContractSays(t *testing.T) {
	t.Parallel()
	c, printed := walk(t, nil)
	if len(c.report.differences) > 0 || len(c.report.leftOut) > 0 {
		t.Errorf("it differs:\n%s", printed)
	}
	if c.report.compared < 60 {
		t.Errorf("only %d answers were compared", c.report.compared)
	}
	if len(c.report.answers) < 8 {
		t.Errorf("only %d open questions were answered:\n%s", len(c.report.answers), printed)
	}
	for _, private := range []string{
		c.workspace.SubscriptionID, c.workspace.ResourceGroup, c.workspace.Name, emulator.DefaultTenantID, emulator.ContributorSecret, "127.0.0.1", "eyJ",
	} {
		if strings.Contains(printed, private) {
			t.Errorf("the report has %q:\n%s", private, printed)
		}
	}
}

// Each of these servers is wrong in one way, and the report says in which.
func TestFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	is := func(r *http.Response, method, suffix string) bool {
		return r.Request.Method == method && strings.HasSuffix(r.Request.URL.Path, suffix)
	}
	var patched atomic.Bool
	for name, test := range map[string]struct {
		wrong func(r *http.Response, body map[string]any) map[string]any
		want  []string // an operation, and a text of its line
	}{
		"a token with status 200": {
			func(r *http.Response, body map[string]any) map[string]any {
				if is(r, "POST", "/token") && r.StatusCode == 201 {
					r.StatusCode = 200
				}
				return body
			}, []string{"POST services/{name}/token", "status 201"},
		},
		"times in milliseconds": {
			func(_ *http.Response, body map[string]any) map[string]any {
				if seconds, ok := body["expiryOn"].(float64); ok {
					body["expiryOn"] = seconds * 1000
				}
				return body
			}, []string{"POST services/{name}/token", "expiryOn is a time in seconds"},
		},
		"a patch changes the keys": {
			func(r *http.Response, body map[string]any) map[string]any {
				if r.Request.Method == http.MethodPatch && r.StatusCode < 300 {
					patched.Store(true)
				}
				if key, ok := body["primaryKey"].(string); ok && patched.Load() {
					body["primaryKey"] = "changed" + key
				}
				return body
			}, []string{"PATCH services/{name}", "the keys are others"},
		},
		"a regenerate call with status 200": {
			func(r *http.Response, body map[string]any) map[string]any {
				if is(r, "POST", "/regenerateKeys") && r.StatusCode == 202 {
					r.StatusCode = 200
				}
				return body
			}, []string{"POST services/{name}/regenerateKeys", "status 202"},
		},
		"a patch without an operation": {
			func(r *http.Response, body map[string]any) map[string]any {
				if r.Request.Method == http.MethodPatch && r.StatusCode < 300 {
					r.StatusCode = 200
					r.Header.Del("Operation-Location")
					return map[string]any{"name": "x"}
				}
				return body
			}, []string{"PATCH services/{name}", "operationId is missing"},
		},
		"a nextLink that is null": {
			func(r *http.Response, body map[string]any) map[string]any {
				if is(r, "GET", "/services") && body["value"] != nil {
					body["nextLink"] = nil
				}
				return body
			}, []string{"GET services", "nextLink is null"},
		},
		"no Operation-Location": {
			func(r *http.Response, body map[string]any) map[string]any {
				if is(r, "POST", "/services") {
					r.Header.Del("Operation-Location")
				}
				return body
			}, []string{"POST services (ACI)", "without it"},
		},
		"a wrapped 404": {
			func(r *http.Response, body map[string]any) map[string]any {
				if r.StatusCode == http.StatusNotFound {
					return map[string]any{"error": body}
				}
				return body
			}, []string{"GET a service that does not exist", "wrapped"},
		},
		"both auth modes at once": {
			func(r *http.Response, body map[string]any) map[string]any {
				if is(r, "POST", "/services") && r.StatusCode == http.StatusBadRequest {
					r.StatusCode = 202
				}
				return body
			}, []string{"POST services with both auth modes", "refused"},
		},
		"a token for a service with keys": {
			func(r *http.Response, body map[string]any) map[string]any {
				if is(r, "POST", "/token") && r.StatusCode >= 400 {
					r.StatusCode = 201
				}
				return body
			}, []string{"POST services/{name}/token with token auth off", "refused"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, printed := walk(t, test.wrong)
			for line := range strings.Lines(printed) {
				if strings.HasPrefix(line, "| "+test.want[0]+" ") && strings.Contains(line, test.want[1]) {
					return
				}
			}
			t.Errorf("no line of the report is about %q:\n%s", test.want, printed)
		})
	}
}
