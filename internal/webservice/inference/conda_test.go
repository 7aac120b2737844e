// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// withConda is code in an inline environment with these dependencies.
func withConda(text any, members fields) fields {
	return at(merged(merged(inline, fields{"conda_dependencies": text}), members))
}

func TestCondaRefused(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for name, test := range map[string]struct {
		text string
		want string
	}{
		"two documents":     {"---\nname: e\ndependencies:\n  - python=3.8\n---\nname: f\n", "second document"},
		"second is broken":  {"name: e\n---\n- [\n", "second document"},
		"mapping":           {"name: e\ndependencies:\n  python: 3.8\n  pip:\n    - azureml-defaults\n", "dependencies is not a list"},
		"pip is a mapping":  {"dependencies:\n  - pip:\n      azureml-defaults: 1\n", "pip in dependencies is not a list"},
		"misspelled":        {"name: e\ndependancies:\n  - python=3.8\n", "no key dependancies; dependencies is meant"}, //nolint:misspell // the case
		"wrong case":        {"CHANNELS: [x]\n", "no key CHANNELS; channels is meant"},
		"singular":          {"channel: [x]\n", "no key channel; channels is meant"},
		"duplicate":         {"name: e\ndependencies:\n  - python=3.8\nname: f\n", `does not parse: line 4: mapping key "name" already defined at line 1`},
		"v2":                {"$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json\nname: x\nimage: i\nconda_file: environment.yml\n", "file of a v2 environment. Give the conda file"},
		"v2 without schema": {"name: x\nconda_file: environment.yml\n", "file of a v2 environment"},
		"a path":            {"env.yml", "not a mapping"},
		"a list":            {"- a\n", "not a mapping"},
		"empty":             {"# nothing\n", "empty"},
		"empty mapping":     {"{}", "empty"},
		"not YAML":          {"a: [", "does not parse"},
		"keys are numbers":  {"dependencies: []\nvariables: {1: a}\n", "keys that are not strings"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diags := s.Validate(hostType, withConda(test.text, nil))
			if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityError || pathOf(diags[0]) != "inference_config.environment.conda_dependencies" || !strings.Contains(diags[0].Detail, test.want) {
				t.Errorf("%v", texts(diags))
			}
		})
	}
}

func TestCondaAccepted(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"usual":               "name: e\nchannels: [conda-forge]\ndependencies:\n  - python=3.8\n  - pip:\n    - azureml-defaults\n",
		"one document":        "---\ndependencies: [a]\n...\n",
		"no dependencies":     "channels: [a]\n",
		"null members":        "channels:\ndependencies:\n",
		"null pip":            "dependencies: [{pip: null}]\n",
		"a key of somebody's": "dependencies: [a]\nx-owner: me\n",
		"a short key":         "dependencies: [a]\nfame: me\n",
	} {
		if why := condaRule.Why(text); why != "" {
			t.Errorf("%s: %s", name, why)
		}
	}
}

// The server that answers requests is warned about when it is missing from what is
// about to be deployed, and at no other time.
func TestWarnServing(t *testing.T) {
	t.Parallel()
	const without, with = "dependencies: [python=3.8, {pip: [scikit-learn==1.0.2]}]", "dependencies: [python=3.8, {pip: ['AzureML_Defaults>=1.30']}]"
	for name, test := range map[string]struct {
		config, prior fields
		want          bool
	}{
		"missing":              {withConda(without, nil), nil, true},
		"no pip":               {withConda("dependencies: [python=3.8]", nil), nil, true},
		"there":                {withConda(with, nil), nil, false},
		"bare server":          {withConda("dependencies: [{pip: [azureml-inference-server-http]}]", nil), nil, false},
		"another package":      {withConda("dependencies: [{pip: [azureml-defaults-extra]}]", nil), nil, true},
		"stack":                {withConda(without, fields{"inferencing_stack_version": "latest"}), nil, false},
		"stack not known":      {withConda(without, fields{"inferencing_stack_version": unknown{}}), nil, false},
		"not known":            {withConda(unknown{}, nil), nil, false},
		"registered":           {at(fields{"name": "e", "version": "1"}), nil, false},
		"deployed already":     {withConda(without, nil), withConda(without, nil), false},
		"changed":              {withConda(without, nil), withConda(with, nil), true},
		"stack removed":        {withConda(without, nil), withConda(without, fields{"inferencing_stack_version": "latest"}), true},
		"something else":       {withConda(without, fields{"environment_variables": fields{"A": "b"}}), withConda(without, nil), false},
		"inline for the first": {withConda(without, nil), at(fields{"name": "e", "version": "1"}), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var prior fields
			if test.prior != nil {
				prior = healthy(test.prior)
			}
			got := strings.Join(plan(t, test.config, prior).Warnings, "\n")
			if test.want != strings.Contains(got, "Add azureml-defaults to the pip packages") || !test.want && got != "" {
				t.Error(got)
			}
		})
	}
}

