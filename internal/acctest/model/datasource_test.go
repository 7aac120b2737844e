// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

func TestAccModelDataSource(t *testing.T) {
	t.Parallel()
	w := start(t)
	facts := w.block("churn", folder(t, "m", weights), attrs{"description": `"text"`, "tags": `{ a = "1" }`, "properties": `{ b = "2" }`, "framework": `"Onnx"`, "framework_version": `"1.15"`})
	lookup := func(label, arguments string) string {
		return fmt.Sprintf("data \"mlws_model\" %q {\n%s\n  depends_on = [mlws_model.churn]\n}\n", label, arguments)
	}
	others, version, _ := strings.Cut(w.Model, ":")
	const latest, given = "data.mlws_model.latest", "data.mlws_model.given"
	checks := []resource.TestCheckFunc{
		resource.TestMatchResourceAttr("data.mlws_model.seed", "model_id", regexp.MustCompile("^"+others+`:\d+$`)),
		resource.TestCheckResourceAttr("data.mlws_model.older", "model_id", w.Model),
		resource.TestCheckResourceAttr(latest, "properties.%", "2"), // with the one that the provider adds
		resource.TestCheckResourceAttr(latest, "mime_type", "application/json"),
		resource.TestCheckResourceAttrSet(latest, "updated_at"),
	}
	if w.Emulator != nil {
		checks = append(checks, resource.TestCheckResourceAttr("data.mlws_model.seed", "model_id", "iris:2"), resource.TestCheckNoResourceAttr("data.mlws_model.seed", "content_hash"))
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
		resource.TestStep{Config: w.Config(fmt.Sprintf("data \"mlws_model\" \"none\" {\n  name = %q\n}\n", w.Name("nobody"))), ExpectError: regexp.MustCompile(`has\s+no\s+model\s+named\s+"nobody`)},
		resource.TestStep{
			Config:      w.Config(fmt.Sprintf("data \"mlws_model\" \"none\" {\n  name = %q\n  version = 99999\n}\n", others)),
			ExpectError: regexp.MustCompile(`has\s+no\s+version\s+99999\s+of\s+a\s+model\s+named\s+"` + others),
		},
		resource.TestStep{Config: w.Config(`data "mlws_model" "none" { name = "-" }`), ExpectError: regexp.MustCompile(`must\s+be\s+1\s+to\s+255\s+letters`)},
		resource.TestStep{
			Config: w.Config(facts + lookup("latest", "name = "+w.named("churn")) + lookup("given", fmt.Sprintf("name = %s\nversion = 1\nworkspace_id = %q", w.named("churn"), w.WorkspaceID)) +
				lookup("seed", fmt.Sprintf("name = %q", others)) + lookup("older", fmt.Sprintf("name = %q\nversion = %s", others, version))),
			Check: all(checks...),
		},
	)
}
