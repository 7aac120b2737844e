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

// pictures are taken one after the other. open is what is clicked first.
var pictures = []struct {
	file string
	view browser.View
	open string
}{
	{"emulator.png", browser.View{Width: 1280, Height: 800}, ""},
	{"emulator-dark.png", browser.View{Width: 1280, Height: 800, Dark: true}, "#services button.name"},
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
	for _, picture := range pictures {
		tab, leave := chromedp.NewContext(chromium)
		err := browser.Look(tab, address, picture.view)
		if err == nil {
			err = chromedp.Do(tab, chromedp.WaitVisible(chromedp.CSS("#live[data-live=live]")), chromedp.WaitVisible(chromedp.CSS("#services button.name")))
		}
		if err == nil && picture.open != "" {
			err = chromedp.Do(tab, chromedp.Click(chromedp.CSS(picture.open)), chromedp.WaitVisible(chromedp.CSS("#detail-title")), chromedp.Blur(chromedp.CSS("#detail-title")))
		}
		var image []byte
		if err == nil {
			image, err = chromedp.Run(tab, chromedp.CaptureScreenshot())
		}
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
