// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// refusals are the rules that hold before anything is sent. In unknown, "v" is
// the output of a terraform_data, see unknownValues.
var refusals = []refusal{
	{
		"key-and-token", aksType,
		attrs{"auth_enabled": "true", "token_auth_enabled": "true"},
		attrs{"auth_enabled": "v.yes", "token_auth_enabled": "v.yes"},
		"token_auth_enabled",
		[]string{"auth_enabled and token_auth_enabled are both true", "Set auth_enabled = false", "or remove token_auth_enabled"},
	},
	{
		"aci-token", aciType,
		attrs{"token_auth_enabled": "true"},
		attrs{"token_auth_enabled": "v.yes"},
		"token_auth_enabled",
		[]string{"token_auth_enabled", "AKS", "emove"},
	},
	{
		"autoscale-and-replicas", aksType,
		attrs{"autoscale": `{ enabled = true }`, "num_replicas": "2"},
		attrs{"autoscale": `{ enabled = v.yes }`, "num_replicas": "v.two"},
		"num_replicas",
		[]string{"num_replicas and autoscale exclude each other", "Remove num_replicas", "remove autoscale"},
	},
	{
		"no-replicas", aksType,
		attrs{"autoscale": `{ enabled = false }`},
		attrs{"autoscale": `{ enabled = v.no }`, "num_replicas": "v.none"},
		"",
		[]string{"autoscale.enabled is false", "Set num_replicas"},
	},
	{
		"min-above-max", aksType,
		attrs{"autoscale": `{ min_replicas = 5, max_replicas = 2 }`},
		attrs{"autoscale": `{ min_replicas = v.five, max_replicas = v.two }`},
		"autoscale",
		[]string{"autoscale.min_replicas (5)", "autoscale.max_replicas (2", "Lower min_replicas or raise max_replicas"},
	},
	{
		"scaler-off-with-members", aksType,
		attrs{"autoscale": `{ max_replicas = 2 }`, "num_replicas": "2"},
		attrs{"autoscale": `{ max_replicas = v.two }`, "num_replicas": "v.two"},
		"num_replicas",
		[]string{"num_replicas and autoscale exclude each other", "Remove num_replicas", "remove autoscale"},
	},
	{
		"cpu-limit", aksType,
		attrs{"cpu_cores": "2", "cpu_cores_limit": "1"},
		attrs{"cpu_cores": "v.two", "cpu_cores_limit": "v.half"},
		"cpu_cores_limit",
		[]string{"cpu_cores_limit", "greater than or equal to cpu_cores", "Raise cpu_cores_limit or lower cpu_cores"},
	},
	{
		"memory-limit", aksType,
		attrs{"memory_gb_limit": "0.25"},
		attrs{"memory_gb_limit": "v.quarter"},
		"memory_gb_limit",
		[]string{"memory_gb_limit", "greater than or equal to memory_gb", "Raise memory_gb_limit or lower memory_gb"},
	},
	{
		"ssl-cert", aciType,
		attrs{"ssl": `{ key_pem = ` + keyOne + `, cname = "a.example.com" }`},
		attrs{"ssl": `{ key_pem = v.key, cname = "a.example.com", cert_pem = v.none }`},
		"ssl",
		[]string{"ssl.cert_pem is not set", "are all needed", "Set it, or remove ssl"},
	},
	{
		"ssl-key", aciType,
		attrs{"ssl": `{ cert_pem = ` + certOne + `, cname = "a.example.com" }`},
		attrs{"ssl": `{ cert_pem = v.cert, cname = "a.example.com", key_pem = v.none }`},
		"ssl",
		[]string{"the key is not set", "are all needed", "Set it, or remove ssl"},
	},
	{
		"ssl-cname", aciType,
		attrs{"ssl": `{ cert_pem = ` + certOne + `, key_pem = ` + keyOne + ` }`},
		attrs{"ssl": `{ cert_pem = v.cert, key_pem = v.key, cname = v.none }`},
		"ssl",
		[]string{"ssl.cname is not set", "are all needed", "Set it, or remove ssl"},
	},
	{
		"half-vnet", aciType,
		attrs{"vnet": `{ vnet_name = "net" }`},
		attrs{"vnet": `{ vnet_name = "net", subnet_name = v.none }`},
		"vnet",
		[]string{"vnet", "subnet_name", "required"},
	},
	{
		"half-cmk", aciType,
		attrs{"cmk": `{ vault_base_url = "https://one.vault.azure.net/", key_name = "key" }`},
		attrs{"cmk": `{ vault_base_url = "https://one.vault.azure.net/", key_name = "key", key_version = v.none }`},
		"cmk",
		[]string{"cmk", "key_version", "required"},
	},
	{
		"empty-subnet", aciType,
		attrs{"vnet": `{ vnet_name = "net", subnet_name = "" }`},
		attrs{"vnet": `{ vnet_name = "net", subnet_name = v.nothing }`},
		"vnet",
		[]string{"vnet.subnet_name", "must not be empty", "leave the attribute out"},
	},
	{
		"min-above-default", aksType,
		attrs{"autoscale": `{ min_replicas = 11 }`},
		attrs{"autoscale": `{ min_replicas = v.eleven }`},
		"autoscale",
		[]string{"autoscale.min_replicas (11)", "default 10", "Lower min_replicas or raise max_replicas"},
	},
	{
		"dns-name-label", aciType,
		attrs{"dns_name_label": `"Not_A_Label"`},
		attrs{"dns_name_label": "v.bad"},
		"dns_name_label",
		[]string{"dns_name_label is \"Not_A_", "5 to 63 letters, digits and dashes"},
	},
	{
		"model-id", aciType,
		attrs{"model_ids": `["iris"]`},
		attrs{"model_ids": "[ v.text ]"},
		"model_ids",
		[]string{"model_ids[0]", "name:version", "such as iris:1"},
	},
	{
		"name", aciType,
		attrs{"name": `"Not_A_Name"`},
		attrs{"name": "v.bad"},
		"name",
		[]string{"name is \"Not_A_Name\"", "3 to 32 lowercase letters, digits and dashes"},
	},
	{
		"namespace", aksType,
		attrs{"namespace": `"Not_A_Name"`},
		attrs{"namespace": "v.bad"},
		"namespace",
		[]string{"namespace is \"Not_A_Name\"", "1 to 63 lowercase letters, digits and dashes"},
	},
	{
		"no-model", aksType,
		attrs{"model_ids": "[]"},
		attrs{"model_ids": "v.empty"},
		"model_ids",
		[]string{"model_ids has 0 models", "Exactly one model", "Set inference_config"},
	},
	{
		"two-models", aciType,
		attrs{"model_ids": `["iris:1", "iris:2"]`},
		attrs{"model_ids": "v.models"},
		"model_ids",
		[]string{"model_ids has 2 models", "Exactly one model", "Set inference_config"},
	},
	{
		"two-environments", aciType, environment(`name = "e", version = "1", base_image = "i"`), environment(`name = "e", version = v.text, base_image = v.text`),
		"environment",
		[]string{"environment.version names a registered environment", "base_image cannot be set too", "Remove environment.version"},
	},
	{
		"no-environment", aciType, environment(`name = "e", conda_dependencies = "dependencies: [a]"`), environment(`name = "e", conda_dependencies = "dependencies: [a]", version = v.none`),
		"environment",
		[]string{"either registered (name, with or without version) or inline", "Set environment.base_image or environment.base_dockerfile"},
	},
}

