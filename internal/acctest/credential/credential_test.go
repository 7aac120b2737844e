// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// start starts a workspace in which nothing takes time, or takes a real one. The
// test framework plans twice after every step that applies, and fails if that
// is not empty.
func start(t testing.TB) *acctest.Env {
	t.Helper()
	return acctest.Start(t, short)
}

// emulated is start for a test that needs the emulator.
func emulated(t testing.TB, needs acctest.Power) *acctest.Env {
	t.Helper()
	return acctest.StartEmulated(t, needs, short)
}

// short are operations that do not keep a test waiting.
var short = emulator.WithOperationDuration(0)

const keyAddress = "mlws_service_key.test"

// aks is a service on AKS; more are further arguments.
func aks(env *acctest.Env, name, more string) string {
	return fmt.Sprintf(`
resource "mlws_aks_service" %q {
  name         = %q
  model_ids    = [%q]
  compute_name = %q
  num_replicas = 1
  %s
}
`, name, env.Name(name), env.Model, env.Compute, more)
}

// aci is a service on ACI with key auth.
func aci(env *acctest.Env, name, more string) string {
	return fmt.Sprintf(`
resource "mlws_aci_service" %q {
  name         = %q
  model_ids    = [%q]
  auth_enabled = true
  %s
}
`, name, env.Name(name), env.Model, more)
}

// key is a key of a service on ACI.
func key(name, service, more string) string {
	return fmt.Sprintf(`
resource "mlws_service_key" %q {
  service_id = mlws_aci_service.%s.id
  key_type   = "Primary"
  %s
}
`, name, service, more)
}

// attribute returns an attribute of a resource in the state.
func attribute(state *terraform.State, address, name string) (string, error) {
	resource, ok := state.RootModule().Resources[address]
	if !ok {
		return "", fmt.Errorf("%s is not in the state", address)
	}
	return resource.Primary.Attributes[name], nil
}

// watch follows an attribute over the steps of a test. It never shows the
// value, which may be a secret.
type watch struct {
	address, name string
	last          string
}

// changed is a check: the value is another one than at the last check.
func (w *watch) changed(state *terraform.State) error { return w.compare(state, true) }

// kept is a check: the value is the one of the last check.
func (w *watch) kept(state *terraform.State) error { return w.compare(state, false) }

func (w *watch) compare(state *terraform.State, change bool) error {
	value, err := attribute(state, w.address, w.name)
	if err != nil {
		return err
	}
	defer func() { w.last = value }()
	switch {
	case value == "":
		return fmt.Errorf("%s.%s is empty", w.address, w.name)
	case (value != w.last) != change:
		return fmt.Errorf("%s.%s changed: %t, want %t", w.address, w.name, !change, change)
	}
	return nil
}

// scores is a check: the scoring endpoint answers the key of the attribute with this status.
func scores(service, keyAddress, keyAttribute string, want int) func(*terraform.State) error {
	return func(state *terraform.State) error {
		credential, err := attribute(state, keyAddress, keyAttribute)
		if err != nil {
			return err
		}
		return scoresWith(state, service, credential, want)
	}
}

func scoresWith(state *terraform.State, service, credential string, want int) error {
	uri, err := attribute(state, service, "scoring_uri")
	if err != nil {
		return err
	}
	return acctest.ExpectScore(uri, credential, want)
}

// stateFile is the part of a state file that the tests look at.
type stateFile struct {
	Resources []struct {
		Type      string `json:"type"`
		Instances []struct {
			Attributes map[string]any `json:"attributes"`
		} `json:"instances"`
	} `json:"resources"`
}

func stateOf(t *testing.T, cli *acctest.CLI) stateFile {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(cli.Dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	var state stateFile
	if err := json.Unmarshal(content, &state); err != nil {
		t.Fatal(err)
	}
	return state
}

func (s stateFile) attribute(t *testing.T, resourceType, name string) string {
	t.Helper()
	for _, resource := range s.Resources {
		if resource.Type == resourceType && len(resource.Instances) == 1 {
			value, _ := resource.Instances[0].Attributes[name].(string)
			return value
		}
	}
	t.Fatalf("%s is not in the state", resourceType)
	return ""
}
