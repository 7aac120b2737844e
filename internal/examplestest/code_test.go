// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package examplestest_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/codearchive"
	"github.com/mlws/terraform-provider-mlws/internal/pysource"
)

// terraform validate does not read the code that an example deploys, so this test
// does.
func TestExampleCodeCanBeDeployed(t *testing.T) {
	t.Parallel()
	scripts, err := filepath.Glob(filepath.Join(examples, "*", "*", "src", "score.py"))
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no example has code: %v", err)
	}
	for _, script := range scripts {
		tree, err := codearchive.Scan(t.Context(), filepath.Dir(script))
		if err != nil || !slices.Contains(tree.Names(), "score.py") {
			t.Errorf("%s: %v", script, err)
		}
		module, err := pysource.Read(strings.NewReader(read(t, script)))
		if err != nil || module.Fault() != nil {
			t.Fatalf("%s: %v (%v)", script, module.Fault(), err)
		}
		if missing := module.Undefined("init", "run"); len(missing) > 0 {
			t.Errorf("%s does not define %v", script, missing)
		}
	}
}
