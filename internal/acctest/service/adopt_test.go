// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/provider"
)

// sdkCode is what the Python SDK deploys of a registered environment that its owner
// has changed first: another package, a variable, and the members that the SDK
// spells out. The provider has no attribute for some of them.
const sdkCode = `{
	"modelIds": ["iris:1"], "driverProgram": "_generated_main.py",
	"assets": [
		{"id":"_generated_main.py","url":"aml://artifact/LocalUpload/1/_generated_main.py","mimeType":"application/x-python"},
		{"id":"src.tar.gz","url":"aml://artifact/LocalUpload/2/src.tar.gz","mimeType":"application/octet-stream","unpack":true}
	],
	"environment": {
		"name": "sklearn-env", "version": "1", "inferencingStackVersion": null,
		"docker": {"baseImage": "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04", "baseDockerfile": null, "enabled": false, "sharedVolumes": true, "shmSize": "2g", "arguments": ["--ulimit"],
			"platform": {"os": "Linux", "architecture": "amd64"}, "baseImageRegistry": {"address": null, "username": null, "password": null, "registryIdentity": null}},
		"python": {"interpreterPath": "/opt/python", "userManagedDependencies": false, "baseCondaEnvironment": null, "condaDependencies": {
			"name": "project_environment", "channels": ["conda-forge"], "dependencies": ["python=3.8", "scikit-learn=1.0", {"pip": ["azureml-defaults", "joblib==1.0"]}]}},
		"spark": {"repositories": ["https://repo"], "packages": [{"group": "g", "artifact": "a", "version": "1"}], "precachePackages": false},
		"databricks": {"mavenLibraries": [], "jarLibraries": ["x.jar"]},
		"environmentVariables": {"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE", "ADDED": "yes", "AZUREML_ENTRY_SCRIPT": "src/score.py", "AZUREML_SOURCE_DIRECTORY": "src"}
	}
}`

