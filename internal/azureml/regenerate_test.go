// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// keyring is a service with keys, as far as regenerating goes.
type keyring struct {
	mu                 sync.Mutex
	primary, secondary string
	shown              string // what listkeys still says of the primary key; empty: the truth
	stale              int    // for how many more calls
	operation          string
	regenerated        int
}

func newKeyring(t *testing.T, change ...func(*azureml.Config)) (*wire, *keyring) {
	api := newWire(t, change...)
	k := &keyring{primary: "old-p", secondary: "old-s", operation: "op-0"}
	api.on("POST", irisPath+"/listkeys", k.list)
	api.on("POST", irisPath+"/regenerateKeys", k.accept)
	api.on("GET", irisPath, func(w http.ResponseWriter, r *http.Request) {
		k.mu.Lock()
		defer k.mu.Unlock()
		answer(200, serviceJSON("Healthy", k.operation, "{}"))(w, r)
	})
	api.on("GET", mmPath+"/operations/op-0", operation("Succeeded", ""))
	api.on("GET", opPath, operation("Running", ""), operation("Succeeded", ""))
	return api, k
}

func (k *keyring) list(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	defer k.mu.Unlock()
	primary := k.primary
	if k.shown != "" && k.stale > 0 {
		k.stale--
		primary = k.shown
	}
	answer(200, fmt.Sprintf(`{"primaryKey":%q,"secondaryKey":%q}`, primary, k.secondary))(w, r)
}

// work regenerates as the body asks.
func (k *keyring) work(r *http.Request) {
	var body struct {
		KeyType  string
		KeyValue *string
	}
	_ = json.NewDecoder(r.Body).Decode(&body)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.regenerated++
	k.operation = "op-1"
	value := fmt.Sprintf("new-%d", k.regenerated)
	if body.KeyValue != nil {
		value = *body.KeyValue
	}
	if body.KeyType == "Primary" {
		k.primary = value
	} else {
		k.secondary = value
	}
}

func (k *keyring) accept(w http.ResponseWriter, r *http.Request) {
	k.workAnd(answer(202, "", "Operation-Location: https://old.example/x/operations/op-1"))(w, r)
}

func (k *keyring) workAnd(then http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		k.work(r)
		then(w, r)
	}
}

// lag makes listkeys return the old primary key for n calls after the first.
func (k *keyring) lag(n int) { k.shown, k.stale = "old-p", n+1 }

func TestRegenerateKey(t *testing.T) {
	for name, tc := range map[string]struct {
		script func(*wire, *keyring)
		value  string
		want   string // an error; empty: success
		key    string // the new one; default new-1
		sent   int
		worked int
	}{
		"202": {func(*wire, *keyring) {}, "", "", "", 1, 1},
		"200 with keys": {replies(func(k *keyring) http.HandlerFunc {
			return k.workAnd(answer(200, `{"primaryKey":"x","secondaryKey":"y"}`))
		}), "", "", "", 1, 1},
		"200 without":   {replies(func(k *keyring) http.HandlerFunc { return k.workAnd(answer(200, "")) }), "", "", "", 1, 1},
		"listed late":   {func(_ *wire, k *keyring) { k.lag(5) }, "", "", "", 1, 1},
		"never listed":  {func(_ *wire, k *keyring) { k.lag(1 << 30) }, "", `the new Primary key of service "iris" to be listed, last seen as the old key`, "", 1, 1},
		"throttled":     {replies(refuse(429), refuse(429), accept), "", "", "", 3, 1},
		"busy":          {replies(refuse(409), accept), "", "", "", 2, 1},
		"reset after":   {replies(func(k *keyring) http.HandlerFunc { return k.workAnd(reset) }), "", "", "", 1, 1},
		"504 after":     {replies(func(k *keyring) http.HandlerFunc { return k.workAnd(answer(504, htmlPage)) }), "", "", "", 1, 1},
		"lost and late": {func(api *wire, k *keyring) { k.lag(6); api.on("POST", irisPath+"/regenerateKeys", k.workAnd(reset)) }, "", "", "", 1, 1},
		"reset before":  {replies(func(*keyring) http.HandlerFunc { return reset }), "", "was left as it was", "", 1, 0},
		"503 before":    {replies(refuse(503)), "", "was left as it was", "", 1, 0},
		"refused":       {replies(refuse(403)), "", "403 Forbidden", "", 1, 0},
		"chosen":        {func(*wire, *keyring) {}, "my-own-key", "", "my-own-key", 1, 1},
		"chosen, is it": {func(*wire, *keyring) {}, "old-p", "", "old-p", 0, 0},
		"chosen, 503":   {replies(refuse(503), refuse(502), accept), "my-own-key", "", "my-own-key", 3, 1},
		"chosen, lost":  {replies(func(k *keyring) http.HandlerFunc { return k.workAnd(reset) }, accept), "my-own-key", "", "my-own-key", 2, 2},
		"chosen, never": {replies(refuse(503)), "my-own-key", "was left as it was", "", 4, 0},
		"chosen, refused": {replies(func(*keyring) http.HandlerFunc {
			return answer(400, `{"code":"BadRequest","message":"my-own-key is weak"}`)
		}), "my-own-key", "BadRequest: (redacted) is weak", "", 1, 0},
		"operation fails": {func(api *wire, _ *keyring) { api.on("GET", opPath, operation("Failed", `,"error":{"code":"Boom"}`)) }, "", "operation op-1 (Service) ended Failed: Boom", "new-1", 1, 1},
		"no keys":         {func(api *wire, _ *keyring) { api.on("POST", irisPath+"/listkeys", answer(403, `{"code":"Forbidden"}`)) }, "", "403 Forbidden", "", 0, 0},
	} {
		run(t, name, func(t *testing.T) {
			api, k := newKeyring(t)
			tc.script(api, k)
			keys, err := api.ws.RegenerateKey(within(t, 10*time.Second), "iris", azureml.KeyPrimary, tc.value)
			api.wantCount("POST", "/regenerateKeys", tc.sent)
			if k.regenerated != tc.worked {
				t.Errorf("regenerated %d times, want %d", k.regenerated, tc.worked)
			}
			if tc.want != "" {
				wantText(t, err, tc.want)
				if tc.key == "" && keys != (azureml.Keys{}) || keys.Primary != tc.key {
					t.Errorf("the key %q comes with an error", keys.Primary)
				}
				return
			}
			if tc.key == "" {
				tc.key = "new-1"
			}
			if err != nil || keys.Primary != tc.key || keys.Secondary != "old-s" {
				t.Fatalf("got primary %q, secondary %q, %v", keys.Primary, keys.Secondary, err)
			}
		})
	}
}

