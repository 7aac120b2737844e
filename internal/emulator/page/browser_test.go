// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package page_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// Services are found by words, states and modes, and in any order.
func TestFilter(t *testing.T) {
	w := look(t, four(t), desktop)
	if got := w.shown(); got != "churn fraud iris-open pricing" {
		t.Fatalf("at first: %s", got)
	}
	w.typeInto("#service-filter", "flowers")
	w.await("the description is searched", `document.querySelectorAll("#services tr").length === 1`)
	if got := w.shown(); got != "iris-open" {
		t.Errorf("flowers: %s", got)
	}
	if got := evaluate[string](w, `document.querySelector("#services-title .count").textContent`); got != "1 of 4" {
		t.Errorf("the number says %q", got)
	}
	w.typeInto("#service-filter", " no such")
	w.await("the page says that nothing matches", `document.querySelector("#no-match").checkVisibility()`)
	w.click("#clear-filter")
	w.await("all are back", `document.querySelectorAll("#services tr").length === 4`)
	w.click(`#chips [data-chip="Failed"]`)
	w.await("one failed", `document.querySelectorAll("#services tr").length === 1`)
	if got := w.shown(); got != "pricing" {
		t.Errorf("failed: %s", got)
	}
	w.click(`#chips [data-chip="Failed"]`)
	w.click(`#chips [data-chip="token"]`)
	w.await("one has tokens", `document.querySelectorAll("#services tr").length === 1`)
	if got := w.shown(); got != "churn" {
		t.Errorf("with tokens: %s", got)
	}
	w.click(`#chips [data-chip="token"]`)
	w.click(`th [data-sort="name"]`)
	w.await("the order is turned round", `document.querySelector("#services button.name").textContent === "pricing"`)
}

// Two hundred services scroll in their own pane; the rest of the page stays in sight.
func TestTwoHundredServices(t *testing.T) {
	var services []emulator.ServiceSeed
	for i := range 200 {
		services = append(services, service(fmt.Sprintf("svc-%03d", i), "ACI", nil))
	}
	w := look(t, workspace(t, services...), desktop)
	w.await("all are listed", `document.querySelectorAll("#services tr").length === 200`)
	for _, selector := range []string{"#service-filter", "#requests-title", "#order-fault", "#workspaces summary"} {
		if !evaluate[bool](w, `(() => { const r = document.querySelector("`+selector+`").getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight; })()`) {
			t.Errorf("%s is out of sight", selector)
		}
	}
	if evaluate[bool](w, `document.documentElement.scrollHeight > innerHeight`) {
		t.Error("the page itself scrolls")
	}
	w.typeInto("#service-filter", "svc-177")
	w.await("one is found", `document.querySelectorAll("#services tr").length === 1`)
	w.click("#services button.name")
	w.await("it opens", `document.querySelector("#detail-title")?.textContent === "svc-177"`)
	// A change elsewhere leaves what is open, and the filter, as they are.
	if err := w.e.SetServiceState(emulator.DefaultWorkspaceID, "svc-003", emulator.StateUnhealthy); err != nil {
		t.Fatal(err)
	}
	w.await("the change is heard of", `document.querySelector('#chips [data-chip="Unhealthy"]')`)
	if got := w.shown(); got != "svc-177" {
		t.Errorf("after a change elsewhere: %s", got)
	}
}

