// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"strings"
	"testing"
)

func TestGuideIsUpToDate(t *testing.T) {
	t.Parallel()
	want, err := page.Check("../../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{
		"| a client that fetches tokens | Reader | `read` |",
		"| a pipeline that deploys services and rotates keys | Contributor | `read`, ",
		"| read the keys of a service | `services/aci/listkeys/action` | `services/aks/listkeys/action` | inferred for ACI, documented for AKS | AzureML Data Scientist, Contributor |",
		"| fetch a token of a service with token auth | – | `read` | documented | Reader, Contributor |",
	} {
		if !strings.Contains(want, row) {
			t.Errorf("the guide lacks %q", row)
		}
	}
}
