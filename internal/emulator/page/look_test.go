// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package page_test

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/page/browser"
)

// An emulator without a service says what to do next, in lines to copy.
func TestEmptyState(t *testing.T) {
	e := workspace(t)
	w := look(t, e, desktop)
	w.await("it says what to do", `document.querySelector("#no-services").checkVisibility()`)
	if got, want := evaluate[string](w, `document.querySelector("#start-shell").textContent`), `eval "$(curl -s `+e.ResourceManagerURL()+`/_emulator/shell/terraform)"`; got != want {
		t.Errorf("the line for the shell is %s, want %s", got, want)
	}
	// The guide's test applies its configuration.
	guide, err := os.ReadFile("../../../templates/guides/emulator.md")
	if err != nil {
		t.Fatal(err)
	}
	if configuration := evaluate[string](w, `document.querySelector("#start-hcl").textContent`); !strings.Contains(string(guide), "```hcl\n"+configuration+"```") {
		t.Errorf("the guide does not have this configuration:\n%s", configuration)
	}
	if n := evaluate[int](w, `[...document.querySelectorAll("#no-services .code button")].filter((b) => b.checkVisibility()).length`); n != 3 {
		t.Errorf("%d of 3 blocks can be copied", n)
	}
	call(t, e, "POST", "/services", map[string]any{"name": "first", "computeType": "ACI", "environmentImageRequest": map[string]any{"modelIds": []string{"iris:1"}}})
	w.await("the first service takes its place", `!document.querySelector("#no-services").checkVisibility() && document.querySelectorAll("#services tr").length === 1`)
}

// states opens every part of the page, one after the other.
func states(t *testing.T, view browser.View, check func(w *window, what string)) {
	t.Helper()
	check(look(t, workspace(t), view), "without a service")
	e := four(t)
	e.Fault(emulator.Fault{Kind: emulator.FaultThrottle, Operation: "ListServices", Times: 1})
	call(t, e, "GET", "/services", nil)
	call(t, e, "GET", "/services/fraud", nil)
	call(t, e, "POST", "/services/churn/token", nil)
	e.Fault(emulator.Fault{Kind: emulator.FaultOperationFailed, Operation: "CreateService", Times: 1})
	call(t, e, "POST", "/services", map[string]any{"name": "crashes", "computeType": "ACI", "environmentImageRequest": map[string]any{"modelIds": []string{"iris:1"}}})
	e.Fault(emulator.Fault{Kind: emulator.FaultUnavailable, Operation: "GetService", Service: "fraud", Times: 3, Skip: 2, Message: strings.Repeat("long ", 20)})
	w := look(t, e, view)
	w.await("all is there", `document.querySelectorAll("#services tr").length === 5 && document.querySelectorAll("#requests li").length >= 4 && document.querySelector("#services .Failed") && document.querySelector("#faults li")`)
	for _, tab := range []string{"requests", "faults", "services"} {
		if evaluate[bool](w, `document.querySelector('.tabs').checkVisibility()`) {
			w.click(`.tabs [data-tab="` + tab + `"]`)
		}
		evaluate[chromedp.Void](w, `document.querySelectorAll("#requests details, .workspaces details").forEach((d) => { d.open = true; })`)
		check(w, tab)
	}
	for _, name := range []string{"crashes", "fraud", "churn"} {
		w.click(`#services tr[data-id$="/` + name + `"] button.name`)
		w.await("it opens", `document.querySelector("#detail-title")?.textContent === "`+name+`"`)
		evaluate[chromedp.Void](w, `document.querySelectorAll("#detail details").forEach((d) => { d.open = true; })`)
		check(w, "the service "+name)
		w.click("#close-detail")
		w.await("it closes", `!document.querySelector("#detail").checkVisibility()`)
	}
	for opener, kind := range map[string]string{"#clock": "", "#connect": "", "#order-fault": "operationFailed"} {
		evaluate[chromedp.Void](w, `document.querySelector("`+opener+`").click()`)
		if kind != "" {
			w.choose(`#fault-form [name="kind"]`, kind)
		}
		check(w, "the dialog of "+opener)
		evaluate[chromedp.Void](w, `document.querySelector("dialog[open]").close()`)
	}
}

// unreadable lists the texts with a contrast below 4.5 between their colour and what
// is behind them, as the browser computed both.
const unreadable = `(() => {
	const parse = (text) => { const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number); return { r, g, b, a }; };
	const over = (top, below) => ({ r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a), b: top.b * top.a + below.b * (1 - top.a), a: 1 });
	const linear = (c) => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
	const luminance = (c) => 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
	const behind = (element) => {
		const layers = [];
		for (let e = element; e; e = e.parentElement) {
			const style = getComputedStyle(e);
			if (style.opacity !== "1") throw new Error("opacity on " + e.outerHTML.slice(0, 80));
			const ground = parse(style.backgroundColor);
			layers.push(ground);
			if (ground.a === 1) break;
		}
		return layers.reduceRight((below, top) => over(top, below), { r: 255, g: 255, b: 255, a: 1 });
	};
	const found = [];
	let checked = 0;
	const check = (element, color, text) => {
		const ground = behind(element), ink = over(parse(color), ground), [light, dark] = [luminance(ink), luminance(ground)].sort((a, b) => b - a), ratio = (light + 0.05) / (dark + 0.05);
		checked++;
		if (ratio < 4.5) found.push(ratio.toFixed(2) + " " + text.trim().slice(0, 40) + " (" + color + ")");
	};
	document.getAnimations().forEach((a) => a.finish());
	for (const element of document.body.querySelectorAll("*")) {
		if (!element.checkVisibility() || element.closest(".hidden")) continue;
		if (element.placeholder && !element.value) check(element, getComputedStyle(element, "::placeholder").color, element.placeholder);
		if (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName)) check(element, getComputedStyle(element).color, element.tagName);
		for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE && node.data.trim() && element.tagName !== "OPTION") check(element, getComputedStyle(element).color, node.data);
	}
	if (checked < 20) found.push("only " + checked + " texts were checked");
	return found;
})()`