// An opened service shows its keys only when asked, its operations, and its document;
// Escape closes it, and a reload opens it again.
func TestOpenService(t *testing.T) {
	e := four(t)
	w := look(t, e, desktop)
	w.click(`#services tr[data-id$="/fraud"] button.name`)
	w.await("it opens", `document.querySelector("#detail-title")?.textContent === "fraud"`)
	markup := `document.documentElement.outerHTML`
	if page := evaluate[string](w, markup); strings.Contains(page, primaryKey) || strings.Contains(page, secondaryKey) {
		t.Error("a key is shown before anybody asks")
	}
	w.click(`[aria-label="Show the primary key"]`)
	w.await("the key is shown", `document.querySelector('[data-key="Primary"]').textContent === "`+primaryKey+`"`)
	if strings.Contains(evaluate[string](w, markup), secondaryKey) {
		t.Error("the other key is shown too")
	}
	w.click(`[aria-label="Show the primary key"]`)
	w.await("the key is masked again", `document.querySelector('[data-key="Primary"]').textContent.startsWith("••")`)

	e.SetOperationDuration(time.Hour)
	if status := call(t, e, "POST", "/services/fraud/regenerateKeys", map[string]any{"keyType": "Secondary"}); status != 202 {
		t.Fatalf("regenerate: %d", status)
	}
	w.await("the operation runs", `document.querySelector('[data-part="operations"] progress')`)
	e.AdvanceClock(2 * time.Hour)
	w.await("the rotation is shown", `document.querySelector('[data-part="keys"]').textContent.includes("1 rotation")`)
	w.await("the operation has ended", `/Regenerate the secondary key\s*Succeeded/.test(document.querySelector('[data-part="operations"]').textContent)`)
	w.await("its request is listed", `document.querySelector('[data-part="calls"] [data-operation="RegenerateKeys"]')`)
	if !evaluate[bool](w, `document.querySelector('[data-part="document"] pre').textContent.includes('"computeType": "ACI"')`) {
		t.Error("the document is not there")
	}

	w.do(chromedp.Reload())
	w.await("the reloaded page opens the same service", `document.querySelector("#detail-title")?.textContent === "fraud"`)
	w.do(chromedp.KeyEvent(kb.Escape))
	w.await("Escape closes it", `!document.querySelector("#detail").checkVisibility() && location.hash === ""`)
}

// A failed service says why, with its log.
func TestWhyItFailed(t *testing.T) {
	e := workspace(t)
	w := look(t, e, desktop)
	e.Fault(emulator.Fault{Kind: emulator.FaultOperationFailed, Operation: "CreateService", Times: 1})
	body := map[string]any{"name": "crashes", "computeType": "ACI", "environmentImageRequest": map[string]any{"modelIds": []string{"iris:1"}}}
	if status := call(t, e, "POST", "/services", body); status != 202 {
		t.Fatalf("create: %d", status)
	}
	w.await("it is listed as failed", `document.querySelector("#services .Failed")`)
	w.click("#services button.name")
	w.await("it says why", `document.querySelector(".why")?.textContent.includes("init() function")`)
	if !evaluate[bool](w, `document.querySelector('[data-part="why"] pre').textContent.includes("Traceback")`) {
		t.Error("the log is not there")
	}
}

// A service is scored with a key, a token and nothing; the curl line masks the key.
func TestScore(t *testing.T) {
	e := four(t)
	w := look(t, e, desktop)
	score := func(name, credential, status string) {
		t.Helper()
		w.click(`#services tr[data-id$="/` + name + `"] button.name`)
		w.await("it opens", `document.querySelector("#detail-title")?.textContent === "`+name+`" && document.querySelector('[data-part="try"] select')`)
		w.choose(`[data-part="try"] select`, credential)
		w.click(`[data-part="try"] form button`)
		w.await(name+" with "+credential, `document.querySelector(".answer .badge")?.textContent === "`+status+`"`)
		evaluate[chromedp.Void](w, `document.querySelector(".answer").replaceChildren()`)
	}
	score("fraud", "primary", "200")
	score("fraud", "none", "401")
	if line := evaluate[string](w, `document.querySelector('[data-part="try"] > .part > .code pre').textContent`); !strings.HasPrefix(line, "curl -H 'Content-Type") || strings.Contains(line, "Bearer") {
		t.Errorf("without a credential: %s", line)
	}
	w.choose(`[data-part="try"] select`, "secondary")
	if line := evaluate[string](w, `document.querySelector('[data-part="try"] > .part > .code pre').textContent`); !strings.Contains(line, "Bearer ••") || strings.Contains(line, secondaryKey) {
		t.Errorf("with a key: %s", line)
	}
	score("churn", "token", "200")
	w.await("the token is listed", `document.querySelector('[data-part="tokens"]').textContent.includes("1 valid")`)
	score("churn", "none", "401")
	score("iris-open", "none", "200")
	if n := e.Count("Score"); n != 5 {
		t.Errorf("%d scoring calls", n)
	}
}

