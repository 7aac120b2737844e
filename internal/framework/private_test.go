// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

type memory map[string]string

func (m memory) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	return []byte(m[key]), nil
}

func (m memory) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	m[key] = string(value)
	return nil
}

func TestFlag(t *testing.T) {
	t.Parallel()
	stored := memory{}
	for _, step := range []struct {
		value bool
		want  string
	}{{false, ""}, {true, "true"}, {true, "true"}, {false, "false"}} {
		if diags := framework.Flag("flag").Change(t.Context(), stored, stored, step.value); diags.HasError() || stored["flag"] != step.want {
			t.Errorf("%t: stored %q, want %q; %v", step.value, stored["flag"], step.want, diags)
		}
		var diags diag.Diagnostics
		if got := framework.Flag("flag").Get(t.Context(), stored, &diags); diags.HasError() || got != step.value {
			t.Errorf("%t: read %t, %v", step.value, got, diags)
		}
	}
	if framework.Flag("other").Set(t.Context(), stored, false); stored["other"] != "false" {
		t.Errorf("stored %q", stored["other"])
	}
}

// A value of another form reads as none, also if it fits in parts.
func TestKeyOfAnotherForm(t *testing.T) {
	t.Parallel()
	type record struct {
		Name  string
		Count int
	}
	stored := memory{"known": `{"Name":"a","Count":1}`, "other": `{"Name":"a","Count":"many"}`, "text": "no JSON"}
	for key, want := range map[framework.Key[record]]record{"known": {"a", 1}, "other": {}, "text": {}, "none": {}} {
		var diags diag.Diagnostics
		if got := key.Get(t.Context(), stored, &diags); got != want || len(diags) > 0 {
			t.Errorf("%s: %v, want %v; %v", key, got, want, diags)
		}
	}
}