// Every text can be read, in both colour schemes and everywhere.
func TestContrast(t *testing.T) {
	for name, dark := range map[string]bool{"light": false, "dark": true} {
		t.Run(name, func(t *testing.T) {
			view := desktop
			view.Dark = dark
			grounds := map[string]bool{}
			states(t, view, func(w *window, what string) {
				for _, text := range evaluate[[]string](w, unreadable) {
					t.Errorf("%s: %s", what, text)
				}
				grounds[evaluate[string](w, `getComputedStyle(document.body).backgroundColor`)] = true
			})
			if len(grounds) != 1 || grounds["rgb(14, 18, 23)"] != dark {
				t.Errorf("the ground of the page is %v", grounds)
			}
		})
	}
}

// On a telephone nothing is wider than the screen.
func TestNarrow(t *testing.T) {
	states(t, phone, func(w *window, what string) {
		if width := evaluate[int](w, `Math.max(document.documentElement.scrollWidth, ...[...document.querySelectorAll("dialog[open]")].map((d) => d.getBoundingClientRect().right))`); width > 390 {
			t.Errorf("%s is %d pixels wide", what, width)
		}
		for _, text := range evaluate[[]string](w, `[...document.querySelectorAll("button, input, select, textarea, .badge")].filter((e) => e.checkVisibility() && !e.closest(".hidden") && (e.getBoundingClientRect().right > 390.5 || e.tagName === "BUTTON" && e.scrollWidth > e.clientWidth + 1 && !e.matches(".name"))).map((e) => e.outerHTML.slice(0, 80))`) {
			t.Errorf("%s: beyond the edge: %s", what, text)
		}
	})
}

// Every control has a name, and is reached by the keyboard.
func TestControlsHaveNames(t *testing.T) {
	states(t, desktop, func(w *window, what string) {
		for _, text := range evaluate[[]string](w, `[...document.querySelectorAll("button, input, select, textarea")].filter((e) => e.checkVisibility() && !(/[a-z]/i.test(e.textContent) && e.tagName === "BUTTON") && !e.getAttribute("aria-label") && ![...(e.labels || [])].some((l) => l.textContent.trim())).map((e) => e.outerHTML.slice(0, 80))`) {
			t.Errorf("%s: no name: %s", what, text)
		}
		for _, text := range evaluate[[]string](w, `[...document.querySelectorAll("button, input, select, textarea, summary")].filter((e) => e.checkVisibility() && !e.disabled && e.tabIndex < 0).map((e) => e.outerHTML.slice(0, 80))`) {
			t.Errorf("%s: out of the keyboard's reach: %s", what, text)
		}
	})
}

// The list of services works without a mouse.
func TestKeyboard(t *testing.T) {
	w := look(t, four(t), desktop)
	w.do(chromedp.KeyEvent("/"))
	w.await("a slash goes to the filter", `document.activeElement.id === "service-filter"`)
	evaluate[chromedp.Void](w, `(() => { const f = document.activeElement; f.value = ""; f.dispatchEvent(new Event("input")); })()`) // chromedp sends the character of a key that the page has taken
	w.do(chromedp.Focus(chromedp.CSS("#services button.name")))
	w.do(chromedp.KeyEvent(kb.ArrowDown))
	w.await("the next service has the focus", `document.activeElement.textContent === "fraud"`)
	w.do(chromedp.KeyEvent(kb.Enter))
	w.await("Enter opens it", `document.activeElement.id === "detail-title" && document.activeElement.textContent === "fraud"`)
	w.do(chromedp.KeyEvent(kb.Escape))
	w.await("Escape goes back to the list", `document.activeElement.textContent === "fraud"`)
}

// The page says that its emulator is gone, and goes on with the next one.
func TestReconnect(t *testing.T) {
	e := four(t)
	w := look(t, e, desktop)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	w.await("the page says that it is gone", `document.querySelector("#live").dataset.live === "lost"`)
	address := strings.TrimPrefix(e.ResourceManagerURL(), "http://")
	seed := emulator.DefaultSeed()
	seed.Workspaces[0].Services = []emulator.ServiceSeed{service("after", "ACI", nil)}
	emulator.Start(t, emulator.WithSeed(seed), emulator.WithListen(address, "127.0.0.1:0"))
	w.await("the page is live again", `document.querySelector("#live").dataset.live === "live"`)
	w.await("it shows the new services", `document.querySelector("#services button.name")?.textContent === "after"`)
}