// Requests appear as they come in, with status and fault; they can be filtered, and
// stopped for a while.
func TestLiveRequests(t *testing.T) {
	e := four(t)
	w := look(t, e, desktop)
	w.await("the list is empty", `document.querySelector("#no-requests").checkVisibility()`)
	call(t, e, "GET", "/services/fraud", nil)
	w.await("the request appears", `document.querySelector('#requests [data-operation="GetService"][data-status="200"]')?.textContent.includes("fraud")`)
	e.Fault(emulator.Fault{Kind: emulator.FaultThrottle, Operation: "ListServices", Times: 1})
	call(t, e, "GET", "/services", nil)
	w.await("the fault is shown", `document.querySelector('#requests [data-status="429"] .fault')?.textContent === "throttle"`)
	get(t, e.ResourceManagerURL()+"/%E0%3Cb%3E") // an address that is no UTF-8
	w.await("the odd address appears", `document.querySelector('#requests [data-operation="Unserved"][data-status="404"]')`)
	e.ResetRequests()
	w.await("the log is empty", `document.querySelectorAll("#requests > li").length === 0`)
	call(t, e, "GET", "/services/fraud", nil)
	e.Fault(emulator.Fault{Kind: emulator.FaultThrottle, Operation: "ListServices", Times: 1})
	call(t, e, "GET", "/services", nil)
	w.choose("#request-kind", "fault")
	w.await("one has a fault", `document.querySelectorAll("#requests > li").length === 1`)
	w.choose("#request-kind", "all")
	w.typeInto("#request-filter", "fraud")
	w.await("one is about the service", `document.querySelectorAll("#requests > li").length === 1 && document.querySelector('#requests [data-operation="GetService"]')`)
	evaluate[chromedp.Void](w, `(() => { const f = document.querySelector("#request-filter"); f.value = ""; f.dispatchEvent(new Event("input")); })()`)
	w.await("both are back", `document.querySelectorAll("#requests > li").length === 2`)
	w.click("#pause")
	call(t, e, "GET", "/services/churn", nil)
	w.await("the held request is counted", `document.querySelector("#pause").textContent === "Resume (1 new)"`)
	if n := evaluate[int](w, `document.querySelectorAll("#requests > li").length`); n != 2 {
		t.Errorf("a paused list grew to %d", n)
	}
	w.click("#pause")
	w.await("it goes on", `document.querySelectorAll("#requests > li").length === 3`)
}

// A fault is ordered in the form, is seen in effect, and is cleared. A wrong order is
// refused at its field.
func TestOrderAFault(t *testing.T) {
	e := four(t)
	w := look(t, e, desktop)
	w.click("#order-fault")
	w.choose(`#fault-form [name="kind"]`, "unavailable")
	w.choose(`#fault-form [name="operation"]`, "GetService")
	w.typeInto(`#fault-form [name="service"]`, "no-such-service")
	w.click(`#fault-form .end .primary`)
	w.await("the service is refused", `document.querySelector('#fault-form [name="service"]').getAttribute("aria-invalid") === "true" && document.querySelector("#fault-error").textContent.includes("The services are")`)
	evaluate[chromedp.Void](w, `document.querySelector('#fault-form [name="service"]').value = ""`)
	w.typeInto(`#fault-form [name="service"]`, "fraud")
	w.typeInto(`#fault-form [name="retryAfter"]`, "2s")
	w.click(`#fault-form .end .primary`)
	w.await("the fault is listed", `document.querySelector('#faults [data-kind="unavailable"]')?.textContent.includes("1 of 1 left")`)
	if status := call(t, e, "GET", "/services/fraud", nil); status != 503 {
		t.Errorf("the ordered fault: %d", status)
	}
	w.await("the fault is used up", `document.querySelectorAll("#faults li").length === 0`)
	e.Fault(emulator.Fault{Kind: emulator.FaultThrottle})
	w.await("the next is listed", `document.querySelectorAll("#faults li").length === 1`)
	w.click("#clear-faults")
	w.await("none is left", `document.querySelectorAll("#faults li").length === 0 && document.querySelector("#no-faults").checkVisibility()`)
	if status := call(t, e, "GET", "/services/fraud", nil); status != 200 {
		t.Errorf("after the faults were cleared: %d", status)
	}
}