// unknownValues are known after apply only.
const unknownValues = `
resource "terraform_data" "values" {
  input = {
    yes = true, no = false, none = null, two = 2, five = 5, half = 0.5, quarter = 0.25, eleven = 11, bad = "Not_A_Name", nothing = "", text = "text"
    empty = [], models = ["iris:1", "iris:2"], cert = ` + certOne + `, key = ` + keyOne + `, label = "my-label"
  }
}
locals {
  v = terraform_data.values.output
}
`

// local refers to the unknown values.
func (a attrs) local() attrs {
	referring := attrs{}
	for name, expression := range a {
		referring[name] = strings.ReplaceAll(" "+expression, " v.", " local.v.")
	}
	return referring
}

func environment(members string) attrs {
	return attrs{"inference_config": `{
    entry_script = "score.py"
    source_url   = "aml://artifact/code/one/score.py"
    environment  = { ` + members + ` }
  }`}
}

// Literal fields are refused by validate, which reaches no workspace.
func TestAccServiceRefusedByValidate(t *testing.T) {
	t.Parallel()
	env := start(t)
	var config strings.Builder
	for _, r := range refusals {
		config.WriteString(block(env, r.typeName, r.label, r.arguments))
	}
	found := validate(t, env.NewCLI(t, env.Config(config.String())))
	for _, r := range refusals {
		r.expect(t, found)
	}
	none(t, found)
	if requests := env.Requests(); len(requests) > 0 {
		t.Errorf("validate has sent %d requests", len(requests))
	}
}

