// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

const registeredEnvironment = `{
	entry_script = "score.py"
	source_url   = "aml://artifact/code/one/score.py"
	environment  = { name = "sklearn-env", version = "1" }
}`

const inlineEnvironment = `{
	entry_script          = "src/score.py"
	source_url            = "https://example.blob.core.windows.net/code/code.tar.gz"
	source_directory_name = "code"
	driver_url            = "aml://artifact/code/driver/_generated.py"
	environment = {
		name                      = "inline"
		base_image                = "example.azurecr.io/base:1"
		conda_dependencies        = yamlencode({ name = "env", dependencies = ["python=3.8", { pip = ["azureml-defaults"] }] })
		environment_variables     = { LEVEL = "debug" }
		inferencing_stack_version = "latest"
	}
}`

// importing is a service that an import has to bring back as it was configured.
type importing struct {
	name, typeName string
	arguments      attrs
	madeUp         attrs    // further ones, which name what only the emulator has
	ignored        []string // in the comparison with the state after the create
}

// minimal are services with only defaults.
var minimal = []importing{
	{name: "ACI minimal", typeName: aciType},
	{name: "AKS minimal", typeName: aksType},
}

var full = []importing{
	{
		name: "ACI full", typeName: aciType,
		arguments: attrs{
			"description": `"text"`, "tags": `{ a = "1" }`, "properties": `{ b = "2" }`, "cpu_cores": "0.5", "memory_gb": "1.5", "collect_model_data": "true",
			"enable_app_insights": "true", "dns_name_label": `"my-label"`,
		},
		madeUp: attrs{
			"location": `"West Europe"`, "inference_config": registeredEnvironment,
			"vnet": `{ vnet_name = "net", subnet_name = "default" }`,
			"cmk":  `{ vault_base_url = "https://one.vault.azure.net/", key_name = "key", key_version = "1" }`,
		},
		ignored: []string{"location"}, // the state has the configured spelling of the region, an import the service's
	},
	{
		name: "AKS full", typeName: aksType,
		arguments: attrs{
			"description": `"text"`, "tags": `{ a = "1" }`, "properties": `{ b = "2" }`, "cpu_cores": "0.5", "memory_gb": "1.5", "cpu_cores_limit": "1", "memory_gb_limit": "2",
			"enable_app_insights": "true", "collect_model_data": "true", "num_replicas": "2", "token_auth_enabled": "true",
			"scoring_timeout_ms": "30000", "liveness_probe": `{ period_seconds = 20 }`,
		},
		madeUp: attrs{"gpu_cores": "1", "namespace": `"scoring"`, "inference_config": registeredEnvironment},
	},
}

// inline are services of which everything but the model is made up. YAML may come
// back in another spelling.
var inline = []importing{
	{name: "ACI inline", typeName: aciType, arguments: attrs{"model_ids": `["iris:1", "raw:1"]`, "inference_config": inlineEnvironment}, ignored: []string{"inference_config.environment.conda_dependencies"}},
	{name: "AKS inline", typeName: aksType, arguments: attrs{"inference_config": inlineEnvironment}, ignored: []string{"inference_config.environment.conda_dependencies"}},
	{name: "AKS Dockerfile", typeName: aksType, arguments: environment(`name = "inline", base_dockerfile = "FROM example.azurecr.io/base:1\n", user_managed_dependencies = false`)},
}

func TestAccServiceImport(t *testing.T) {
	t.Parallel()
	for _, test := range full {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, start(t))
		})
	}
}

func TestAccServiceImportInline(t *testing.T) {
	t.Parallel()
	for _, test := range inline {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, emulated(t, acctest.Seed))
		})
	}
}

// A service of each type is created, scored, planned again without a change, and
// imported in every way.
func TestAccServiceCreateAndImport(t *testing.T) {
	t.Parallel()
	for _, test := range minimal {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, start(t))
		})
	}
}

func (test importing) run(t *testing.T, env *acctest.Env) {
	t.Helper()
	name, address := env.Name("iris"), test.typeName+".iris"
	byCommand := func(id string) resource.TestStep {
		return resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: id, ImportStateVerify: true, ImportStateVerifyIgnore: test.ignored}
	}
	// The import block's plan must be the import and nothing else.
	byBlock := func(id string) resource.TestStep {
		return resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: id, ImportStateKind: resource.ImportBlockWithID}
	}
	arguments := test.arguments
	if env.Runs(acctest.Seed) {
		arguments = test.madeUp.over(arguments)
	}
	config := env.Config(block(env, test.typeName, "iris", arguments))
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config, Check: all(resource.TestCheckResourceAttr(address, "id", env.ServiceID(name)), resource.TestCheckResourceAttr(address, "state", "Healthy"), scored(test.typeName, "iris", http.StatusUnauthorized))},
		{Config: config, ConfigPlanChecks: emptyPlan()},
		byCommand(env.ServiceID(name)),
		byCommand(name),
		byBlock(env.ServiceID(name)),
		byBlock(name),
	}})
	if err := env.CheckCalls("CreateService", "DeleteService")(nil); err != nil {
		t.Errorf("an import changed something: %v", err)
	}
}

// After an import the certificate is unknown to the state, as the API returns
// neither it nor its key: the first apply sends both, and then the plan is empty.
func TestAccServiceImportWithSSL(t *testing.T) {
	t.Parallel()
	env := start(t)
	config := env.Config(block(env, aciType, "iris", ssl(true, certOne, keyOne, "one.example.com")))
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		{
			ResourceName: aciType + ".iris", ImportState: true, ImportStateId: env.Name("iris"), ImportStateVerify: true,
			ImportStateVerifyIgnore: []string{"ssl.cert_pem", "ssl.key_pem"},
		},
		{
			// The imported state is the one that the next step plans against.
			Config: env.Config(`
removed {
  from = mlws_aci_service.iris
  lifecycle { destroy = false }
}`),
		},
		{
			PreConfig: env.ResetLog,
			Config: config + fmt.Sprintf(`
import {
  to = mlws_aci_service.iris
  id = %q
}`, env.Name("iris")),
			Check: env.CheckOnlyPatch("[" + pair(certOne, keyOne) + "]"),
		},
		{Config: config, ConfigPlanChecks: emptyPlan()},
	}})
}

func TestAccServiceImportByIdentity(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{aciType, aksType} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			env := start(t)
			env.Test(t, resource.TestCase{
				TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
				Steps: []resource.TestStep{
					{Config: env.Config(block(env, typeName, "iris", nil))},
					{ResourceName: typeName + ".iris", ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
				},
			})
		})
	}
}

func TestAccServiceImportRefused(t *testing.T) {
	t.Parallel()
	env := start(t)
	refused := func(address, id, text string) resource.TestStep {
		return resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: id, ExpectError: regexp.MustCompile(text)}
	}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: env.Config(block(env, aciType, "iris", nil) + block(env, aksType, "other", nil))},
		refused(aciType+".iris", env.Name("other"), `mlws_aks_service`),
		refused(aksType+".other", env.Name("iris"), `mlws_aci_service`),
		refused(aciType+".iris", "Not A Name", `neither\s+a\s+full\s+service\s+id\s+nor\s+a\s+service\s+name`),
		refused(aciType+".iris", "/subscriptions/x/services/iris", `Import\s+by\s+that\s+id`),
		refused(aciType+".iris", env.Name("missing"), `has\s+no\s+service\s+named`),
	}})
}
