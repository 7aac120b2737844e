// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestGuideIsUpToDate(t *testing.T) {
	t.Parallel()
	var want string
	for _, page := range pages {
		text, err := page.Check("../../..")
		if err != nil {
			t.Fatal(err)
		}
		want += text
	}
	for _, row := range []string{
		"| `open_mode` | blocker | The service asks for no credential.",
		"| `aci-tls` | Managed |  | `certificate` `code_moves`",
		"| `aks-key` | Kubernetes | `kubernetes_compute` |",
		"| `aks-gpu` | Managed |  | `code_moves` `environment_by_id` | NC4as_T4_v3 |",
		"| `ab-endpoint` | none | `aks_endpoint` |  |  |",
		"| `Standard_DS2_v2` | 2 | 7 | – |",
	} {
		if !strings.Contains(want, row) {
			t.Errorf("the guide lacks %q", row)
		}
	}
}

func TestNoServices(t *testing.T) {
	t.Parallel()
	if _, err := render(filepath.Join(t.TempDir(), "*.json")); err == nil {
		t.Error("no services make a guide")
	}
}