// Unknown fields are not refused by a plan, and refused by the apply before
// anything is changed.
func TestAccServiceRefusedByApply(t *testing.T) {
	t.Parallel()
	env := start(t)
	var config strings.Builder
	for _, r := range refusals {
		config.WriteString(block(env, r.typeName, r.label, r.unknown.local()))
	}
	cli := env.NewCLI(t, env.Config(unknownValues+config.String()))
	none(t, validate(t, cli))
	none(t, run(t, cli, "plan"))
	found := run(t, cli, "apply", "-auto-approve")
	for _, r := range refusals {
		switch r.label {
		case "no-replicas":
			r.at = "num_replicas" // here it is there, and null
		case "no-model":
			r.at = "model_ids"
		}
		r.expect(t, found)
	}
	none(t, found)
	if calls := env.Calls(); len(calls) > 0 {
		t.Errorf("a refused apply has called %v", calls)
	}
}

// Values that are known at apply only are not refused if they keep the
// rules, and the next plan is empty.
func TestAccServiceUnknownValues(t *testing.T) {
	t.Parallel()
	env := start(t)
	type service struct {
		typeName, label string
		arguments       attrs
		check           resource.TestCheckFunc
	}
	services := []service{
		{aksType, "token", attrs{"token_auth_enabled": "v.yes"}, resource.TestCheckResourceAttr(aksType+".token", "auth_enabled", "false")},
		{aksType, "key", attrs{"token_auth_enabled": "v.no"}, resource.TestCheckResourceAttr(aksType+".key", "auth_enabled", "true")},
		{aksType, "one-of-two", attrs{"auth_enabled": "v.no", "token_auth_enabled": "v.yes"}, resource.TestCheckResourceAttr(aksType+".one-of-two", "token_auth_enabled", "true")},
		{aksType, "fixed", attrs{"num_replicas": "v.two"}, resource.TestCheckResourceAttr(aksType+".fixed", "autoscale.enabled", "false")},
		{aksType, "scaled", attrs{"num_replicas": "v.none"}, resource.TestCheckResourceAttr(aksType+".scaled", "autoscale.max_replicas", "10")},
		{aksType, "scaler-on", attrs{"autoscale": "{ enabled = v.yes, min_replicas = v.two }"}, resource.TestCheckResourceAttr(aksType+".scaler-on", "autoscale.min_replicas", "2")},
		{aksType, "scaler-off", attrs{"autoscale": "{ enabled = v.no }", "num_replicas": "v.two"}, resource.TestCheckResourceAttr(aksType+".scaler-off", "num_replicas", "2")},
		{aksType, "limits", attrs{"cpu_cores": "v.half", "cpu_cores_limit": "v.two", "memory_gb_limit": "v.none"}, resource.TestCheckResourceAttr(aksType+".limits", "cpu_cores_limit", "2")},
		{aksType, "probe", attrs{"liveness_probe": "{ period_seconds = v.five }"}, resource.TestCheckResourceAttr(aksType+".probe", "liveness_probe.period_seconds", "5")},
		{aciType, "ssl", attrs{"ssl": `{ enabled = v.yes, cert_pem = v.cert, key_pem = v.key, cname = v.text }`}, resource.TestCheckResourceAttr(aciType+".ssl", "ssl.cname", "text")},
		{aciType, "no-ssl", attrs{"ssl": `{ enabled = v.no, cert_pem = v.none }`}, resource.TestCheckResourceAttr(aciType+".no-ssl", "ssl.enabled", "false")},
		{aciType, "label", attrs{"dns_name_label": "v.label", "tags": "{ a = v.text }", "properties": "{ a = v.text }"}, resource.TestCheckResourceAttr(aciType+".label", "dns_name_label", env.Name("my-label"))},
	}
	if env.Runs(acctest.Seed) {
		models := environment(`name = v.text, base_image = v.text`).over(attrs{"model_ids": "v.models"})
		services = append(services, service{aciType, "models", models, resource.TestCheckResourceAttr(aciType+".models", "model_ids.#", "2")})
	}
	values := standIns(env).Replace(unknownValues)
	var config strings.Builder
	var checks []resource.TestCheckFunc
	for _, s := range services {
		config.WriteString(block(env, s.typeName, s.label, s.arguments.local()))
		checks = append(checks, s.check)
	}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: env.Config(values + config.String()), Check: all(checks...)},
		{Config: env.Config(values + config.String()), ConfigPlanChecks: emptyPlan()},
	}})
}
