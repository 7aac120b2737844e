// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// private is private state.
type private map[string][]byte

func (p private) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) { return p[key], nil }

func (p private) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	if !json.Valid(value) {
		return diag.Diagnostics{diag.NewErrorDiagnostic("not JSON", string(value))}
	}
	p[key] = value
	return nil
}

// refresh refreshes a service that runs an image, from this state.
func refresh(t *testing.T, api *azureml.Workspace, image string, state Config, p private) (Config, diag.Diagnostics) {
	t.Helper()
	service := serviceOf(t, image)
	return Refresh(t.Context(), api, service, Flatten(t.Context(), service, state), p, p)
}

func recordOf(t *testing.T, p private) Record {
	t.Helper()
	var diags diag.Diagnostics
	last := LastDeployed.Get(t.Context(), p, &diags)
	if diags.HasError() {
		t.Fatal(diags)
	}
	return last
}

func driftOf(t *testing.T, state Config) []string {
	t.Helper()
	return values.StringSlice(environmentOf(t.Context(), state).DriftedMembers)
}

var named = fields{
	"model_ids": list{"iris:1", "b:2"}, "inference_config": fields{
		"entry_script": "s/score.py", "source_url": "https://h/c.tgz", "source_directory_name": "code", "driver_url": "aml://artifact/d.py",
		"environment": fields{"name": "e", "version": "3", "resolved_version": "3"},
	},
}

// A change by somebody else under the same name and version, with the same code, is a
// difference by name; a member that an attribute shows is not named a second time.
func TestDriftIsNamed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		state fields
		edit  [2]string // in the image
		want  []string
	}{
		"nothing":                   {adopted(nil, nil), [2]string{"", ""}, nil},
		"named, nothing":            {named, [2]string{"", ""}, nil},
		"another order":             {adopted(nil, nil), [2]string{`"repositories":["x"],"precachePackages":true`, `"precachePackages":true,"repositories":["x"]`}, nil},
		"null left out":             {adopted(nil, nil), [2]string{`,"baseCondaEnvironment":null`, ""}, nil},
		"no attribute":              {adopted(nil, nil), [2]string{`"shmSize":"2g"`, `"shmSize":"8g"`}, []string{"docker.shmSize"}},
		"added":                     {adopted(nil, nil), [2]string{`"r":null`, `"r":{"rVersion":"4"}`}, []string{"r.rVersion"}},
		"removed":                   {adopted(nil, nil), [2]string{`"shmSize":"2g",`, ``}, []string{"docker.shmSize"}},
		"several":                   {adopted(nil, nil), [2]string{`["--x"],"platform":{"os":"Linux"}`, `[],"platform":{"os":"Windows"}`}, []string{"docker.arguments", "docker.platform"}},
		"beside the sections":       {adopted(nil, nil), [2]string{`"later":{"deep":[1`, `"later":{"deep":[2`}, []string{"later.deep"}},
		"shown: image":              {adopted(nil, nil), [2]string{`"baseImage":"i"`, `"baseImage":"j"`}, nil},
		"shown: conda":              {adopted(nil, nil), [2]string{"python=3.8", "python=3.9"}, nil},
		"shown: variables":          {adopted(nil, nil), [2]string{`"MODE":"on"`, `"MODE":"off"`}, nil},
		"shown: stack":              {adopted(nil, nil), [2]string{`Version":"latest"`, `Version":"1"`}, nil},
		"not shown: stack":          {adopted(fields{"inferencing_stack_version": nil}, nil), [2]string{`Version":"latest"`, `Version":"1"`}, []string{"inferencingStackVersion"}},
		"not shown: registry":       {adopted(fields{"base_image_registry": nil}, nil), [2]string{"R.example", "s.example"}, []string{"docker.baseImageRegistry"}},
		"credentials are no member": {adopted(nil, nil), [2]string{`"username":null`, `"username":"u"`}, nil},
		"named: image":              {named, [2]string{`"baseImage":"i"`, `"baseImage":"j"`}, []string{"docker.baseImage"}},
		"named: variables":          {named, [2]string{`"MODE":"on"`, `"MODE":"off"`}, []string{"environmentVariables"}},
		"named: conda":              {named, [2]string{"python=3.8", "python=3.9"}, []string{"python.condaDependencies"}},
		"named: version":            {named, [2]string{`"version":"3"`, `"version":"4"`}, nil},
		"where the code is":         {named, [2]string{"code/s/score.py", "code/s/other.py"}, nil},
		"no environment":            {named, [2]string{`"environment":{"name":"e"`, `"x":{"name":"e"`}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := private{}
			state := configOf(t, test.state)
			if diags := (Image{}).Remember(t.Context(), serviceOf(t, whole), state, p); diags.HasError() {
				t.Fatal(diags)
			}
			before := maps.Clone(p)
			after, diags := refresh(t, nil, strings.Replace(whole, test.edit[0], test.edit[1], 1), state, p)
			if got := driftOf(t, after); !slices.Equal(got, test.want) || len(diags) > 0 {
				t.Errorf("%v, want %v, %v", got, test.want, diags)
			}
			if test.want != nil && !Changes(t.Context(), state, after) {
				t.Error("the plan is not a change")
			}
			if diff := cmp.Diff(before, p); diff != "" {
				t.Errorf("the refresh changed private state:\n%s", diff)
			}
			// The next refresh, of a state with the drift in it, says the same.
			if again, _ := refresh(t, nil, strings.Replace(whole, test.edit[0], test.edit[1], 1), after, p); !slices.Equal(driftOf(t, again), test.want) {
				t.Errorf("then %v", driftOf(t, again))
			}
			if healed, _ := refresh(t, nil, whole, after, p); driftOf(t, healed) == nil || len(driftOf(t, healed)) > 0 {
				t.Errorf("after somebody has taken it back: %v", driftOf(t, healed))
			}
		})
	}
}

