// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

func TestAccModelDataSource(t *testing.T) {
	t.Parallel()
	w := start(t)
	facts := block("churn", folder(t, "m", weights), attrs{"description": `"text"`, "tags": `{ a = "1" }`, "properties": `{ b = "2" }`, "framework": `"Onnx"`, "framework_version": `"1.15"`})
	lookup := func(label, arguments string) string {
		return fmt.Sprintf("data \"mlws_model\" %q {\n%s\n  depends_on = [mlws_model.churn]\n}\n", label, arguments)
	}
	const latest, given = "data.mlws_model.latest", "data.mlws_model.given"
	checks := []resource.TestCheckFunc{
		resource.TestCheckResourceAttr("data.mlws_model.seed", "model_id", "iris:2"),
		resource.TestCheckNoResourceAttr("data.mlws_model.seed", "content_hash"),
		resource.TestCheckResourceAttr("data.mlws_model.older", "model_id", "iris:1"),
		resource.TestCheckResourceAttr(latest, "properties.%", "2"), // with the one that the provider adds
		resource.TestCheckResourceAttr(latest, "mime_type", "application/json"),
		resource.TestCheckResourceAttrSet(latest, "updated_at"),
	}
	for _, source := range []string{latest, given} {
		for _, name := range []string{
			"id", "workspace_id", "name", "version", "model_id", "description", "tags.%", "tags.a", "properties.b", "framework", "framework_version", "content_hash", "url", "created_at",
		} {
			checks = append(checks, resource.TestCheckResourceAttrPair(source, name, address, name))
		}
	}
	w.test(
		t,
		resource.TestStep{Config: w.Config(`data "mlws_model" "none" { name = "nobody" }`), ExpectError: regexp.MustCompile(`has\s+no\s+model\s+named\s+"nobody"`)},
		resource.TestStep{
			Config:      w.Config("data \"mlws_model\" \"none\" {\n  name = \"iris\"\n  version = 9\n}\n"),
			ExpectError: regexp.MustCompile(`has\s+no\s+version\s+9\s+of\s+a\s+model\s+named\s+"iris"`),
		},
		resource.TestStep{Config: w.Config(`data "mlws_model" "none" { name = "-" }`), ExpectError: regexp.MustCompile(`must\s+be\s+1\s+to\s+255\s+letters`)},
		resource.TestStep{
			Config: w.Config(facts + lookup("latest", `name = "churn"`) + lookup("given", fmt.Sprintf("name = \"churn\"\nversion = 1\nworkspace_id = %q", emulator.DefaultWorkspaceID)) +
				lookup("seed", `name = "iris"`) + lookup("older", "name = \"iris\"\nversion = 1")),
			Check: all(checks...),
		},
	)
}