// deployed creates services of both types that run an image, as the SDK does.
func deployed(t *testing.T, env *acctest.Env, image string) {
	t.Helper()
	api, err := env.API()
	if err != nil {
		t.Fatal(err)
	}
	compute := env.Compute
	for name, request := range map[string]azureml.CreateServiceRequest{
		"on-aci": {ServiceSpec: azureml.ServiceSpec{ComputeType: azureml.ComputeACI}},
		"on-aks": {ServiceSpec: azureml.ServiceSpec{ComputeType: azureml.ComputeAKS, ComputeName: &compute}},
	} {
		request.Name, request.Image = env.Name(name), new(azureml.EnvironmentImage)
		if err := json.Unmarshal([]byte(image), request.Image); err != nil {
			t.Fatal(err)
		}
		operation, err := api.CreateService(context.Background(), request)
		if err == nil {
			err = api.WaitOperation(context.Background(), operation)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// document is a service in its wire form, without what every change moves.
func document(t *testing.T, env *acctest.Env, name string) map[string]any {
	t.Helper()
	service, exists := env.Emulator.ServiceJSON(env.WorkspaceID, env.Name(name))
	if !exists {
		t.Fatalf("there is no service %s", name)
	}
	for _, moved := range []string{"updatedTime", "operationId", "publicIp", "publicFqdn"} {
		delete(service, moved)
	}
	return service
}

func section(document map[string]any, path string) map[string]any {
	for _, name := range strings.Split(path, ".") {
		document, _ = document[name].(map[string]any)
	}
	return document
}

func imports(env *acctest.Env) string {
	return `
import {
  to = mlws_aci_service.iris
  id = "` + env.ServiceID(env.Name("on-aci")) + `"
}
import {
  to = mlws_aks_service.iris
  id = "` + env.ServiceID(env.Name("on-aks")) + `"
}
`
}

// Services of the SDK come under Terraform as they are: the generated configuration
// plans no change, and a change of one attribute leaves everything else in place.
func TestAccAdoptedServicesKeepEverything(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Log)
	deployed(t, env, sdkCode)
	before := map[string]map[string]any{"on-aci": document(t, env, "on-aci"), "on-aks": document(t, env, "on-aks")}
	same := func(event string, change func(name string, service map[string]any)) {
		t.Helper()
		for _, name := range []string{"on-aci", "on-aks"} {
			if change != nil {
				change(name, before[name])
			}
			if diff := cmp.Diff(before[name], document(t, env, name)); diff != "" {
				t.Errorf("%s: %s (-want +got)\n%s", event, name, diff)
			}
		}
	}
	cli := env.NewCLI(t, env.Config(imports(env)))
	run := func(args ...string) string {
		t.Helper()
		output, err := cli.Run(args...)
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, output)
		}
		return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(output)), " ")
	}
	output := run("plan", "-no-color", "-generate-config-out=generated.tf")
	for _, want := range []string{
		"2 to import, 0 to add, 0 to change, 0 to destroy",
		`runs environment "sklearn-env" version "1", and what it runs differs from the registered definition in: databricks.jarLibraries, docker.arguments, docker.enabled, docker.platform, docker.sharedVolumes, docker.shmSize, environmentVariables.ADDED, inferencingStackVersion, python.condaDependencies, python.interpreterPath, spark.packages, spark.precachePackages, spark.repositories.`,
	} {
		if !strings.Contains(output, want) {
			t.Fatalf("%q is not in the plan:\n%s", want, output)
		}
	}
	run("apply", "-no-color", "-auto-approve")
	if output = run("plan", "-no-color"); !strings.Contains(output, "No changes.") {
		t.Errorf("the second plan is not empty:\n%s", output)
	}
	same("import", nil)

	generated := filepath.Join(cli.Dir, "generated.tf")
	edit := func(pattern, replacement string) {
		t.Helper()
		text, err := os.ReadFile(generated)
		if err != nil {
			t.Fatal(err)
		}
		edited := regexp.MustCompile(pattern).ReplaceAllString(string(text), replacement)
		if edited == string(text) {
			t.Fatalf("%s is not in\n%s", pattern, text)
		}
		if err := os.WriteFile(generated, []byte(edited), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// On ACI an overwrite, on AKS a patch that leaves the image alone.
	edit(`cpu_cores( +)= 0\.1`, `cpu_cores${1}= 0.25`)
	if output = run("apply", "-no-color", "-auto-approve"); !strings.Contains(output, "2 changed") {
		t.Error(output)
	}
	same("cpu_cores", func(_ string, service map[string]any) {
		section(service, "containerResourceRequirements")["cpu"] = 0.25
	})
	// On both a patch of the whole image.
	edit(`ADDED( +)= "yes"`, `ADDED${1}= "no"`)
	run("apply", "-no-color", "-auto-approve")
	same("a variable", func(_ string, service map[string]any) {
		section(service, "environmentImageRequest.environment.environmentVariables")["ADDED"] = "no"
	})
	edit(`joblib==1.0`, `joblib==1.1`)
	run("apply", "-no-color", "-auto-approve")
	same("a package", func(_ string, service map[string]any) {
		conda := section(service, "environmentImageRequest.environment.python.condaDependencies")
		conda["dependencies"].([]any)[2].(map[string]any)["pip"] = []any{"azureml-defaults", "joblib==1.1"}
	})
	if output = run("plan", "-no-color"); !strings.Contains(output, "No changes.") {
		t.Errorf("the last plan is not empty:\n%s", output)
	}
	run("destroy", "-no-color", "-auto-approve")
}

// A definition that is deployed as it is registered is imported by name. A plan
// shows a later change of it by name, and the apply takes it back.
func TestAccEnvironmentDrift(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Edits)
	name, address := env.Name("iris"), aksType+".iris"
	config := env.Config(block(env, aksType, "iris", withCode))
	inlined := env.Config(block(env, aksType, "iris", attrs{"inference_config": `{
		entry_script = "score.py"
		source_url   = "aml://artifact/code/one/score.py"
		environment  = { name = "mine", base_image = "example.azurecr.io/base:1" }
	}`}))
	var before map[string]any
	remember := func() { before = document(t, env, "iris") }
	back := func() {
		t.Helper()
		if diff := cmp.Diff(before, document(t, env, "iris")); diff != "" {
			t.Errorf("it was not taken back (-want +got)\n%s", diff)
		}
	}
	drifted := func(config string, edit func(environment map[string]any)) resource.TestStep {
		return resource.TestStep{
			PreConfig: func() {
				remember()
				env.Edit(t, name, func(service map[string]any) { edit(section(service, "environmentImageRequest.environment")) })()
				env.ResetLog()
			},
			Config:           config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)}},
			Check:            all(resource.TestCheckNoResourceAttr(address, "inference_config.environment.drifted_members"), env.CheckCount("PatchService", 1)),
		}
	}
	empty := resource.TestStep{PreConfig: back, Config: config, ConfigPlanChecks: emptyPlan()}
	emptyInlined := resource.TestStep{PreConfig: back, Config: inlined, ConfigPlanChecks: emptyPlan()}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		drifted(config, func(environment map[string]any) {
			section(environment, "python.condaDependencies")["channels"] = []any{"theirs"}
			section(environment, "environmentVariables")["THEIRS"] = "1"
		}),
		empty,
		{
			PreConfig: env.Edit(t, name, func(service map[string]any) {
				section(service, "environmentImageRequest.environment.docker")["shmSize"] = "8g"
			}),
			RefreshState: true, ExpectNonEmptyPlan: true,
			Check: all(resource.TestCheckResourceAttr(address, "inference_config.environment.drifted_members.#", "1"), resource.TestCheckResourceAttr(address, "inference_config.environment.drifted_members.0", "docker.shmSize")),
		},
		{Config: config},
		empty,
		{Config: inlined},
		{Config: inlined, ConfigPlanChecks: emptyPlan()},
		drifted(inlined, func(environment map[string]any) {
			environment["inferencingStackVersion"] = "latest"
			section(environment, "python")["interpreterPath"] = "theirs"
		}),
		emptyInlined,
	}})
}

