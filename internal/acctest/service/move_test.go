// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// azapiManaged is a state in which azapi manages the service iris.
const azapiManaged = `{
  "version": 4, "terraform_version": "1.8.0", "serial": 1, "lineage": "11111111-2222-3333-4444-555555555555", "outputs": {}, "check_results": null,
  "resources": [{
    "mode": "managed", "type": "azapi_resource", "name": "iris", "provider": "provider[\"registry.terraform.io/azure/azapi\"]",
    "instances": [{"schema_version": 2, "sensitive_attributes": [], "attributes": {
      "id": %q, "name": "iris", "parent_id": %q, "type": "Microsoft.MachineLearningServices/workspaces/services@2021-04-01",
      "body": {"value": {"computeType": "ACI"}, "type": ["object", {"computeType": "string"}]}
    }}]
  }]
}`

// A moved block takes a service over from azapi without a change of it, and the
// service does not move on to AKS.
func TestAccServiceMovesFromAzapi(t *testing.T) {
	t.Parallel()
	seed := emulator.DefaultSeed()
	seed.Workspaces[0].Services = []emulator.ServiceSeed{{Name: "iris", ComputeType: "ACI", Definition: map[string]any{
		"environmentImageRequest": map[string]any{"modelIds": []any{"iris:1"}}, "authEnabled": true,
	}}}
	env := emulated(t, acctest.Seed, emulator.WithSeed(seed))
	cli := env.NewCLI(t, env.Config(block(env, aciType, "iris", nil)+`
moved {
  from = azapi_resource.iris
  to   = mlws_aci_service.iris
}
`))
	overrideAzapi(t, cli)
	if err := os.WriteFile(filepath.Join(cli.Dir, "terraform.tfstate"), fmt.Appendf(nil, azapiManaged, env.ServiceID("iris"), env.WorkspaceID), 0o600); err != nil {
		t.Fatal(err)
	}
	if output, err := cli.Run("apply", "-auto-approve", "-no-color"); err != nil || !strings.Contains(output, "0 added, 0 changed, 0 destroyed") {
		t.Fatalf("%v\n%s", err, output)
	}
	if output, err := cli.Run("plan", "-no-color"); err != nil || !strings.Contains(output, "No changes.") {
		t.Errorf("%v\n%s", err, output)
	}
	for _, operation := range []string{"CreateService", "PatchService", "DeleteService"} {
		if calls := env.Count(operation); calls > 0 {
			t.Errorf("%s was called %d times", operation, calls)
		}
	}
	cli.Write(env.Config(block(env, aksType, "iris", nil) + `
moved {
  from = mlws_aci_service.iris
  to   = mlws_aks_service.iris
}
`))
	if output, err := cli.Run("plan", "-no-color"); err == nil || !strings.Contains(output, "A service cannot move between ACI and AKS") {
		t.Errorf("%v\n%s", err, output)
	}
}

// overrideAzapi gives a CLI a stand-in for azapi: Terraform asks every provider of a
// state for its schemas.
func overrideAzapi(t *testing.T, cli *acctest.CLI) {
	t.Helper()
	binaries := t.TempDir()
	output, err := exec.Command("go", "build", "-o", filepath.Join(binaries, "terraform-provider-azapi"), "../../examplestest/foreign").CombinedOutput()
	if err != nil {
		t.Fatalf("building the stand-in: %v\n%s", err, output)
	}
	file := cli.Environ["TF_CLI_CONFIG_FILE"]
	config, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	both := strings.Replace(string(config), "dev_overrides {", fmt.Sprintf("dev_overrides {\n    \"azure/azapi\" = %q", binaries), 1)
	if err := os.WriteFile(file, []byte(both), 0o600); err != nil {
		t.Fatal(err)
	}
}
