// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command screenshots takes the pictures of the emulator's page for the
// documentation, from an emulator that runs: a wide one, a narrow one, and a dark one
// with a service opened. internal/release/screenshot.sh runs it on the demo.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/page/browser"
)

func main() {
	address := flag.String("page", "http://127.0.0.1:8080", "address of the emulator's page")
	out := flag.String("out", ".github", "folder that the pictures go to")
	flag.Parse()
	if err := run(context.Background(), *address, *out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// scene makes something to see: a call without a key, one with a key, and faults.
const scene = `(async () => {
	const ask = (path, body) => fetch("/_emulator/" + path, {method: "POST", body: JSON.stringify(body)});
	const id = document.querySelector('#services tr[data-id$="/iris-aci"]').dataset.id;
	await ask("service/score", {id, credential: "none", input: "{}"});
	await ask("service/score", {id, credential: "primary", input: '{"data": [[5.1, 3.5, 1.4, 0.2]]}'});
	await ask("faults", {kind: "throttle", operation: "Score", service: "iris-aci", times: 1, retryAfter: "2s"});
	await ask("service/score", {id, credential: "secondary", input: "{}"});
	await ask("faults", {kind: "operationFailed", operation: "CreateService", times: 1, subOperation: "BuildImage"});
	await ask("faults", {kind: "unavailable", operation: "GetService", service: "iris-aks", times: 3, skip: 2, retryAfter: "5s"});
	return true;
})()`

// pictures are taken one after the other. Each waits for the requests of the scene;
// open is the service that is opened.
var pictures = []struct {
	file string
	view browser.View
	open string
}{
	{"emulator.png", browser.View{Width: 1280, Height: 800}, ""},
	{"emulator-dark.png", browser.View{Width: 1280, Height: 800, Dark: true}, "iris-aci"},
	{"emulator-390.png", browser.View{Width: 390, Height: 844}, ""},
}

func run(ctx context.Context, address, out string) error {
	path, err := browser.Find()
	if err != nil {
		return err
	}
	chromium, end, err := browser.Start(ctx, path)
	if err != nil {
		return err
	}
	defer end()
	chromium, cancel := context.WithTimeout(chromium, time.Minute)
	defer cancel()
	for i, picture := range pictures {
		tab, leave := chromedp.NewContext(chromium)
		image, err := shoot(tab, address, picture.view, picture.open, i == 0)
		leave()
		if err == nil {
			err = os.WriteFile(filepath.Join(out, picture.file), image, 0o644)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", picture.file, err)
		}
	}
	return nil
}

func shoot(tab context.Context, address string, view browser.View, open string, first bool) ([]byte, error) {
	if err := browser.Look(tab, address, view); err != nil {
		return nil, err
	}
	if err := chromedp.Do(tab, chromedp.WaitVisible(chromedp.CSS("#live[data-live=live]")), chromedp.WaitVisible(chromedp.CSS("#services button.name"))); err != nil {
		return nil, err
	}
	if first {
		if _, err := chromedp.Run(tab, chromedp.Evaluate[bool](scene, chromedp.EvalAwaitPromise)); err != nil {
			return nil, err
		}
	}
	if open != "" {
		service := chromedp.CSS(`#services tr[data-id$="/` + open + `"] button`)
		title := chromedp.CSS("#detail-title")
		if err := chromedp.Do(tab, chromedp.ScrollIntoView(service), chromedp.Click(service), chromedp.WaitVisible(title), chromedp.Blur(title)); err != nil {
			return nil, err
		}
	}
	complete := `document.querySelector('#requests [data-status="429"]') && document.querySelectorAll("#faults li").length === 2 && document.getAnimations().every((a) => a.playState === "finished")`
	if _, err := chromedp.Run(tab, chromedp.Poll[bool]("!!("+complete+")", chromedp.WithPollingInterval(50*time.Millisecond))); err != nil {
		return nil, err
	}
	return chromedp.Run(tab, chromedp.CaptureScreenshot())
}
