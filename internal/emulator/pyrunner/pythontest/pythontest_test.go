// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package pythontest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner/pythontest"
)

// ending records how Need ends a test.
type ending struct {
	testing.TB
	how string
}

func (*ending) Helper()                     {}
func (*ending) Context() context.Context    { return context.Background() }
func (e *ending) Fatalf(f string, a ...any) { e.how = "failed: " + fmt.Sprintf(f, a...) }
func (e *ending) Skipf(f string, a ...any)  { e.how = "skipped: " + fmt.Sprintf(f, a...) }

// Without Python, continuous integration fails, and only a developer's run skips.
func TestNeed(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	const why = ": this test runs a Python program: there is no working python3 on the PATH; install Python 3.8 or newer"
	for ci, want := range map[string]string{"true": "failed" + why, "": "skipped" + why} {
		t.Setenv("CI", ci)
		e := &ending{TB: t}
		pythontest.Need(e)
		if e.how != want {
			t.Errorf("CI=%q: %q, want %q", ci, e.how, want)
		}
	}
}
