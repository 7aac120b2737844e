// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package browser drives a headless Chromium: for the tests of the page, and for its
// pictures in the documentation.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Find returns the path of a Chromium: the variable CHROMIUM, or the first of the
// usual names on the PATH.
func Find() (string, error) {
	if named := os.Getenv("CHROMIUM"); named != "" {
		return exec.LookPath(named)
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("there is no chromium on the PATH; install it (Debian: apt-get install chromium), or name one in CHROMIUM")
}

// Need returns the path of a Chromium. Without one the test is skipped on a
// developer's machine; in continuous integration (CI is set) it fails.
func Need(t testing.TB) string {
	t.Helper()
	path, err := Find()
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatalf("this test drives a browser: %v", err)
	default:
		t.Skipf("this test drives a browser: %v", err)
	}
	return path
}

// View is how a page is looked at.
type View struct {
	Width, Height int64 // in CSS pixels
	Dark          bool  // the preferred colour scheme
	Scale         float64
}

// Start runs a browser until end is called. Each chromedp.NewContext of it is a tab.
func Start(ctx context.Context, path string) (browser context.Context, end func(), err error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU)
	allocated, stop := chromedp.NewExecAllocator(ctx, options...)
	browser, cancel := chromedp.NewContext(allocated)
	end = func() {
		cancel()
		stop()
	}
	if err := chromedp.Do(browser); err != nil {
		end()
		return nil, nil, fmt.Errorf("start %s: %w", path, err)
	}
	return browser, end, nil
}

// Look sets how a tab is looked at, and opens an address in it.
func Look(tab context.Context, address string, view View) error {
	scheme := "light"
	if view.Dark {
		scheme = "dark"
	}
	return chromedp.Do(tab,
		chromedp.EmulateViewport(view.Width, view.Height, chromedp.EmulateScale(max(view.Scale, 1))),
		chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
			})
			return err
		}),
		chromedp.Navigate(address))
}
