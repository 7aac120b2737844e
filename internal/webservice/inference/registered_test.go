// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A definition that is registered stays as it was deployed, unless the plan names
// another one or somebody has changed it.
func TestRegisteredStays(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.register("e", "3", `{"name":"e","version":"3","docker":{"baseImage":"registered"}}`)
	w.register("e", "4", `{"name":"e","version":"4","docker":{"baseImage":"registered4"},"environmentVariables":{"X":"y"}}`)
	named := func(environment fields) fields {
		plan := adopted(nil, nil)
		plan["inference_config"].(fields)["environment"] = merged(fields{"name": "e", "version": "3", "resolved_version": "3"}, environment)
		return plan
	}
	variables := map[string]any{"AZUREML_ENTRY_SCRIPT": "code/s/score.py", "AZUREML_SOURCE_DIRECTORY": "code"}
	registered := map[string]any{"name": "e", "version": "3", "docker": map[string]any{"baseImage": "registered"}, "environmentVariables": variables}
	fourth := map[string]any{"name": "e", "version": "4", "docker": map[string]any{"baseImage": "registered4"}, "environmentVariables": map[string]any(merged(fields(variables), fields{"X": "y"}))}
	overlaid := func(definition map[string]any, variables fields, stack string) map[string]any {
		laid := merged(definition, fields{"environmentVariables": map[string]any(merged(definition["environmentVariables"].(map[string]any), variables))})
		if stack != "" {
			laid["inferencingStackVersion"] = stack
		}
		return laid
	}
	for name, test := range map[string]struct {
		image       string
		plan, state fields
		want        any // nil for the environment of the image
		read        int
	}{
		"overlaid":        {whole, named(fields{"environment_variables": fields{"X": "z"}, "inferencing_stack_version": "9"}), named(nil), overlaid(registered, fields{"X": "z"}, "9"), 1},
		"variable goes":   {whole, named(nil), named(fields{"environment_variables": fields{"MODE": "on"}}), registered, 1},
		"overlay of more": {whole, named(fields{"version": "4", "resolved_version": "4", "environment_variables": fields{"A": "b"}}), named(nil), overlaid(fourth, fields{"A": "b"}, ""), 1},
		"over another":    {whole, named(fields{"version": "4", "resolved_version": "4", "environment_variables": fields{"X": "z"}}), named(nil), overlaid(fourth, fields{"X": "z"}, ""), 1},
		"overlay stays":   {whole, named(fields{"environment_variables": fields{"MODE": "on"}}), named(fields{"environment_variables": fields{"MODE": "on"}}), nil, 0},
		"as it is":        {whole, named(nil), named(nil), nil, 0},
		"latest":          {whole, named(fields{"version": "latest"}), named(nil), nil, 0},
		"another version": {whole, named(fields{"version": "4", "resolved_version": "4"}), named(nil), fourth, 1},
		"inline becomes":  {whole, named(nil), adopted(nil, nil), registered, 1},
		"drifted":         {whole, named(nil), named(fields{"drifted_members": list{"docker.shmSize"}}), registered, 1},
		"meanwhile":       {strings.Replace(whole, `"version":"3"`, `"version":"2"`, 1), named(nil), named(nil), registered, 1},
		"unsaid, another": {strings.Replace(whole, `"version":"3",`, "", 1), named(fields{"version": "4", "resolved_version": "4"}), named(nil), fourth, 1},
		"version unsaid":  {strings.Replace(whole, `"version":"3",`, "", 1), named(nil), named(nil), nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			want := test.want
			if want == nil {
				want = exact(t, []byte(test.image))["environment"]
			}
			w.asked = nil
			got := sentOver(t, test.image, test.plan, test.state, func(s *Source) { s.API = w.api })
			if diff := cmp.Diff(want, got["environment"]); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if len(w.asked) != test.read {
				t.Errorf("the definition was read %d times", len(w.asked))
			}
		})
	}
	t.Run("code changes", func(t *testing.T) {
		plan := named(nil)
		plan["inference_config"].(fields)["entry_script"] = "other.py"
		want := exact(t, []byte(whole))["environment"].(map[string]any)
		want["environmentVariables"].(map[string]any)["AZUREML_ENTRY_SCRIPT"] = "code/other.py"
		if diff := cmp.Diff(want, sentOver(t, whole, plan, named(nil), nil)["environment"]); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
	t.Run("becomes inline", func(t *testing.T) {
		want := exact(t, []byte(whole))["environment"].(map[string]any)
		delete(want, "version")
		delete(want, "assetId")
		sectionOf(want, "docker")["baseImage"] = "mine"
		if diff := cmp.Diff(want, sentOver(t, whole, adopted(fields{"base_image": "mine"}, nil), named(nil), nil)["environment"]); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		other := adopted(nil, nil)
		other["inference_config"].(fields)["environment"] = fields{"name": "f", "base_image": "mine"}
		fresh := map[string]any{
			"name": "f", "docker": map[string]any{"baseImage": "mine"}, "python": map[string]any{"userManagedDependencies": true},
			"environmentVariables": variables,
		}
		if diff := cmp.Diff(fresh, sentOver(t, whole, other, named(nil), nil)["environment"]); diff != "" {
			t.Errorf("of another name (-want +got)\n%s", diff)
		}
	})
}

// An environment that is deployed by reference stays one, until the code changes.
func TestReference(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.register("e", "3", `{"name":"e","version":"3"}`)
	const image = `{"modelIds":["iris:1"],"assets":[{"id":"score.py","url":"aml://artifact/x/score.py"}],"environmentReference":{"name":"e","version":"3"}}`
	state := merged(fields{"model_ids": list{"iris:1"}}, at(fields{"name": "e", "version": "3", "resolved_version": "3"}))
	if diff := cmp.Diff(exact(t, []byte(image)), sentOver(t, image, state, state, nil)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	plan := merged(state, fields{"inference_config": merged(state["inference_config"].(fields), fields{"source_url": "aml://artifact/y/score.py"})})
	want := `{"modelIds":["iris:1"],"assets":[{"id":"score.py","url":"aml://artifact/y/score.py","mimeType":"application/octet-stream"}],"environment":{"name":"e","version":"3","environmentVariables":{"AZUREML_ENTRY_SCRIPT":"score.py"}}}`
	if diff := cmp.Diff(exact(t, []byte(want)), sentOver(t, image, plan, state, func(s *Source) { s.API = w.api })); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
