// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

const endpointPath = armPath + "/onlineEndpoints/iris-v2"

// newEndpoint is an online endpoint with two keys. Of it, accept carries a regenerate out
// after this many looks at the keys, and replies as it is told.
func newEndpoint(t *testing.T) (*wire, *keyring) {
	api, k := newKeyring(t)
	api.on("POST", endpointPath+"/listKeys", k.list)
	api.on("POST", endpointPath+"/regenerateKeys", k.workAnd(answer(200, "")))
	return api, k
}

func TestSetOnlineEndpointKey(t *testing.T) {
	operation := `{"name":"op-9","status":"%s"}`
	status := func(text string) http.HandlerFunc { return answer(200, strings.Replace(operation, "%s", text, 1)) }
	for name, tc := range map[string]struct {
		prepare func(api *wire, k *keyring)
		posts   int
		polls   int
		want    string
	}{
		"done at once":          {func(*wire, *keyring) {}, 1, 0, ""},
		"it is the key already": {func(_ *wire, k *keyring) { k.primary = "chosen" }, 0, 0, ""},
		"listed later":          {func(_ *wire, k *keyring) { k.lag(3) }, 1, 0, ""},
		"accepted, followed by the keys": {func(api *wire, k *keyring) {
			k.lag(4)
			api.on("POST", endpointPath+"/regenerateKeys", k.workAnd(answer(202, "", "Azure-AsyncOperation: "+api.url+"/ops/9?api-version=1", "Location: "+api.url+"/ops/9")))
			api.on("GET", "/ops/9", status("InProgress"), status("Succeeded"))
		}, 1, 4, ""},
		"accepted, and it failed": {func(api *wire, _ *keyring) {
			api.on("POST", endpointPath+"/regenerateKeys", answer(202, "", "Azure-AsyncOperation: "+api.url+"/ops/9"))
			api.on("GET", "/ops/9", status("InProgress"), answer(200, `{"name":"op-9","status":"Failed","error":{"code":"QuotaExceeded","message":"No more."}}`))
		}, 1, 2, "operation op-9 (regenerateKeys) ended Failed: QuotaExceeded: No more"},
		"accepted, with an operation that the caller may not read": {func(api *wire, k *keyring) {
			k.lag(3)
			api.on("POST", endpointPath+"/regenerateKeys", k.workAnd(answer(202, "", "Location: "+api.url+"/ops/9")))
			api.on("GET", "/ops/9", answer(403, `{"error":{"code":"AuthorizationFailed","message":"no"}}`))
		}, 1, 3, ""},
		"accepted, followed by its location": {func(api *wire, k *keyring) {
			k.lag(3)
			api.on("POST", endpointPath+"/regenerateKeys", k.workAnd(answer(202, "", "Location: "+api.url+"/ops/9")))
			api.on("GET", "/ops/9", answer(202, ""), answer(200, ""))
		}, 1, 3, ""},
		"accepted, and its location says that it failed": {func(api *wire, _ *keyring) {
			api.on("POST", endpointPath+"/regenerateKeys", answer(202, "", "Location: "+api.url+"/ops/9"))
			api.on("GET", "/ops/9", answer(202, ""), answer(409, `{"error":{"code":"QuotaExceeded","message":"No more."}}`))
		}, 1, 2, "operation 9 (regenerateKeys) ended Failed: QuotaExceeded: No more"},
		"accepted, with an operation that nobody knows": {func(api *wire, k *keyring) {
			k.lag(3)
			api.on("POST", endpointPath+"/regenerateKeys", k.workAnd(answer(202, "", "Azure-AsyncOperation: "+api.url+"/ops/9")))
			api.on("GET", "/ops/9", answer(404, `{"error":{"code":"NotFound","message":"gone"}}`))
		}, 1, 3, ""},
		"a link to another host": {func(api *wire, k *keyring) {
			k.lag(3)
			api.on("POST", endpointPath+"/regenerateKeys", k.workAnd(answer(202, "", "Azure-AsyncOperation: http://evil.example/ops/9")))
		}, 1, 0, ""},
		"a lost reply": {func(api *wire, k *keyring) {
			api.on("POST", endpointPath+"/regenerateKeys", k.workAnd(reset))
		}, 4, 0, ""},
		"busy": {func(api *wire, k *keyring) {
			busy := answer(409, `{"error":{"code":"Conflict","message":"busy"}}`)
			api.on("POST", endpointPath+"/regenerateKeys", busy, busy, k.workAnd(answer(200, "")))
		}, 3, 0, ""},
		"throttled": {func(api *wire, k *keyring) {
			api.on("POST", endpointPath+"/regenerateKeys", answer(429, "", "Retry-After: 5"), k.workAnd(answer(200, "")))
		}, 2, 0, ""},
		"refused": {func(api *wire, _ *keyring) {
			api.on("POST", endpointPath+"/regenerateKeys", answer(400, `{"error":{"code":"BadArgument","message":"authMode is AMLToken"}}`))
		}, 1, 0, "authMode is AMLToken"},
		"never listed": {func(api *wire, _ *keyring) {
			api.on("POST", endpointPath+"/regenerateKeys", answer(200, ""))
		}, 1, 0, "another key"},
		"no such endpoint": {func(api *wire, _ *keyring) {
			api.on("POST", endpointPath+"/listKeys", answer(404, `{"error":{"code":"ResourceNotFound","message":"none"}}`))
		}, 0, 0, "none"},
	} {
		run(t, name, func(t *testing.T) {
			api, k := newEndpoint(t)
			tc.prepare(api, k)
			begun := time.Now()
			err := api.ws.SetOnlineEndpointKey(within(t, 10*time.Minute), "iris-v2", azureml.KeyPrimary, "chosen")
			if tc.want == "" {
				if err != nil || k.primary != "chosen" || k.secondary != "old-s" {
					t.Errorf("got %v with the keys %s and %s", err, k.primary, k.secondary)
				}
			} else {
				wantText(t, err, tc.want)
			}
			if took := time.Since(begun); took > 2*time.Minute {
				t.Errorf("it took %s", took)
			}
			if got := azureml.IsNotFound(err); got != (name == "no such endpoint") {
				t.Errorf("not found: %t", got)
			}
			sent := api.asked("POST", "/regenerateKeys")
			if name == "a lost reply" { // sent until it is seen, at most four times
				if len(sent) < 1 || len(sent) > tc.posts {
					t.Errorf("it was sent %d times", len(sent))
				}
			} else if len(sent) != tc.posts {
				t.Errorf("it was sent %d times, want %d", len(sent), tc.posts)
			}
			for _, request := range sent {
				var body map[string]string
				if err := json.Unmarshal([]byte(request.Body), &body); err != nil || len(body) != 2 || body["keyType"] != "Primary" || body["keyValue"] != "chosen" {
					t.Errorf("sent %s", request.Body)
				}
				if !strings.Contains(request.Query, "api-version=2026-05-01") {
					t.Errorf("sent with %v", request.Query)
				}
			}
			api.wantCount("GET", "/ops/9", tc.polls)
		})
	}
}

// Two changes of an endpoint by one process follow each other; an error shows no key.
func TestOnlineEndpointKeysStayHidden(t *testing.T) {
	run(t, "in an error", func(t *testing.T) {
		api, _ := newEndpoint(t)
		api.on("POST", endpointPath+"/regenerateKeys", answer(400, `{"error":{"code":"Bad","message":"chosen-key-1 and old-p are no keys"}}`))
		err := api.ws.SetOnlineEndpointKey(within(t, time.Minute), "iris-v2", azureml.KeyPrimary, "chosen-key-1")
		if err == nil || strings.Contains(err.Error(), "chosen-key-1") {
			t.Errorf("got %v", err)
		}
	})
	run(t, "a wait that ends", func(t *testing.T) {
		api, _ := newEndpoint(t)
		api.on("POST", endpointPath+"/regenerateKeys", answer(202, ""))
		err := api.ws.SetOnlineEndpointKey(within(t, time.Minute), "iris-v2", azureml.KeyPrimary, "chosen-key-1")
		var timeout *azureml.WaitTimeoutError
		if !errors.As(err, &timeout) {
			t.Errorf("got %v", err)
		}
		wantText(t, err, `the Primary key of online endpoint "iris-v2" to be listed`)
	})
}