// An image of one's own needs a server too: the one that it brings, or Azure's.
func TestWarnServingOfAnImage(t *testing.T) {
	t.Parallel()
	image := func(more fields) fields { return at(merged(fields{"name": "e", "base_image": "image:1"}, more)) }
	for name, test := range map[string]struct {
		config, prior fields
		want          bool
	}{
		"an image alone":     {image(nil), nil, true},
		"with a stack":       {image(fields{"inferencing_stack_version": "latest"}), nil, false},
		"stack not known":    {image(fields{"inferencing_stack_version": unknown{}}), nil, false},
		"packages not known": {image(fields{"conda_dependencies": unknown{}}), nil, false},
		"deployed already":   {image(nil), image(nil), false},
		"the packages go":    {image(nil), image(fields{"conda_dependencies": "dependencies: [{pip: [azureml-defaults]}]"}), true},
		"a registered one":   {at(fields{"name": "e", "version": "1"}), nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var prior fields
			if test.prior != nil {
				prior = healthy(test.prior)
			}
			if got := strings.Join(plan(t, test.config, prior).Warnings, "\n"); test.want != strings.Contains(got, "an image of your own") {
				t.Error(got)
			}
		})
	}
}

// Azure may drop null members or keep them; both are what was sent.
func TestNullMemberOfConda(t *testing.T) {
	t.Parallel()
	const text = "name: e\nchannels:\ndependencies:\n  - python=3.8\n"
	state := configOf(t, withConda(text, nil))
	for _, wire := range []string{`{"name":"e","channels":null,"dependencies":["python=3.8"]}`, `{"name":"e","dependencies":["python=3.8"]}`} {
		service := serviceWith(t, `{"name":"e","docker":{"baseImage":"i"},"python":{"userManagedDependencies":false,"condaDependencies":`+wire+`}}`)
		if after := Flatten(t.Context(), service, state); !after.Object.Equal(state.Object) {
			t.Errorf("%s: %s", wire, cmp.Diff(state.Object.String(), after.Object.String()))
		}
	}
	service := serviceWith(t, `{"name":"e","docker":{"baseImage":"i"},"python":{"userManagedDependencies":false,"condaDependencies":{"name":"f","dependencies":["python=3.8"]}}}`)
	if after := Flatten(t.Context(), service, state); after.Object.Equal(state.Object) {
		t.Error("another name is no difference")
	}
}

// serviceWith is a service with the code of at and this environment.
func serviceWith(t *testing.T, environment string) *azureml.Service {
	t.Helper()
	var service azureml.Service
	if err := json.Unmarshal([]byte(`{"environmentImageRequest":{"modelIds":[],"assets":[{"id":"score.py","url":"aml://artifact/x/score.py","mimeType":"application/octet-stream"}],"environment":`+environment+`}}`), &service); err != nil {
		t.Fatal(err)
	}
	return &service
}

func TestNumbersOfConda(t *testing.T) {
	t.Parallel()
	if got, want := condaToYAML(json.RawMessage(`{"variables":{"BIG":9007199254740993,"HALF":0.5},"dependencies":["a"]}`)), "dependencies:\n    - a\nvariables:\n    BIG: 9007199254740993\n    HALF: 0.5\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if sameJSON(json.RawMessage(`{"a":9007199254740993}`), json.RawMessage(`{"a":9007199254740992}`)) {
		t.Error("large numbers are rounded")
	}
}

// The provider sets these two variables, so a configured value would be replaced.
func TestReservedVariables(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"AZUREML_ENTRY_SCRIPT", "AZUREML_SOURCE_DIRECTORY"} {
		diags := serve(t).Validate(hostType, at(merged(inline, fields{"environment_variables": fields{name: "x", "MINE": "y"}})))
		if len(diags) != 1 || pathOf(diags[0]) != `inference_config.environment.environment_variables["`+name+`"]` || !strings.Contains(diags[0].Detail, "Remove it") {
			t.Error(texts(diags))
		}
	}
}