// A state of an earlier version has no record, so nothing is known to differ.
func TestNoRecord(t *testing.T) {
	t.Parallel()
	p := private{}
	after, diags := refresh(t, nil, whole, configOf(t, named), p)
	if len(driftOf(t, after))+len(diags)+len(p) > 0 {
		t.Error(driftOf(t, after), diags, p)
	}
	// An update of something else makes one, and leaves one that there is.
	for _, image := range []string{whole, strings.Replace(whole, "2g", "8g", 1)} {
		last := recordOf(t, p)
		if diags := last.Stays(t.Context(), serviceOf(t, image), configOf(t, named), p); diags.HasError() {
			t.Fatal(diags)
		}
	}
	if after, _ = refresh(t, nil, strings.Replace(whole, "2g", "8g", 1), configOf(t, named), p); !slices.Equal(driftOf(t, after), []string{"docker.shmSize"}) {
		t.Error(driftOf(t, after))
	}
}

// An apply that failed and left the service as it was does not forget a drift.
func TestFailedApplyKeepsTheRecord(t *testing.T) {
	t.Parallel()
	state, drifted, p := configOf(t, named), strings.Replace(whole, "2g", "8g", 1), private{}
	if diags := (Image{}).Remember(t.Context(), serviceOf(t, whole), state, p); diags.HasError() {
		t.Fatal(diags)
	}
	last := recordOf(t, p)
	image := Image{last: last, before: serviceOf(t, drifted)}
	for _, test := range []struct {
		runs, reads string
		want        []string
	}{
		{drifted, drifted, []string{"docker.shmSize"}},
		{strings.Replace(whole, "2g", "16g", 1), strings.Replace(whole, "2g", "16g", 1), []string{}},
	} {
		if diags := image.RememberFailed(t.Context(), serviceOf(t, test.runs), state, p); diags.HasError() {
			t.Fatal(diags)
		}
		if after, _ := refresh(t, nil, test.reads, state, p); !slices.Equal(driftOf(t, after), test.want) {
			t.Errorf("%v, want %v", driftOf(t, after), test.want)
		}
	}
}

// No value that may be a secret is remembered, and no digest says what it is of.
func TestRecordHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	image := strings.NewReplacer(`"r":null`, `"r":{"gitHubPackages":[{"repository":"o/r","authToken":"hush-hush"}]}`, `"username":null,"password":null`, `"username":"hush-u","password":"hush-p"`, `"MODE":"on"`, `"MODE":"hush-v"`,
		`"arguments":["--x"]`, `"arguments":["-e","API_KEY=hush-a"]`, `"repositories":["x"]`, `"repositories":["https://x/?sig=hush%2Fhush%2Bhush-hush-hush-hush"]`).Replace(whole)
	var records []Record
	for _, state := range []fields{adopted(nil, nil), named, adopted(fields{"base_image_registry": nil}, nil)} {
		p := private{}
		if diags := (Image{}).Remember(t.Context(), serviceOf(t, image), configOf(t, state), p); diags.HasError() {
			t.Fatal(diags)
		}
		if text := string(p["environment"]); strings.Contains(text, "hush") || !strings.Contains(text, "r.gitHubPackages") {
			t.Error(text)
		}
		last := recordOf(t, p)
		records = append(records, last)
	}
	if records[0].Deployed["docker.shmSize"] == records[1].Deployed["docker.shmSize"] {
		t.Error("the digests have no salt")
	}
	if got, want := slices.Sorted(maps.Keys(records[0].Rest)), []string{"assetId", "databricks.jarLibraries", "docker.platform", "docker.shmSize", "later.deep", "python.interpreterPath", "spark.precachePackages"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if len(records[1].Rest) > 0 {
		t.Errorf("%v: the workspace has the definition", records[1].Rest)
	}
	if got := string(records[2].Rest["docker.baseImageRegistry"]); got != `{"address":"R.example","registryIdentity":null}` {
		t.Error(got)
	}
}

// A change in place keeps the record of the registered definition; another
// definition makes another.
func TestRecordOfTheRegistered(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.register("e", "3", `{"name":"e","version":"3","docker":{"baseImage":"i"}}`)
	w.register("e", "4", `{"name":"e","version":"4"}`)
	p := private{}
	deploy := func(version string, state Config) Record {
		plan := configOf(t, merged(named, fields{"inference_config": merged(named["inference_config"].(fields), fields{"environment": fields{"name": "e", "version": version}})}))
		last := recordOf(t, p)
		source := Source{API: w.api, Plan: plan, State: state, Last: last}
		if !state.Object.IsNull() {
			source.Live = serviceOf(t, whole)
		}
		image, diags := source.Image(t.Context())
		diags.Append(image.Remember(t.Context(), serviceOf(t, whole), plan, p)...)
		if diags.HasError() {
			t.Fatal(diags)
		}
		last = recordOf(t, p)
		return last
	}
	state := configOf(t, named)
	first := deploy("3", Config{})
	if len(first.Registered) != 3 || first.Registered["docker.baseImage"] != first.Deployed["docker.baseImage"] {
		t.Errorf("%v", first)
	}
	if second := deploy("3", state); !maps.Equal(second.Registered, first.Registered) || string(second.Salt) != string(first.Salt) {
		t.Errorf("%v, want %v", second, first)
	}
	if third := deploy("4", state); len(third.Registered) != 2 {
		t.Errorf("%v", third)
	}
}