// The form has every member that an order can have, and shows those that the chosen
// kind takes.
func TestFaultFormIsComplete(t *testing.T) {
	w := look(t, four(t), desktop)
	w.click("#order-fault")
	fields := evaluate[[]string](w, `[...document.querySelectorAll("#fault-form [name]")].map((f) => f.name)`)
	inForm := map[string]bool{}
	for _, name := range fields {
		inForm[name] = true
	}
	members := evaluate[[]string](w, `fetch("/_emulator/faults", {method: "POST", body: '{"nothing":1}'}).then((r) => r.json()).then((r) => r.details[0].message.replace(/.*members are /, "").replace(/\.$/, "").split(", "))`)
	if len(members) < 15 {
		t.Fatalf("members: %v", members)
	}
	for _, member := range members {
		if !inForm[member] {
			t.Errorf("the form has no field for %s", member)
		}
		delete(inForm, member)
	}
	if len(inForm) > 0 {
		t.Errorf("fields that an order does not have: %v", inForm)
	}
	if missing := evaluate[[]string](w, `JSON.parse(document.querySelector("#facts").textContent).kinds.filter((k) => !k.happens).map((k) => k.kind)`); len(missing) > 0 {
		t.Errorf("the form does not say what happens: %v", missing)
	}
	for kind, want := range map[string]string{
		"resetBefore": "", "largeReply": "size", "slowBody": "delay", "operationRefused": "status code message detailCode detailMessage polls",
		"operationFailed": "code message detailCode detailMessage subOperation buildLog", "throttle": "status code message detailCode detailMessage retryAfter retryAfterDate delay",
	} {
		w.choose(`#fault-form [name="kind"]`, kind)
		if hint := evaluate[string](w, `document.querySelector("#kind-hint").textContent`); !strings.HasSuffix(hint, ".") {
			t.Errorf("%s: the form says %q", kind, hint)
		}
		got := evaluate[string](w, `[...document.querySelectorAll("#fault-form label[data-takes]")].filter((l) => l.checkVisibility()).map((l) => l.dataset.takes).join(" ")`)
		if got != want {
			t.Errorf("%s shows %q, want %q", kind, got, want)
		}
	}
}

// A page that nobody sees gives its connection back, and catches up when it is seen.
func TestHiddenPage(t *testing.T) {
	e := four(t)
	w := look(t, e, desktop)
	show := func(hidden string) {
		evaluate[chromedp.Void](w, `(() => { Object.defineProperty(document, "hidden", {value: `+hidden+`, configurable: true}); document.dispatchEvent(new Event("visibilitychange")); })()`)
	}
	call(t, e, "GET", "/services/fraud", nil)
	w.await("the first request appears", `document.querySelectorAll("#requests > li").length === 1`)
	show("true")
	w.await("the page rests", `document.querySelector("#live").dataset.live === "paused"`)
	call(t, e, "GET", "/services/churn", nil)
	show("false")
	w.await("both requests are there, once", `document.querySelectorAll("#requests > li").length === 2 && document.querySelector("#live").dataset.live === "live"`)
}

// The clock is moved in its form.
func TestMoveTheClock(t *testing.T) {
	e := four(t)
	w := look(t, e, desktop)
	before := e.Now()
	w.click("#clock")
	w.typeInto(`#clock-form [name="advance"]`, "13 hours")
	w.click(`#clock-form .end .primary`)
	w.await("a wrong duration is refused", `document.querySelector("#clock-error").textContent.includes("duration")`)
	w.click(`#clock-form [data-advance="720h"]`)
	w.click(`#clock-form .end .primary`)
	w.await("the dialog closes", `!document.querySelector("#clock-dialog").open`)
	if moved := e.Now().Sub(before); moved < 720*time.Hour {
		t.Errorf("the clock moved by %s", moved)
	}
	want := strconv.FormatInt(e.Now().UnixMilli(), 10)
	w.await("the page shows it", `Math.abs(Date.parse(document.querySelector("#now").textContent + "Z") - `+want+`) < 60000`)
}
