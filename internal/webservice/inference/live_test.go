// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// whole is an image with members that no attribute stands for: sections and members
// that the SDK writes, null members, a number that a float64 rounds, and members
// that nobody knows yet.
const whole = `{"modelIds":["iris:1","b:2"],"driverProgram":"d.py","later":{"number":12345678901234567890,"nothing":null},
"assets":[{"id":"d.py","url":"aml://artifact/d.py","mimeType":"application/x-python","note":null},{"id":"c.tgz","url":"https://h/c.tgz","mimeType":"application/octet-stream","unpack":true,"note":"n"}],
"environment":{"name":"e","version":"3","assetId":"a","later":{"deep":[1,{"x":null}]},"r":null,"databricks":{"jarLibraries":[]},
"spark":{"repositories":["x"],"precachePackages":true},
"python":{"interpreterPath":"python3","userManagedDependencies":false,"condaDependencies":{"dependencies":["python=3.8"],"channels":null},"baseCondaEnvironment":null},
"docker":{"baseImage":"i","baseDockerfile":null,"shmSize":"2g","arguments":["--x"],"platform":{"os":"Linux"},"baseImageRegistry":{"address":"R.example","username":null,"password":null,"registryIdentity":null}},
"environmentVariables":{"AZUREML_ENTRY_SCRIPT":"code/s/score.py","AZUREML_SOURCE_DIRECTORY":"code","MODE":"on","A.B":"1","NULL":null},
"inferencingStackVersion":"latest"}}`

// adopted is what the state says of it, with an inline environment.
func adopted(environment, code fields) fields {
	return fields{"model_ids": list{"iris:1", "b:2"}, "inference_config": merged(fields{
		"entry_script": "s/score.py", "source_url": "https://h/c.tgz", "source_directory_name": "code", "driver_url": "aml://artifact/d.py",
		"environment": merged(fields{
			"name": "e", "base_image": "i", "base_image_registry": fields{"address": "R.example"}, "conda_dependencies": "dependencies: [python=3.8]",
			"environment_variables": fields{"MODE": "on", "A.B": "1", "NULL": ""}, "inferencing_stack_version": "latest",
		}, environment),
	}, code)}
}

func serviceOf(t *testing.T, image string) *azureml.Service {
	t.Helper()
	var service azureml.Service
	if err := json.Unmarshal([]byte(`{"name":"iris","environmentImageRequest":`+image+`}`), &service); err != nil {
		t.Fatal(err)
	}
	return &service
}

