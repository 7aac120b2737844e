// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestExpandImage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config fields
		want   string
	}{
		"no code": {fields{"model_ids": list{"a:1"}}, `{"modelIds":["a:1"]}`},
		"no models, one file": {at(inline), `{"modelIds":[],"assets":[{"id":"score.py","url":"aml://artifact/x/score.py","mimeType":"application/octet-stream"}],
			"environment":{"name":"e","python":{"userManagedDependencies":true},"docker":{"baseImage":"i"},"environmentVariables":{"AZUREML_ENTRY_SCRIPT":"score.py"}}}`},
		"archive with driver": {fields{"inference_config": fields{
			"entry_script": "src/score.py", "source_url": "https://h/c/code.tgz?sig=x", "source_directory_name": "code", "driver_url": "aml://artifact/d/_generated.py",
			"environment": fields{"name": "e", "base_dockerfile": "FROM i", "conda_dependencies": "dependencies: [python=3.8, {pip: [x]}]", "environment_variables": fields{"A": "b"}, "inferencing_stack_version": "latest"},
		}}, `{"modelIds":[],"driverProgram":"_generated.py","assets":[{"id":"_generated.py","url":"aml://artifact/d/_generated.py","mimeType":"application/x-python"},
			{"id":"code.tgz","url":"https://h/c/code.tgz?sig=x","mimeType":"application/octet-stream","unpack":true}],
			"environment":{"name":"e","python":{"userManagedDependencies":false,"condaDependencies":{"dependencies":["python=3.8",{"pip":["x"]}]}},"docker":{"baseDockerfile":"FROM i"},
			"environmentVariables":{"A":"b","AZUREML_ENTRY_SCRIPT":"code/src/score.py","AZUREML_SOURCE_DIRECTORY":"code"},"inferencingStackVersion":"latest"}}`},
		"private registry": {
			at(fields{"name": "e", "base_image": "i", "user_managed_dependencies": false, "base_image_registry": fields{"address": "r", "username": "u"}}),
			`{"modelIds":[],"assets":[{"id":"score.py","url":"aml://artifact/x/score.py","mimeType":"application/octet-stream"}],
			"environment":{"name":"e","python":{"userManagedDependencies":false},"docker":{"baseImage":"i","baseImageRegistry":{"address":"r","username":"u","password":"pw"}},
			"environmentVariables":{"AZUREML_ENTRY_SCRIPT":"score.py"}}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, diags := Source{Plan: configOf(t, test.config), RegistryPassword: "pw"}.Image(t.Context())
			if diags.HasError() {
				t.Fatal(diags)
			}
			compareJSON(t, test.want, got.Request)
		})
	}
}

func TestSetVariables(t *testing.T) {
	t.Parallel()
	added := map[string]string{"A": "new", "B": "2"}
	for definition, want := range map[string]string{
		`{"name":"e","x":{"y":[1.50]}}`:                         `{"name":"e","x":{"y":[1.5]},"environmentVariables":{"A":"new","B":"2"}}`,
		`{"environmentVariables":null}`:                         `{"environmentVariables":{"A":"new","B":"2"}}`,
		`{"environmentVariables":{"A":"old","C":"3"},"name":1}`: `{"environmentVariables":{"A":"new","B":"2","C":"3"},"name":1}`,
	} {
		parsed, err := parseDocument(json.RawMessage(definition))
		if err == nil {
			err = parsed.setVariables(added)
		}
		if err != nil {
			t.Fatal(err)
		}
		compareJSON(t, want, parsed)
	}
	for _, definition := range []string{`[]`, `{"environmentVariables":[]}`, ``} {
		parsed, err := parseDocument(json.RawMessage(definition))
		if err == nil {
			err = parsed.setVariables(added)
		}
		if err == nil {
			t.Errorf("%s was accepted", definition)
		}
	}
}

// Azure describes variables as an object. Those of another form cannot be changed.
func TestVariablesOfAnotherForm(t *testing.T) {
	t.Parallel()
	image := strings.Replace(whole, `"environmentVariables":{`, `"environmentVariables":[],"other":{`, 1)
	source := Source{Plan: configOf(t, adopted(fields{"base_image": "j"}, nil)), State: configOf(t, adopted(nil, nil)), Live: serviceOf(t, image)}
	_, diags := source.Image(t.Context())
	if len(diags) != 1 || diags[0].Summary() != "The environment cannot be deployed" || !strings.Contains(diags[0].Detail(), "its environmentVariables are not an object") {
		t.Error(diags)
	}
}
