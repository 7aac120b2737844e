// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package pythontest is for tests that run Python programs.
package pythontest

import (
	"os"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner"
)

// Need returns the python3 of this machine. Without one, version 3.8 or newer,
// the test is skipped on a developer's machine, which the rest of the tests does
// not ask for Python; in continuous integration (CI is set) it fails, so that
// nothing stays unproven.
func Need(t testing.TB) pyrunner.Python {
	t.Helper()
	python, err := pyrunner.Find(t.Context())
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatalf("this test runs a Python program: %v", err)
	default:
		t.Skipf("this test runs a Python program: %v", err)
	}
	return python
}