// A registered environment that is replaced under its version is warned about.
func TestAccEnvironmentRegisteredAnew(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Edits)
	cli := env.NewCLI(t, env.Config(block(env, aksType, "iris", withCode)))
	if output, err := cli.Run("apply", "-auto-approve", "-no-color"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	register(t, env, "sklearn-env/versions/1")
	output, err := cli.Run("plan", "-detailed-exitcode", "-no-color")
	text := strings.Join(strings.Fields(strings.ReplaceAll(output, "│", " ")), " ")
	if err != nil || !strings.Contains(text, "No changes.") || !strings.Contains(text, `Version 1 of environment "sklearn-env" has been changed since it was deployed, in: docker.baseImage, environmentVariables,`) {
		t.Errorf("%v\n%s", err, output)
	}
}

// The credentials of a private registry are never returned, so a change that needs
// them again is refused by the plan, and one that does not is made.
func TestAccAdoptedRegistryNeedsCredentials(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Log)
	deployed(t, env, strings.Replace(sdkCode, `"address": null, "username": null, "password": null`, `"address": "example.azurecr.io", "username": "puller", "password": "hush"`, 1))
	cli := env.NewCLI(t, env.Config(imports(env)))
	if output, err := cli.Run("plan", "-no-color", "-generate-config-out=generated.tf"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if output, err := cli.Run("apply", "-no-color", "-auto-approve"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	generated := filepath.Join(cli.Dir, "generated.tf")
	original, err := os.ReadFile(generated)
	if err != nil {
		t.Fatal(err)
	}
	configuration := regexp.MustCompile(`cpu_cores( +)= 0\.1`).ReplaceAllString(string(original), `cpu_cores${1}= 0.25`)
	write := func() {
		t.Helper()
		if err := os.WriteFile(generated, []byte(configuration), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write()
	env.ResetLog()
	output, err := cli.Run("apply", "-no-color", "-auto-approve")
	text := strings.Join(strings.Fields(strings.ReplaceAll(output, "│", " ")), " ")
	if err == nil || strings.Count(text, "The credentials of the registry are needed") != 1 || !strings.Contains(text, "with mlws_aci_service.iris") || len(env.Calls()) > 0 {
		t.Fatalf("%v %v\n%s", err, env.Calls(), output)
	}
	if strings.Contains(output, "hush") {
		t.Error("the password is in the output")
	}
	address := regexp.MustCompile(`(address +=) "example.azurecr.io"`)
	configuration = regexp.MustCompile(`(?m)^ +(username|password_wo) +=.*\n`).ReplaceAllString(configuration, "")
	configuration = address.ReplaceAllString(configuration, "$0\n        username = \"puller\"\n        password_wo = \"hush\"\n")
	write()
	if output, err := cli.Run("apply", "-no-color", "-auto-approve"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	for _, request := range append(sent(env, "CreateService", env.Name("on-aci")), sent(env, "PatchService", env.Name("on-aks"))...) {
		if body := request.Body; !strings.Contains(body, `"username":"puller"`) || !strings.Contains(body, `"password":"hush"`) {
			t.Errorf("the credentials are not in %s", body)
		}
	}
	if output, err := cli.Run("plan", "-detailed-exitcode", "-no-color"); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}

// A query generates the configuration that an import of the service fits.
func TestAccListedEnvironmentIsWhatAnImportReads(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Log)
	deployed(t, env, sdkCode)
	s := protocoltest.Connect(t, provider.New("test")(), env.ProviderArguments())
	for _, typeName := range []string{aciType, aksType} {
		found := 0
		for result := range s.List(t.Context(), typeName, protocoltest.Query{IncludeResource: true}) {
			found++
			imported := s.Import(typeName, result.Resource["id"].(string))
			if diff := cmp.Diff(imported.State, result.Resource); diff != "" {
				t.Errorf("%s (-imported +listed)\n%s", typeName, diff)
			}
			environment := imported.State["inference_config"].(protocoltest.Values)["environment"].(protocoltest.Values)
			if environment["base_image"] == nil || len(result.Diagnostics) != 1 || len(imported.Warnings) != 1 {
				t.Errorf("%s: %v, %v, %v", typeName, environment, protocoltest.Texts(result.Diagnostics), imported.Warnings)
			}
		}
		if found != 1 {
			t.Errorf("%d services of type %s", found, typeName)
		}
	}
}
