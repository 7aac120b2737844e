// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// onlineEndpoint creates an online endpoint with key auth, and returns its path below
// the workspace.
func onlineEndpoint(t *testing.T, env *acctest.Env, name string) string {
	t.Helper()
	path := "/onlineEndpoints/" + env.Name(name)
	env.ResourceManager(t, http.MethodPut, path, map[string]any{"location": emulator.DefaultLocation, "properties": map[string]any{"authMode": "Key"}})
	return path
}

// bridging is a rotation that also sets the keys of an endpoint.
func bridging(env *acctest.Env, path, more string) string {
	return env.Config(aci(env, "iris", "") + rotation(fmt.Sprintf("also_set_on = [%q]\n%s", env.WorkspaceID+path, more)))
}

// wantOneKey asserts that the endpoint has both keys of the service, and that both keys
// of the state score.
func wantOneKey(t *testing.T, env *acctest.Env, cli *acctest.CLI, path string) {
	t.Helper()
	keys := env.ResourceManager(t, http.MethodPost, path+"/listKeys", nil)
	primary, secondary := env.MustKeys(t, env.Name("iris"))
	if keys["primaryKey"] != primary || keys["secondaryKey"] != secondary {
		t.Error("the online endpoint has other keys than the service")
	}
	if active := rotationOf(t, cli); active.key != primary && active.key != secondary {
		t.Error("the active key of the state is none of the service")
	}
}

// wantRegenerates asserts how many keys were regenerated since the log was reset: of v1
// and of v2.
func wantRegenerates(t *testing.T, env *acctest.Env, service, endpoint int) {
	t.Helper()
	for operation, want := range map[string]int{"RegenerateKeys": service, "RegenerateOnlineEndpointKeys": endpoint} {
		if err := env.CheckCount(operation, want)(nil); err != nil {
			t.Error(err)
		}
	}
	env.ResetLog()
}

// A rotation through the bridge is one regenerate of the service and one call to the
// endpoint, and both accept the new key. A call that fails is the only one that the next
// apply repeats; one that fails permanently is named, and leaves the rotation as made.
func TestAccRotationThroughTheBridge(t *testing.T) {
	t.Parallel()
	env := acctest.StartEmulated(t, acctest.Faults)
	path := onlineEndpoint(t, env, "iris-v2")
	cli := env.NewCLI(t, bridging(env, path, `triggers = { n = "1" }`))
	applied(t, cli)
	wantRegenerates(t, env, 1, 2) // the endpoint had keys of its own
	wantOneKey(t, env, cli, path)
	planned(t, cli, false)

	rotate := func(n int) (string, error) {
		cli.Write(bridging(env, path, fmt.Sprintf(`triggers = { n = "%d" }`, n)))
		return cli.Run("apply", "-auto-approve", "-no-color")
	}
	if output, err := rotate(2); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	wantRegenerates(t, env, 1, 1)
	wantOneKey(t, env, cli, path)
	planned(t, cli, false)

	env.Emulator.Fault(emulator.Fault{Operation: "RegenerateOnlineEndpointKeys", Kind: emulator.FaultOperationFailed, Message: "No luck.", Times: 1})
	output, err := rotate(3)
	if err != nil || !strings.Contains(acctest.OneLine(output), "Warning: The keys were not set on an online endpoint") || !strings.Contains(acctest.OneLine(output), "without regenerating any") {
		t.Fatalf("%v\n%s", err, output)
	}
	wantRegenerates(t, env, 1, 1)
	shown, err := cli.Show(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, resource := range shown.Values.RootModule.Resources {
		if resource.Address == "terraform_data.user" && resource.AttributeValues["output"] != rotationOf(t, cli).key {
			t.Error("what depends on the rotation does not have the new key")
		}
	}
	if text := planned(t, cli, true); !strings.Contains(text, "~ not_set_on") || strings.Contains(text, "~ active_key ") {
		t.Errorf("the plan after it:\n%s", text)
	}
	env.ResetLog()
	applied(t, cli)
	wantRegenerates(t, env, 0, 1)
	wantOneKey(t, env, cli, path)
	planned(t, cli, false)

	env.Emulator.Fault(emulator.Fault{Operation: "RegenerateOnlineEndpointKeys", Kind: emulator.FaultError, Status: http.StatusForbidden, Code: "AuthorizationFailed", Message: "No."})
	for range 3 {
		if output, err = rotate(4); err != nil || !strings.Contains(acctest.OneLine(output), "onlineEndpoints/regenerateKeys/action") {
			t.Fatalf("%v\n%s", err, output)
		}
	}
	if err := env.CheckCount("RegenerateKeys", 1)(nil); err != nil {
		t.Error(err)
	}
	env.Emulator.ClearFaults()
	env.ResetLog()
	applied(t, cli)
	wantRegenerates(t, env, 0, 1)
	wantOneKey(t, env, cli, path)
	planned(t, cli, false)

	// Without the endpoint, nothing of it is touched.
	cli.Write(env.Config(aci(env, "iris", "") + rotation(`triggers = { n = "4" }`)))
	applied(t, cli)
	wantRegenerates(t, env, 0, 0)
	wantOneKey(t, env, cli, path)
}

// The keys of the bridge stand in no log, plan or message.
func TestAccBridgeShowsNoKey(t *testing.T) {
	t.Parallel()
	env := acctest.StartEmulated(t, acctest.Faults)
	path := onlineEndpoint(t, env, "iris-v2")
	before := env.ResourceManager(t, http.MethodPost, path+"/listKeys", nil)
	cli := env.NewCLI(t, bridging(env, path, `store_key = false`))
	cli.Environ["TF_LOG"] = "TRACE"
	output, err := cli.Run("apply", "-auto-approve", "-no-color")
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	state, err := os.ReadFile(filepath.Join(cli.Dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	primary, secondary := env.MustKeys(t, env.Name("iris"))
	for _, key := range []string{primary, secondary, before["primaryKey"].(string), before["secondaryKey"].(string)} {
		if strings.Contains(output, key) {
			t.Error("a key stands in the log")
		}
		if strings.Contains(string(state), key) {
			t.Error("a key stands in the state")
		}
	}
}
