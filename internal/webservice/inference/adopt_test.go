// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// registeredWhole is the environment of whole as the workspace may have it: without
// what the deployment adds, and with empty members and defaults spelled out.
const registeredWhole = `{"name":"e","version":"3","later":{"deep":[1,{"x":null}]},"r":{},
"spark":{"repositories":["x"],"precachePackages":true,"packages":[]},
"python":{"interpreterPath":"python3","userManagedDependencies":false,"condaDependencies":{"dependencies":["python=3.8"]},"baseCondaEnvironment":""},
"docker":{"baseImage":"i","baseDockerfile":null,"shmSize":"2g","arguments":["--x"],"platform":{"os":"Linux"},"baseImageRegistry":{"address":"R.example"}},
"environmentVariables":{"MODE":"on","A.B":"1"},"inferencingStackVersion":"latest"}`

// adoptImage imports a service that runs an image, and refreshes it.
func adoptImage(t *testing.T, w *workspace, image string) (Config, private, diag.Diagnostics) {
	t.Helper()
	p := private{}
	if diags := Imported.Set(t.Context(), p, true); diags.HasError() {
		t.Fatal(diags)
	}
	state, diags := refresh(t, w.api, image, configOf(t, nil), p)
	return state, p, diags
}

// By name if the registered definition is what is deployed, and else inline, with a
// warning that names every member.
func TestAdopt(t *testing.T) {
	t.Parallel()
	const object = `Service "iris" runs environment "e" version "3"`
	inlined := func(environment fields) fields {
		return adopted(merged(fields{"conda_dependencies": "channels: null\ndependencies:\n    - python=3.8\n"}, environment), nil)
	}
	overlaid := func(environment fields) fields {
		code := named["inference_config"].(fields)
		return merged(named, fields{"inference_config": merged(code, fields{"environment": merged(code["environment"].(fields), environment)})})
	}
	for name, test := range map[string]struct {
		registered string // "" is not allowed to be read, "none" is not there
		want       fields
		warnings   []string
	}{
		"the same":        {registeredWhole, named, nil},
		"a member":        {strings.Replace(registeredWhole, "2g", "8g", 1), inlined(nil), []string{object, "differs from the registered definition in: docker.shmSize.", `write environment = { name = "e", version = "3" }`}},
		"a package":       {strings.Replace(registeredWhole, "python=3.8", "python=3.9", 1), inlined(nil), []string{"in: python.condaDependencies."}},
		"a variable":      {strings.Replace(registeredWhole, `"MODE":"on",`, "", 1), overlaid(fields{"environment_variables": fields{"MODE": "on"}}), nil},
		"another value":   {strings.Replace(registeredWhole, `"MODE":"on",`, `"MODE":"off",`, 1), overlaid(fields{"environment_variables": fields{"MODE": "on"}}), nil},
		"a stack":         {strings.Replace(registeredWhole, `,"inferencingStackVersion":"latest"`, "", 1), overlaid(fields{"inferencing_stack_version": "latest"}), nil},
		"stack and more":  {strings.NewReplacer(`,"inferencingStackVersion":"latest"`, "", "2g", "8g").Replace(registeredWhole), inlined(nil), []string{"in: docker.shmSize, inferencingStackVersion."}},
		"several":         {`{"docker":{"baseImage":"i"}}`, inlined(nil), []string{"in: docker.arguments, docker.baseImageRegistry, docker.platform, docker.shmSize, environmentVariables.A.B, environmentVariables.MODE, inferencingStackVersion, later.deep, python.condaDependencies, python.interpreterPath, spark.repositories."}},
		"not there":       {"none", inlined(nil), []string{object, "not registered any more", "imported as an inline definition"}},
		"must not look":   {"", named, []string{object, "it is not known whether"}},
		"not an object":   {"[]", named, []string{"it is not known whether"}},
		"only a variable": {strings.Replace(registeredWhole, `"A.B":"1"`, `"A.B":"1","NEW":"2"`, 1), inlined(nil), []string{"in: environmentVariables.NEW."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t)
			if test.registered != "none" {
				w.register("e", "3", test.registered)
			}
			state, p, diags := adoptImage(t, w, whole)
			if want := configOf(t, test.want); !state.Object.Equal(want.Object) {
				t.Error(cmp.Diff(want.Object.String(), state.Object.String()))
			}
			text := ""
			for _, d := range diags {
				text += d.Severity().String() + ": " + d.Detail() + "\n"
			}
			if len(diags) != min(len(test.warnings), 1) || diags.HasError() {
				t.Fatal(text)
			}
			for _, want := range test.warnings {
				if !strings.Contains(text, want) {
					t.Errorf("%q is not in: %s", want, text)
				}
			}
			last := recordOf(t, p)
			if !last.Adopted || (last.Registered != nil) != (test.warnings == nil) {
				t.Errorf("%+v", last)
			}
			// Then it is known: nothing is looked up, nothing differs, nothing is sent.
			w.asked = nil
			again, diags := refresh(t, w.api, whole, state, p)
			if len(diags) > 0 || len(w.asked) > 0 || !again.Object.Equal(state.Object) {
				t.Error(diags, w.asked, again)
			}
			if image, diags := (Source{Plan: state, State: state, Live: serviceOf(t, whole), Last: last}).Image(t.Context()); diags.HasError() || cmp.Diff(exact(t, []byte(whole)), exact(t, image.Request.Document)) != "" {
				t.Error(diags, string(image.Request.Document))
			}
		})
	}
}

// A definition that no inline one can express stays by name.
func TestAdoptWithoutBase(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.register("e", "3", `{"docker":{"shmSize":"2g"}}`)
	const image = `{"modelIds":["iris:1"],"assets":[{"id":"score.py","url":"aml://artifact/x/score.py"}],"environment":{"name":"e","version":"3","docker":{"shmSize":"8g"}}}`
	state, _, diags := adoptImage(t, w, image)
	if want := configOf(t, at(fields{"name": "e", "version": "3", "resolved_version": "3"})); !state.Object.Equal(want.Object) {
		t.Error(cmp.Diff(want.Object.String(), state.Object.String()))
	}
	if len(diags) != 1 || !strings.Contains(diags[0].Detail(), "names no base image") || !strings.Contains(diags[0].Detail(), "docker.shmSize") {
		t.Error(diags)
	}
}

// A service without a registered environment is adopted without a look-up.
func TestAdoptOthers(t *testing.T) {
	t.Parallel()
	for name, image := range map[string]string{
		"no code":   `{"modelIds":["iris:1"]}`,
		"inline":    strings.Replace(whole, `"version":"3",`, "", 1),
		"reference": `{"modelIds":["iris:1"],"assets":[{"id":"score.py","url":"aml://artifact/x/score.py"}],"environmentReference":{"name":"e","version":"3"}}`,
	} {
		w := newWorkspace(t)
		_, p, diags := adoptImage(t, w, image)
		last := recordOf(t, p)
		if len(diags) > 0 || len(w.asked) > 0 || !last.Adopted || string(p["imported"]) != "false" {
			t.Errorf("%s: %v, %v, %+v", name, diags, w.asked, last)
		}
	}
}
