// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

var weights = map[string]string{"model.pkl": "weights", "vocabulary/words.txt": "a b", ".hidden": "", "empty": ""}

// below puts the top folder in front of the names.
func below(top string, files map[string]string) map[string]string {
	all := map[string]string{}
	for name, content := range files {
		all[top+"/"+name] = content
	}
	return all
}

// The life of a model: registered with all its bytes, unchanged by another plan,
// checkout or absence of the files, changed in place, and replaced.
func TestAccModel(t *testing.T) {
	t.Parallel()
	w := start(t)
	first, second := folder(t, "churn-model", weights), folder(t, "other-checkout", weights)
	facts := attrs{"description": `"Who leaves."`, "tags": `{ team = "a" }`, "properties": `{ run = "7" }`, "framework": `"ScikitLearn"`, "framework_version": `"1.4.0"`}
	changed := attrs{"description": `"Who stays."`, "tags": `{ team = "b", stage = "test" }`, "properties": `{ run = "7", "a/b" = "c" }`}
	after := attrs{}
	for _, a := range []attrs{facts, changed} {
		for name, value := range a {
			after[name] = value
		}
	}
	var hash string
	w.test(
		t,
		resource.TestStep{
			Config:           w.config(first, facts),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectKnownValue(address, tfjsonpath.New("content_hash"), knownvalue.StringRegexp(regexp.MustCompile("^[0-9a-f]{64}$")))}},
			Check: all(
				w.holds("churn:1", below("churn-model", weights)),
				w.calls("CreateArtifacts", "CreateAsset", "RegisterModel"),
				attribute("id", w.WorkspaceID+"/models/"+w.id("churn:1")), w.registered("churn:1"), attribute("version", "1"), attribute("path", first),
				attribute("workspace_id", w.WorkspaceID), attribute("description", "Who leaves."), attribute("tags.team", "a"), attribute("properties.%", "1"),
				attribute("framework", "ScikitLearn"), attribute("framework_version", "1.4.0"),
				resource.TestMatchResourceAttr(address, "url", regexp.MustCompile("^aml://asset/.+")), resource.TestMatchResourceAttr(address, "created_at", regexp.MustCompile("^20.+Z$")),
				resource.TestCheckResourceAttrWith(address, "content_hash", func(value string) error {
					hash = value
					api, err := w.API()
					if err != nil {
						return err
					}
					model, err := api.GetModel(t.Context(), w.id("churn:1"))
					if err == nil && model.Properties["mlws.contentHash"] != value {
						err = fmt.Errorf("the registered properties are %v", model.Properties)
					}
					return err
				}),
			),
		},
		resource.TestStep{
			PreConfig:         w.ResetLog,
			RefreshState:      true,
			RefreshPlanChecks: resource.RefreshPlanChecks{PostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
		resource.TestStep{Config: w.config(second, facts), ConfigPlanChecks: emptyPlan(), Check: all(w.calls(), attribute("path", first))},
		resource.TestStep{Config: w.config(filepath.Join(first, "not-here"), facts), ConfigPlanChecks: emptyPlan(), Check: all(w.calls(), attribute("path", first))},
		resource.TestStep{
			Config: w.config(second, after), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check: all(w.calls("PatchModel"), w.registered("churn:1"), attribute("properties.%", "2"), attribute("tags.stage", "test"), w.patched(`[
				{"op":"replace","path":"/description","value":"Who stays."},
				{"op":"replace","path":"/kvTags","value":{"stage":"test","team":"b"}},
				{"op":"add","path":"/properties","value":{"a/b":"c","mlws.contentHash":"HASH","run":"7"}}]`, &hash)),
		},
		resource.TestStep{
			PreConfig: w.ResetLog, Config: w.config(second, facts, attrs{"description": "null", "tags": "null", "properties": "null"}), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check: all(w.calls("PatchModel"), resource.TestCheckNoResourceAttr(address, "description"), resource.TestCheckNoResourceAttr(address, "tags"), attribute("properties.%", "0"),
				w.patched(`[{"op":"replace","path":"/description","value":""},{"op":"replace","path":"/kvTags","value":{}}]`, nil)),
		},
		resource.TestStep{
			PreConfig: func() {
				w.ResetLog()
				write(t, filepath.Join(second, "model.pkl"), "better weights")
			},
			Config: w.config(second), ConfigPlanChecks: planned(plancheck.ResourceActionDestroyBeforeCreate),
			Check: all(
				w.calls("DeleteModel", "CreateArtifacts", "CreateAsset", "RegisterModel"), w.registered("churn:2"), attribute("path", second), attribute("framework", "Custom"),
				w.holds("churn:2", below("other-checkout", map[string]string{"model.pkl": "better weights", "vocabulary/words.txt": "a b", ".hidden": "", "empty": ""})),
			),
		},
	)
}

// A framework that the configuration no longer names becomes the default, by a new
// version.
func TestAccModelFrameworkIsRemoved(t *testing.T) {
	t.Parallel()
	w := start(t)
	at := folder(t, "m", weights)
	w.test(
		t,
		resource.TestStep{
			Config: w.config(at, attrs{"framework": `"Onnx"`, "framework_version": `"1.4.0"`}),
			Check:  all(w.registered("churn:1"), attribute("framework", "Onnx"), attribute("framework_version", "1.4.0")),
		},
		resource.TestStep{
			Config:           w.config(at),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace)}},
			Check:            all(w.registered("churn:2"), attribute("framework", "Custom"), resource.TestCheckNoResourceAttr(address, "framework_version")),
		},
	)
}

