// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package page_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/page/browser"
)

// One browser serves all tests, one after the other: a page that is not in front
// gives its connection back.
var chromium struct {
	once sync.Once
	ctx  context.Context
	end  func()
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if chromium.end != nil {
		chromium.end()
	}
	os.Exit(code)
}

// window is the page of an emulator in a tab.
type window struct {
	t   *testing.T
	tab context.Context
	e   *emulator.Emulator
}

// look opens the page of an emulator, and waits until it is live. A message of the
// browser's console fails the test.
func look(t *testing.T, e *emulator.Emulator, view browser.View) *window {
	t.Helper()
	path := browser.Need(t)
	chromium.once.Do(func() { chromium.ctx, chromium.end, chromium.err = browser.Start(context.Background(), path) })
	if chromium.err != nil {
		t.Fatal(chromium.err)
	}
	tab, leave := chromedp.NewContext(chromium.ctx)
	t.Cleanup(leave)
	w := &window{t: t, tab: tab, e: e}
	messages := chromedp.Console(tab)
	go func() {
		for message, err := range messages {
			// The answer to a score or an order that is refused is no fault of the page.
			if text := fmt.Sprint(message); err == nil && !strings.Contains(text, "Failed to load resource") {
				t.Errorf("the browser says: %s", text)
			}
		}
	}()
	if err := browser.Look(tab, e.ResourceManagerURL()+"/", view); err != nil {
		t.Fatal(err)
	}
	w.await("the page is live", `document.querySelector("#live").dataset.live === "live"`)
	return w
}

// await waits until an expression is true in the page.
func (w *window) await(what, expression string) {
	w.t.Helper()
	_, err := chromedp.Run(w.tab, chromedp.Poll[bool]("!!("+expression+")", chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(30*time.Second)))
	if err != nil {
		w.t.Fatalf("%s: %v; the page says %q", what, err, evaluate[string](w, `document.body.innerText`))
	}
}

// evaluate returns the value of an expression in the page.
func evaluate[T any](w *window, expression string) T {
	w.t.Helper()
	value, err := chromedp.Run(w.tab, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		w.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

func (w *window) click(selector string) {
	w.t.Helper()
	w.do(chromedp.Click(chromedp.CSS(selector)))
}

func (w *window) typeInto(selector, text string) {
	w.t.Helper()
	w.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// choose sets a select as a person does.
func (w *window) choose(selector, value string) {
	w.t.Helper()
	evaluate[chromedp.Void](w, fmt.Sprintf(`(() => { const s = document.querySelector(%s); s.value = %s; s.dispatchEvent(new Event("change", {bubbles: true})); })()`, strconv.Quote(selector), strconv.Quote(value)))
}

func (w *window) do(action chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.tab, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, action); err != nil {
		w.t.Fatalf("%v; the page says %q", err, evaluate[string](w, `document.body.innerText`))
	}
}

// shown are the names of the services in the list, in their order.
func (w *window) shown() string {
	w.t.Helper()
	return evaluate[string](w, `[...document.querySelectorAll("#services button.name")].filter((b) => b.checkVisibility()).map((b) => b.textContent).join(" ")`)
}

// call sends a request of the API as the owner.
func call(t *testing.T, e *emulator.Emulator, method, path string, body any) (status int) {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, e.ModelManagementURL()+"/modelmanagement/v1.0"+emulator.DefaultWorkspaceID+path, strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+e.AccessToken(emulator.OwnerClientID))
	request.Header.Set("Content-Type", "application/json")
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	reply.Body.Close()
	return reply.StatusCode
}

// get sends a request without a credential.
func get(t *testing.T, address string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	reply.Body.Close()
}

// workspace is an emulator with services that were deployed before it started.
func workspace(t *testing.T, services ...emulator.ServiceSeed) *emulator.Emulator {
	t.Helper()
	seed := emulator.DefaultSeed()
	seed.Workspaces[0].Services = services
	return emulator.Start(t, emulator.WithSeed(seed))
}

func service(name, kind string, members map[string]any) emulator.ServiceSeed {
	definition := map[string]any{"environmentImageRequest": map[string]any{"modelIds": []any{"iris:1"}}}
	if kind == "AKS" {
		definition["computeName"] = emulator.DefaultCompute
	}
	for member, value := range members {
		definition[member] = value
	}
	return emulator.ServiceSeed{Name: name, ComputeType: kind, Definition: definition}
}

// The keys of the service "fraud".
const (
	primaryKey   = "primary-key-of-fraud-0123456789ab"
	secondaryKey = "secondary-key-of-fraud-0123456789"
)

// four are one service of each mode, and one that failed.
func four(t *testing.T) *emulator.Emulator {
	t.Helper()
	failed := service("pricing", "ACI", nil)
	failed.State = "Failed"
	return workspace(t,
		service("fraud", "ACI", map[string]any{"authEnabled": true, "keys": map[string]any{"primaryKey": primaryKey, "secondaryKey": secondaryKey}}),
		service("churn", "AKS", map[string]any{"authEnabled": false, "aadAuthEnabled": true}),
		service("iris-open", "ACI", map[string]any{"description": "classifies flowers"}), failed)
}

var (
	desktop = browser.View{Width: 1280, Height: 800}
	phone   = browser.View{Width: 390, Height: 844}
)