// replies scripts the replies to regenerateKeys.
func replies(list ...func(*keyring) http.HandlerFunc) func(*wire, *keyring) {
	return func(api *wire, k *keyring) {
		var handlers []http.HandlerFunc
		for _, l := range list {
			handlers = append(handlers, l(k))
		}
		api.on("POST", irisPath+"/regenerateKeys", handlers...)
	}
}

func refuse(status int) func(*keyring) http.HandlerFunc {
	return func(*keyring) http.HandlerFunc { return answer(status, "") }
}

func accept(k *keyring) http.HandlerFunc { return k.accept }

func TestRegenerateBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, _ := newKeyring(t)
		for _, value := range []string{"", "chosen-value"} {
			if _, err := api.ws.RegenerateKey(t.Context(), "iris", azureml.KeySecondary, value); err != nil {
				t.Fatal(err)
			}
		}
		for i, want := range []string{`{"keyType":"Secondary","keyValue":null}`, `{"keyType":"Secondary","keyValue":"chosen-value"}`} {
			if got := api.asked("POST", "/regenerateKeys")[i].Body; got != want {
				t.Errorf("sent %s, want %s", got, want)
			}
		}
		if _, err := api.ws.RegenerateKey(t.Context(), "iris", "primary", ""); err == nil || !strings.Contains(err.Error(), "neither Primary nor Secondary") {
			t.Errorf("got %v", err)
		}
	})
}

func TestRegenerateUnknownOutcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, _ := newKeyring(t)
		api.on("POST", irisPath+"/regenerateKeys", reset)
		_, err := api.ws.RegenerateKey(t.Context(), "iris", azureml.KeyPrimary, "")
		var unknown *azureml.UnknownOutcomeError
		var connection *azureml.ConnectionError
		if !errors.As(err, &unknown) || !errors.As(err, &connection) {
			t.Fatalf("got %T %v", err, err)
		}
		wantText(t, err, `the Primary key of service "iris" was to be regenerated`, "can be applied again")

		// If the keys cannot be read, the error claims nothing about them.
		api, k := newKeyring(t)
		api.on("POST", irisPath+"/regenerateKeys", does(func() {
			api.on("POST", irisPath+"/listkeys", answer(503, ""))
		}, reset))
		api.on("POST", irisPath+"/listkeys", k.list)
		_, err = api.ws.RegenerateKey(t.Context(), "iris", azureml.KeyPrimary, "")
		if !errors.As(err, &unknown) {
			t.Fatalf("got %T %v", err, err)
		}
		wantText(t, err, "may or may not have been made, and the keys could not be read after that")
	})
}

