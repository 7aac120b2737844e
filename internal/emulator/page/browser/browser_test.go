// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package browser_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/page/browser"
)

// ending records how Need ends a test.
type ending struct {
	testing.TB
	how string
}

func (*ending) Helper()                     {}
func (e *ending) Fatalf(f string, a ...any) { e.how = "failed: " + fmt.Sprintf(f, a...) }
func (e *ending) Skipf(f string, a ...any)  { e.how = "skipped: " + fmt.Sprintf(f, a...) }

// Without a browser, continuous integration fails, and only a developer's run skips.
func TestNeed(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("CHROMIUM", "")
	for ci, want := range map[string]string{"true": "failed: ", "": "skipped: "} {
		t.Setenv("CI", ci)
		e := &ending{TB: t}
		browser.Need(e)
		if !strings.HasPrefix(e.how, want) || !strings.Contains(e.how, "apt-get install chromium") {
			t.Errorf("CI=%q: %q", ci, e.how)
		}
	}
	t.Setenv("CHROMIUM", "/no/such/browser")
	if _, err := browser.Find(); err == nil || !strings.Contains(err.Error(), "/no/such/browser") {
		t.Errorf("a browser that does not exist: %v", err)
	}
}