// A refresh reads a model with one call.
func TestAccModelRefreshIsOneCall(t *testing.T) {
	t.Parallel()
	w := emulated(t, acctest.Log)
	config := w.config(folder(t, "m", weights))
	w.test(
		t,
		resource.TestStep{Config: config},
		resource.TestStep{PreConfig: w.ResetLog, RefreshState: true, Check: func() resource.TestCheckFunc {
			return all(w.calls(), w.CheckCount("GetModel", 1))
		}()},
	)
}

// One file is registered under its own name, and more than fifty take more calls.
func TestAccModelFiles(t *testing.T) {
	t.Parallel()
	w := start(t)
	many := map[string]string{}
	for i := range 60 {
		many[fmt.Sprintf("part-%02d", i)] = strings.Repeat("x", i)
	}
	root := folder(t, "large", map[string]string{"model.onnx": strings.Repeat("0123456789abcdef", 5<<16)})
	if err := os.Symlink("model.onnx", filepath.Join(root, "link.onnx")); err != nil {
		t.Fatal(err)
	}
	large := strings.Repeat("0123456789abcdef", 5<<16)
	w.test(t, resource.TestStep{
		Config: w.Config(w.block("churn", filepath.Join(root, "model.onnx")) + w.block("linked", root, attrs{"name": w.named("linked")}) + w.block("many", folder(t, "many", many), attrs{"name": w.named("many")})),
		Check: all(
			w.holds("churn:1", map[string]string{"model.onnx": large}),
			w.holds("linked:1", map[string]string{"large/model.onnx": large, "large/link.onnx": large}),
			w.holds("many:1", below("many", many)),
			w.CheckCount("CreateArtifacts", 4),
		),
	})
}

// A change that the API cannot make in place registers a new version.
func TestAccModelReplace(t *testing.T) {
	t.Parallel()
	w := start(t)
	root := folder(t, "m", weights)
	base := attrs{"framework": `"ScikitLearn"`, "framework_version": `"1.0"`, "properties": `{ a = "1" }`}
	steps := []resource.TestStep{{Config: w.config(root, base)}}
	for _, change := range []attrs{
		{"name": w.named("other")}, {"framework": `"Onnx"`}, {"framework_version": `"1.1"`}, {"properties": `{ a = "2" }`},
	} {
		for name, value := range change {
			base[name] = value
		}
		steps = append(steps, resource.TestStep{
			PreConfig: w.ResetLog, Config: w.config(root, base), ConfigPlanChecks: planned(plancheck.ResourceActionDestroyBeforeCreate),
			Check: w.calls("DeleteModel", "CreateArtifacts", "CreateAsset", "RegisterModel"),
		})
	}
	w.test(t, steps...)
}

// Changes of a version by others are drift.
func TestAccModelDrift(t *testing.T) {
	t.Parallel()
	w := emulated(t, acctest.Edits)
	config := w.config(folder(t, "m", weights), attrs{"description": `"mine"`, "tags": `{ a = "1" }`, "properties": `{ a = "1" }`})
	edit := func(change func(map[string]any)) func() {
		return func() {
			if err := w.Emulator.EditModel(w.WorkspaceID, "churn:1", change); err != nil {
				t.Fatal(err)
			}
			w.ResetLog()
		}
	}
	w.test(
		t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: edit(func(m map[string]any) {
				m["description"], m["kvTags"] = "theirs", map[string]any{"a": "1", "b": "2"}
				m["properties"].(map[string]any)["theirs"] = "x"
			}),
			Config: config, ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check: w.patched(`[{"op":"replace","path":"/description","value":"mine"},{"op":"replace","path":"/kvTags","value":{"a":"1"}}]`, nil),
		},
		resource.TestStep{
			PreConfig: edit(func(m map[string]any) { delete(m["properties"].(map[string]any), "a") }),
			Config:    config, ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
		},
		resource.TestStep{
			PreConfig: func() {
				if err := w.Emulator.RemoveModel(w.WorkspaceID, "churn:1"); err != nil {
					t.Fatal(err)
				}
				w.ResetLog()
			},
			Config: config, ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
			Check: all(w.registered("churn:2"), w.calls("CreateArtifacts", "CreateAsset", "RegisterModel")),
		},
	)
}

// A path that another resource decides, and a file that another one writes.
func TestAccModelOfAnotherResource(t *testing.T) {
	t.Parallel()
	w := start(t)
	root := t.TempDir()
	at := filepath.Join(root, "made", "m.pkl")
	w.test(t, resource.TestStep{
		Config: w.Config(fmt.Sprintf(`
resource "terraform_data" "made" {
  input = %q
  provisioner "local-exec" {
    command = "mkdir -p $(dirname ${self.input}) && printf trained > ${self.input}"
  }
}
`, at) + w.block("churn", "", attrs{"path": "terraform_data.made.output"}) + w.block("late", at, attrs{"name": w.named("late"), "depends_on": "[terraform_data.made]"})),
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectUnknownValue(address, tfjsonpath.New("content_hash")), plancheck.ExpectUnknownValue("mlws_model.late", tfjsonpath.New("content_hash")),
		}},
		Check:             all(w.holds("churn:1", map[string]string{"m.pkl": "trained"}), w.holds("late:1", map[string]string{"m.pkl": "trained"})),
		ConfigStateChecks: []statecheck.StateCheck{statecheck.CompareValuePairs(address, tfjsonpath.New("content_hash"), "mlws_model.late", tfjsonpath.New("content_hash"), same{})},
	})
}

type same struct{}

// CompareValues implements compare.ValueComparer.
func (same) CompareValues(values ...any) error {
	for _, v := range values {
		if v != values[0] {
			return fmt.Errorf("%v and %v differ", values[0], v)
		}
	}
	return nil
}