// A look that Azure refuses, since the regenerate still runs, is repeated; keys
// that were readable before, and are not in the end, show nothing.
func TestRegenerateLooksUntilItSees(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, k := newKeyring(t)
		busy := answer(409, busyBody)
		api.on("POST", irisPath+"/regenerateKeys", does(func() { api.on("POST", irisPath+"/listkeys", busy, busy, k.list) }, k.workAnd(reset)))
		if keys, err := api.ws.RegenerateKey(t.Context(), "iris", azureml.KeyPrimary, ""); err != nil || keys.Primary != "new-1" {
			t.Fatalf("got %q, %v", keys.Primary, err)
		}

		api, k = newKeyring(t)
		api.on("POST", irisPath+"/regenerateKeys", does(func() { api.on("POST", irisPath+"/listkeys", k.list, answer(503, "")) }, reset))
		_, err := api.ws.RegenerateKey(t.Context(), "iris", azureml.KeyPrimary, "")
		wantText(t, err, "may or may not have been made, and the keys could not be read after that", "503 Service Unavailable")
	})
}

func TestRegenerateInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// Before the reply: the keys tell what came of it.
		for _, worked := range []bool{true, false} {
			api, k := newKeyring(t)
			ctx, cancel := context.WithCancel(t.Context())
			hang := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				cancel()
				<-r.Context().Done()
			})
			if worked {
				hang = k.workAnd(hang)
			}
			api.on("POST", irisPath+"/regenerateKeys", hang)
			keys, err := api.ws.RegenerateKey(ctx, "iris", azureml.KeyPrimary, "")
			var unknown *azureml.UnknownOutcomeError
			if worked && (err != nil || keys.Primary != "new-1") {
				t.Fatalf("got %q, %v", keys.Primary, err)
			}
			if !worked && (!errors.As(err, &unknown) || !errors.Is(err, context.Canceled)) {
				t.Fatalf("got %T %v", err, err)
			}
			api.wantCount("POST", "/regenerateKeys", 1)
		}

		// While the operation runs, and changes nothing.
		api, _ := newKeyring(t)
		api.on("GET", opPath, operation("Running", ""))
		api.on("POST", irisPath+"/regenerateKeys", answer(202, "", "Operation-Location: op-1"))
		_, err := api.ws.RegenerateKey(within(t, 300*time.Millisecond), "iris", azureml.KeyPrimary, "")
		var timeout *azureml.WaitTimeoutError
		if !errors.As(err, &timeout) || !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %T %v", err, err)
		}

		// Before anything was sent.
		api, _ = newKeyring(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var unknown *azureml.UnknownOutcomeError
		if _, err = api.ws.RegenerateKey(ctx, "iris", azureml.KeyPrimary, ""); !errors.Is(err, context.Canceled) || errors.As(err, &unknown) {
			t.Fatalf("got %T %v", err, err)
		}
		api.wantCount("POST", "/regenerateKeys", 0)
	})
}

// TestRegenerateAfterAnother: the keys are read again after a wait for
// something else, so that another's new key is not taken for one's own.
func TestRegenerateAfterAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, k := newKeyring(t)
		api.on("POST", irisPath+"/regenerateKeys",
			does(func() {
				k.mu.Lock()
				defer k.mu.Unlock()
				k.primary, k.operation = "by-another", "op-0"
			}, answer(409, busyBody)),
			k.workAnd(answer(202, "", "Operation-Location: op-1")))
		keys, err := api.ws.RegenerateKey(within(t, 5*time.Second), "iris", azureml.KeyPrimary, "")
		if err != nil || keys.Primary != "new-1" {
			t.Fatalf("got %q, %v", keys.Primary, err)
		}
	})
}

// The same if the reply is lost after the wait: what the other one made is not
// what this one made.
func TestRegenerateIsLostAfterAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, k := newKeyring(t)
		api.on("POST", irisPath+"/regenerateKeys",
			does(func() {
				k.mu.Lock()
				defer k.mu.Unlock()
				k.primary = "by-another"
			}, answer(409, busyBody)),
			reset)
		keys, err := api.ws.RegenerateKey(within(t, 5*time.Second), "iris", azureml.KeyPrimary, "")
		var unknown *azureml.UnknownOutcomeError
		if !errors.As(err, &unknown) || keys != (azureml.Keys{}) {
			t.Fatalf("got %q, %v", keys.Primary, err)
		}
	})
}

func TestConcurrentRegenerationsAreSerialised(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, k := newKeyring(t)
		api.on("GET", opPath, operation("Succeeded", ""))
		results := make(chan string, 8)
		for range 8 {
			go func() {
				keys, err := api.ws.RegenerateKey(within(t, 10*time.Second), "iris", azureml.KeyPrimary, "")
				if err != nil {
					t.Error(err)
				}
				results <- keys.Primary
			}()
		}
		seen := map[string]bool{}
		for range 8 {
			seen[<-results] = true
		}
		if len(seen) != 8 || k.regenerated != 8 {
			t.Errorf("8 regenerations worked %d times and returned %d keys", k.regenerated, len(seen))
		}
	})
}