// exact decodes JSON with its numbers as they are written and its null members.
func exact(t *testing.T, encoded []byte) map[string]any {
	t.Helper()
	value, err := decodeJSON(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return value.(map[string]any)
}

// sentOver is what is sent over a service that runs this image.
func sentOver(t *testing.T, image string, plan, state fields, change func(*Source)) map[string]any {
	t.Helper()
	before := configOf(t, state)
	source := Source{Plan: configOf(t, plan), State: before, Live: serviceOf(t, image)}
	if change != nil {
		change(&source)
	}
	built, diags := source.Image(t.Context())
	if diags.HasError() {
		t.Fatal(diags)
	}
	encoded, err := json.Marshal(built.Request)
	if err != nil {
		t.Fatal(err)
	}
	return exact(t, encoded)
}

func sectionOf(document map[string]any, path string) map[string]any {
	for _, name := range strings.Split(path, ".") {
		document = document[name].(map[string]any)
	}
	return document
}

// A change of one attribute changes the members of that attribute, and everything
// else is sent as it is deployed.
func TestNothingElseChanges(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		plan   fields
		edit   func(document map[string]any)
		source func(*Source)
	}{
		"nothing": {plan: adopted(nil, nil)},
		"models": {plan: merged(adopted(nil, nil), fields{"model_ids": list{"iris:2"}}), edit: func(d map[string]any) {
			d["modelIds"] = []any{"iris:2"}
		}},
		"order of models": {plan: merged(adopted(nil, nil), fields{"model_ids": list{"b:2", "iris:1"}}), edit: func(d map[string]any) {
			d["modelIds"] = []any{"b:2", "iris:1"}
		}},
		"base image": {plan: adopted(fields{"base_image": "j"}, nil), edit: func(d map[string]any) {
			sectionOf(d, "environment.docker")["baseImage"] = "j"
		}},
		"dockerfile": {plan: adopted(fields{"base_image": nil, "base_image_registry": nil, "base_dockerfile": "FROM i"}, nil), edit: func(d map[string]any) {
			docker := sectionOf(d, "environment.docker")
			delete(docker, "baseImage")
			delete(docker, "baseImageRegistry")
			docker["baseDockerfile"] = "FROM i"
		}},
		"conda": {plan: adopted(fields{"conda_dependencies": "dependencies: [python=3.9]\nchannels:"}, nil), edit: func(d map[string]any) {
			sectionOf(d, "environment.python")["condaDependencies"] = map[string]any{"dependencies": []any{"python=3.9"}, "channels": nil}
		}},
		"no conda": {plan: adopted(fields{"conda_dependencies": nil}, nil), edit: func(d map[string]any) {
			delete(sectionOf(d, "environment.python"), "condaDependencies")
			sectionOf(d, "environment.python")["userManagedDependencies"] = true
		}},
		"packages of the image": {plan: adopted(fields{"user_managed_dependencies": true}, nil), edit: func(d map[string]any) {
			sectionOf(d, "environment.python")["userManagedDependencies"] = true
		}},
		"another variable": {plan: adopted(fields{"environment_variables": fields{"MODE": "off", "A.B": "1", "NULL": ""}}, nil), edit: func(d map[string]any) {
			sectionOf(d, "environment.environmentVariables")["MODE"] = "off"
		}},
		"a variable less, one more": {plan: adopted(fields{"environment_variables": fields{"MODE": "on", "C.D": "2"}}, nil), edit: func(d map[string]any) {
			variables := sectionOf(d, "environment.environmentVariables")
			delete(variables, "A.B")
			delete(variables, "NULL")
			variables["C.D"] = "2"
		}},
		"no variables": {plan: adopted(fields{"environment_variables": nil}, nil), edit: func(d map[string]any) {
			variables := sectionOf(d, "environment.environmentVariables")
			delete(variables, "A.B")
			delete(variables, "NULL")
			delete(variables, "MODE")
		}},
		"stack": {plan: adopted(fields{"inferencing_stack_version": "1"}, nil), edit: func(d map[string]any) {
			sectionOf(d, "environment")["inferencingStackVersion"] = "1"
		}},
		"no stack": {plan: adopted(fields{"inferencing_stack_version": nil}, nil), edit: func(d map[string]any) {
			delete(sectionOf(d, "environment"), "inferencingStackVersion")
		}},
		"another name": {plan: adopted(fields{"name": "f"}, nil), edit: func(d map[string]any) {
			environment := sectionOf(d, "environment")
			environment["name"] = "f"
			delete(environment, "version") // it is a version of e
			delete(environment, "assetId")
		}},
		"another registry": {plan: adopted(fields{"base_image_registry": fields{"address": "s.example"}}, nil), edit: func(d map[string]any) {
			sectionOf(d, "environment.docker.baseImageRegistry")["address"] = "s.example"
		}},
		"no registry": {plan: adopted(fields{"base_image_registry": nil}, nil), edit: func(d map[string]any) {
			delete(sectionOf(d, "environment.docker"), "baseImageRegistry")
		}},
		"credentials": {plan: adopted(fields{"base_image_registry": fields{"address": "r.EXAMPLE", "username": "u"}}, nil), edit: func(d map[string]any) {
			registry := sectionOf(d, "environment.docker.baseImageRegistry")
			registry["username"], registry["password"] = "u", "pw"
		}, source: func(s *Source) { s.RegistryPassword = "pw" }},
		"no credentials": {plan: adopted(fields{"base_image_registry": fields{"address": "R.example", "username": ""}}, nil)},
		"another script": {plan: adopted(nil, fields{"entry_script": "other.py"}), edit: func(d map[string]any) {
			d["assets"] = []any{
				map[string]any{"id": "d.py", "url": "aml://artifact/d.py", "mimeType": "application/x-python"},
				map[string]any{"id": "c.tgz", "url": "https://h/c.tgz", "mimeType": "application/octet-stream", "unpack": true},
			}
			sectionOf(d, "environment.environmentVariables")["AZUREML_ENTRY_SCRIPT"] = "code/other.py"
		}},
		"another archive": {plan: adopted(nil, fields{"source_url": "https://h/d.tgz", "driver_url": nil}), edit: func(d map[string]any) {
			delete(d, "driverProgram")
			d["assets"] = []any{map[string]any{"id": "d.tgz", "url": "https://h/d.tgz", "mimeType": "application/octet-stream", "unpack": true}}
		}},
		"a lone script": {plan: adopted(nil, fields{"entry_script": "score.py", "source_url": "https://h/score.py", "source_directory_name": nil, "driver_url": nil}), edit: func(d map[string]any) {
			delete(d, "driverProgram")
			d["assets"] = []any{map[string]any{"id": "score.py", "url": "https://h/score.py", "mimeType": "application/octet-stream"}}
			sectionOf(d, "environment.environmentVariables")["AZUREML_ENTRY_SCRIPT"] = "score.py"
			delete(sectionOf(d, "environment.environmentVariables"), "AZUREML_SOURCE_DIRECTORY")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := exact(t, []byte(whole))
			if test.edit != nil {
				test.edit(want)
			}
			if diff := cmp.Diff(want, sentOver(t, whole, test.plan, adopted(nil, nil), test.source)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// The fixture is what an import makes of the image.
func TestAdoptedIsTheState(t *testing.T) {
	t.Parallel()
	state := configOf(t, adopted(nil, nil))
	if after := Flatten(t.Context(), serviceOf(t, whole), state); !after.Object.Equal(state.Object) || !after.ModelIDs.Equal(state.ModelIDs) {
		t.Error(cmp.Diff(state.Object.String(), after.Object.String()))
	}
}

// A change by somebody else between the refresh and the apply is reverted if an
// attribute says so.
func TestPlannedWinsOverTheService(t *testing.T) {
	t.Parallel()
	meanwhile := strings.NewReplacer(`"baseImage":"i"`, `"baseImage":"other"`, `"MODE":"on"`, `"MODE":"off"`, `"b:2"`, `"b:3"`, "c.tgz", "x.tgz").Replace(whole)
	want := exact(t, []byte(whole))
	assets := want["assets"].([]any)
	delete(assets[0].(map[string]any), "note")
	delete(assets[1].(map[string]any), "note")
	if diff := cmp.Diff(want, sentOver(t, meanwhile, adopted(nil, nil), adopted(nil, nil), nil)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// So is what somebody else has added, although no attribute was set.
func TestAddedMembersAreTakenBack(t *testing.T) {
	t.Parallel()
	const image = `{"modelIds":["iris:1"],"assets":[{"id":"score.py","url":"aml://artifact/x/score.py"}],"environment":{"name":"e","docker":{"baseImage":"i"ADDED}OTHERS}}`
	state := merged(fields{"model_ids": list{"iris:1"}}, at(inline))
	plain := strings.NewReplacer("ADDED", "", "OTHERS", "").Replace(image)
	for _, added := range [][2]string{
		{`,"baseDockerfile":"FROM x"`, ""},
		{"", `,"python":{"condaDependencies":{"dependencies":["x"]},"userManagedDependencies":true}`},
		{"", `,"environmentVariables":{"X":"y"}`},
	} {
		got := sentOver(t, strings.NewReplacer("ADDED", added[0], "OTHERS", added[1]).Replace(image), state, state, nil)
		environment := got["environment"].(map[string]any)
		delete(environment, "python")
		if variables, exists := environment["environmentVariables"].(map[string]any); exists && len(variables) == 0 {
			delete(environment, "environmentVariables")
		}
		if diff := cmp.Diff(exact(t, []byte(plain)), got); diff != "" || strings.Contains(added[1], "conda") && len(environment) != 2 {
			t.Errorf("%v (-want +got)\n%s", added, diff)
		}
	}
	conda := sentOver(t, strings.NewReplacer("ADDED", "", "OTHERS", `,"python":{"condaDependencies":{"dependencies":["x"]}}`).Replace(image), state, state, nil)
	if diff := cmp.Diff(map[string]any{"userManagedDependencies": true}, sectionOf(conda, "environment.python")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A registry that no attribute names is one that the service has filled in.
func TestRegistryOfTheService(t *testing.T) {
	t.Parallel()
	state := adopted(fields{"base_image_registry": nil}, nil)
	if diff := cmp.Diff(exact(t, []byte(whole)), sentOver(t, whole, state, state, nil)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	// Azure may show that there are credentials; an empty one is never sent.
	empty := strings.Replace(whole, `"username":null,"password":null`, `"username":"","password":""`, 1)
	want := exact(t, []byte(whole))
	registry := sectionOf(want, "environment.docker.baseImageRegistry")
	delete(registry, "username")
	delete(registry, "password")
	if diff := cmp.Diff(want, sentOver(t, empty, adopted(nil, nil), adopted(nil, nil), nil)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Code that an older SDK deployed has its script in the driver, and no variables.
func TestCodeWithoutVariables(t *testing.T) {
	t.Parallel()
	image := strings.Replace(whole, `"AZUREML_ENTRY_SCRIPT":"code/s/score.py","AZUREML_SOURCE_DIRECTORY":"code",`, "", 1)
	state := adopted(nil, nil)
	if diff := cmp.Diff(exact(t, []byte(image)), sentOver(t, image, state, state, nil)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	got := sentOver(t, image, adopted(nil, fields{"entry_script": "other.py"}), state, nil)
	if script := sectionOf(got, "environment.environmentVariables")["AZUREML_ENTRY_SCRIPT"]; script != "code/other.py" {
		t.Error(script)
	}
}

// A SAS is never returned, so it is sent again; the rest of the asset stays.
func TestSignedCodeIsSentAgain(t *testing.T) {
	t.Parallel()
	signed := adopted(nil, fields{"source_url": "https://h/c.tgz?sig=s"})
	want := exact(t, []byte(whole))
	want["assets"].([]any)[1].(map[string]any)["url"] = "https://h/c.tgz?sig=s"
	if diff := cmp.Diff(want, sentOver(t, whole, signed, signed, nil)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Models in another form than ids keep it as long as they stay.
func TestInlineModels(t *testing.T) {
	t.Parallel()
	const image = `{"models":[{"id":"iris:1","name":"iris","url":"aml://x"}],"modelIds":null}`
	expanded := func(s *Source) { s.Live.Models = []azureml.ServiceModel{{ID: "iris:1"}} }
	one, two := fields{"model_ids": list{"iris:1"}}, fields{"model_ids": list{"iris:2"}}
	if diff := cmp.Diff(exact(t, []byte(image)), sentOver(t, image, one, one, expanded)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(exact(t, []byte(`{"modelIds":["iris:2"]}`)), sentOver(t, image, two, one, expanded)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Also if code comes along.
func TestInlineModelsWithCode(t *testing.T) {
	t.Parallel()
	image := strings.Replace(whole, `"modelIds":["iris:1","b:2"]`, `"models":[{"id":"iris:1"},{"id":"b:2"}]`, 1)
	expanded := func(s *Source) { s.Live.Models = []azureml.ServiceModel{{ID: "iris:1"}, {ID: "b:2"}} }
	want := exact(t, []byte(image))
	if diff := cmp.Diff(want, sentOver(t, image, adopted(nil, nil), adopted(nil, nil), expanded)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	delete(want, "models")
	want["modelIds"] = []any{"iris:2"}
	if diff := cmp.Diff(want, sentOver(t, image, merged(adopted(nil, nil), fields{"model_ids": list{"iris:2"}}), adopted(nil, nil), expanded)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Without code, the service chooses the environment for its model.
func TestModelWithoutCode(t *testing.T) {
	t.Parallel()
	const image = `{"modelIds":["iris:1"],"later":1,"environment":{"name":"AzureML-x","version":"1"}}`
	one, two := fields{"model_ids": list{"iris:1"}}, fields{"model_ids": list{"iris:2"}}
	for _, test := range []struct {
		plan fields
		want string
	}{
		{one, image},
		{two, `{"modelIds":["iris:2"]}`},
		{merged(one, at(inline)), `{"modelIds":["iris:1"],"assets":[{"id":"score.py","url":"aml://artifact/x/score.py","mimeType":"application/octet-stream"}],
			"environment":{"name":"e","python":{"userManagedDependencies":true},"docker":{"baseImage":"i"},"environmentVariables":{"AZUREML_ENTRY_SCRIPT":"score.py"}}}`},
	} {
		if diff := cmp.Diff(exact(t, []byte(test.want)), sentOver(t, image, test.plan, one, nil)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
	if diff := cmp.Diff(exact(t, []byte(`{"modelIds":["iris:1","b:2"]}`)), sentOver(t, whole, fields{"model_ids": list{"iris:1", "b:2"}}, adopted(nil, nil), nil)); diff != "" {
		t.Errorf("code removed (-want +got)\n%s", diff)
	}
}

// A section that the definition lacks is added only if an attribute asks for it.
func TestMissingSections(t *testing.T) {
	t.Parallel()
	const image = `{"modelIds":["iris:1"],"assets":[{"id":"score.py","url":"aml://artifact/x/score.py"}],"environment":{"name":"e","docker":{"baseImage":"i"}}}`
	state := merged(fields{"model_ids": list{"iris:1"}}, at(inline))
	with := func(members fields) fields { return merged(state, at(merged(inline, members))) }
	for name, test := range map[string]struct {
		plan fields
		want string
	}{
		"nothing":       {state, `{"name":"e","docker":{"baseImage":"i"}}`},
		"conda":         {with(fields{"conda_dependencies": "dependencies: [a]"}), `{"name":"e","docker":{"baseImage":"i"},"python":{"condaDependencies":{"dependencies":["a"]}}}`},
		"user managed":  {with(fields{"user_managed_dependencies": true}), `{"name":"e","docker":{"baseImage":"i"},"python":{"userManagedDependencies":true}}`},
		"a variable":    {with(fields{"environment_variables": fields{"A": "b"}}), `{"name":"e","docker":{"baseImage":"i"},"environmentVariables":{"A":"b"}}`},
		"a new private": {with(fields{"base_image_registry": fields{"address": "r", "username": "u"}}), `{"name":"e","docker":{"baseImage":"i","baseImageRegistry":{"address":"r","username":"u","password":"pw"}}}`},
	} {
		got := sentOver(t, image, test.plan, state, func(s *Source) { s.RegistryPassword = "pw" })
		if diff := cmp.Diff(exact(t, []byte(test.want)), got["environment"]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

// Members that no attribute shows go back to what they were, if that is known.
func TestDriftIsTakenBack(t *testing.T) {
	t.Parallel()
	last := Record{
		Deployed: map[string]string{"docker.shmSize": "1", "docker.arguments": "2", "r.packages": "3"},
		Rest:     map[string]json.RawMessage{"docker.shmSize": json.RawMessage(`"8g"`), "docker.gone": json.RawMessage(`[1]`)},
	}
	state := adopted(fields{"drifted_members": list{"docker.shmSize", "docker.arguments", "docker.gone", "spark.repositories"}}, nil)
	want := exact(t, []byte(whole))
	docker := sectionOf(want, "environment.docker")
	docker["shmSize"], docker["gone"] = "8g", []any{json.Number("1")}
	delete(sectionOf(want, "environment.spark"), "repositories")
	if diff := cmp.Diff(want, sentOver(t, whole, adopted(nil, nil), state, func(s *Source) { s.Last = last })); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
