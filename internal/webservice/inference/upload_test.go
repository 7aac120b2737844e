// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/filetree/filetreetest"
)

// Code that is not what the plan has shown is not uploaded; there is no client
// here to upload it with.
func TestOtherCodeThanPlanned(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	src := filetreetest.Folder(t, "src", map[string]string{"score.py": scoreScript})
	plan := configOf(t, coded(fields{"source_directory": src, "source_directory_name": "src", "source_url": unknown{}, "driver_url": unknown{}, "code_hash": "planned"}))
	config := configOf(t, coded(fields{"source_directory": src}))
	_, diags := Publish(t.Context(), nil, config, plan, Config{})
	if len(diags) != 1 || !diags.HasError() || !strings.Contains(diags[0].Summary(), "has changed since it was planned") || !strings.Contains(diags[0].Detail(), hashOf(t, src)) {
		t.Errorf("%v", diags)
	}
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// An update sends a member only if it differs from the deployed one.
func TestChangesImage(t *testing.T) {
	t.Parallel()
	base := fields{"source_directory": "/a/src", "source_directory_name": "src", "source_url": "aml://artifact/a/code.tar.gz", "driver_url": "aml://artifact/a/d.py", "code_hash": "a"}
	lone := fields{"entry_script": "/a/score.py", "source_url": "aml://artifact/a/score.py", "code_hash": "a"}
	for name, test := range map[string]struct {
		before, after fields
		want          bool
	}{
		"nothing":                  {base, base, false},
		"another place":            {base, merged(base, fields{"source_directory": "/b/src"}), false},
		"no longer on the machine": {base, merged(base, fields{"source_directory": nil, "code_hash": nil}), false},
		"another upload":           {base, merged(base, fields{"source_url": "aml://artifact/b/code.tar.gz"}), true},
		"another driver":           {base, merged(base, fields{"driver_url": nil}), true},
		"another folder name":      {base, merged(base, fields{"source_directory_name": "code"}), true},
		"another script":           {base, merged(base, fields{"entry_script": "lib/score.py"}), true},
		"a lone script elsewhere":  {lone, merged(lone, fields{"entry_script": "score.py"}), false},
		"another lone script":      {lone, merged(lone, fields{"entry_script": "/a/other.py"}), true},
		"another environment":      {base, merged(base, fields{"environment": fields{"name": "f", "base_image": "i"}}), true},
		"not known yet":            {base, merged(base, fields{"source_url": unknown{}}), true},
	} {
		plan, state := configOf(t, coded(test.after)), configOf(t, coded(test.before))
		if got := Changes(t.Context(), plan, state); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	models := configOf(t, merged(coded(base), fields{"model_ids": list{"iris:2"}}))
	if !Changes(t.Context(), models, configOf(t, coded(base))) {
		t.Error("another model is no change")
	}
	none := configOf(t, nil)
	none.Object = types.ObjectNull(inferenceTypes)
	if !Changes(t.Context(), none, configOf(t, coded(base))) {
		t.Error("no code is no change")
	}
}
