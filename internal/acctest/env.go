// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package acctest runs a real terraform against the real provider and a
// workspace: the emulator's, one per test, or with MLWS_TEST_* set a real one.
package acctest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/provider"
	"github.com/mlws/terraform-provider-mlws/internal/terraformcli"
)

// Environment variables that point the acceptance tests at a real workspace.
// Credentials come from the ARM_* variables that the provider itself reads.
const (
	// WorkspaceEnv holds the id of a real workspace; set, it replaces the emulator.
	WorkspaceEnv = "MLWS_TEST_WORKSPACE_ID"
	// ModelEnv names a registered no-code model there, as name:version.
	ModelEnv = "MLWS_TEST_MODEL_ID"
	// OtherModelEnv names a second one.
	OtherModelEnv = "MLWS_TEST_OTHER_MODEL_ID"
	// ComputeEnv names an attached AKS cluster there.
	ComputeEnv = "MLWS_TEST_COMPUTE_NAME"
	// EnvironmentEnv names a registered environment there that can run a script.
	EnvironmentEnv = "MLWS_TEST_ENVIRONMENT_NAME"
)

// Env is the workspace that one test works in.
type Env struct {
	// Emulator is nil if the test runs against a real workspace.
	Emulator *emulator.Emulator
	// WorkspaceID is the full id of the workspace.
	WorkspaceID string
	// Model and OtherModel are registered no-code models, as name:version.
	Model, OtherModel string
	// Compute is the AKS cluster to deploy to.
	Compute string
	// Environment is a registered environment that runs a scoring script.
	Environment string

	suffix string
	api    func() (*azureml.Workspace, error)
}

// Start gives the test a workspace of its own in a new emulator, or the real
// one that the MLWS_TEST_* variables name. The emulator ends with the test.
func Start(t testing.TB, options ...emulator.Option) *Env {
	t.Helper()
	useTerraform(t)
	var e *Env
	if id := os.Getenv(WorkspaceEnv); id != "" {
		e = &Env{
			WorkspaceID: id,
			Model:       requireEnv(t, ModelEnv),
			OtherModel:  requireEnv(t, OtherModelEnv),
			Compute:     requireEnv(t, ComputeEnv),
			Environment: requireEnv(t, EnvironmentEnv),
			suffix:      "-" + uuid.NewString()[:8],
		}
	} else {
		e = &Env{
			Emulator:    emulator.Start(t, options...),
			WorkspaceID: emulator.DefaultWorkspaceID,
			Model:       "iris:1",
			OtherModel:  "iris:2",
			Compute:     emulator.DefaultCompute,
			Environment: "sklearn-env",
		}
	}
	e.api = sync.OnceValues(func() (*azureml.Workspace, error) { return e.connect(t) })
	return e
}

// StartEmulated is Start for a test that needs a power that only the emulator
// gives. Against a real workspace it is skipped, and says which power that is.
func StartEmulated(t testing.TB, needs Power, options ...emulator.Option) *Env {
	t.Helper()
	if os.Getenv(WorkspaceEnv) != "" {
		t.Skipf("needs the emulator, since it %s; %s asks for a real workspace", needs, WorkspaceEnv)
	}
	return Start(t, options...)
}

func requireEnv(t testing.TB, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is set, so %s must be set too: see internal/acctest/README.md", WorkspaceEnv, name)
	}
	return value
}

var terraformOnce = sync.OnceValue(func() error {
	path, err := terraformcli.Find(context.Background())
	if err != nil {
		return err
	}
	// Otherwise the test framework may try to download another Terraform.
	if err := os.Setenv(terraformcli.PathEnv, path); err != nil {
		return err
	}
	// Each of the many short-lived processes of Terraform spends a fifth of its
	// time on collecting garbage that its end would collect.
	if os.Getenv("GOGC") == "" {
		if err := os.Setenv("GOGC", "400"); err != nil {
			return err
		}
	}
	// The developer's own CLI configuration (mirrors, overrides) must not reach a test.
	return os.Setenv("TF_CLI_CONFIG_FILE", os.DevNull)
})

func useTerraform(t testing.TB) {
	t.Helper()
	if err := terraformOnce(); err != nil {
		t.Fatalf("this test drives a real terraform: %v", err)
	}
}

// maxName is how long the name of a service may be.
const maxName = 32

// Name returns a name of this test: as given on the emulator, with a random
// suffix on a real workspace, which several runs may share.
func (e *Env) Name(name string) string {
	if e.suffix != "" && len(name)+len(e.suffix) > maxName {
		name = strings.TrimRight(name[:maxName-len(e.suffix)], "-")
	}
	return name + e.suffix
}

// ServiceID returns the full id of a service of the workspace.
func (e *Env) ServiceID(name string) string { return e.WorkspaceID + "/services/" + name }

// Config puts the provider block (a Contributor's) in front of a configuration.
func (e *Env) Config(body string) string {
	return e.ConfigAs(emulator.ContributorClientID, emulator.ContributorSecret, body)
}

// ConfigAs is Config with another service principal. On a real workspace the
// principal is always the one of the environment.
func (e *Env) ConfigAs(clientID, clientSecret, body string) string {
	return e.ProviderBlock(clientID, clientSecret) + "\n" + body
}

// ProviderBlock is the provider block that reaches the workspace.
func (e *Env) ProviderBlock(clientID, clientSecret string) string {
	if e.Emulator == nil {
		return fmt.Sprintf("provider \"mlws\" {\n  workspace_id = %q\n}\n", e.WorkspaceID)
	}
	return fmt.Sprintf(`provider "mlws" {
  workspace_id  = %q
  tenant_id     = %q
  client_id     = %q
  client_secret = %q
  use_cli       = false
  endpoints = {
    resource_manager    = %q
    authority           = %q
    ca_certificate_file = %q
  }
}
`, e.WorkspaceID, emulator.DefaultTenantID, clientID, clientSecret,
		e.Emulator.ResourceManagerURL(), e.Emulator.AuthorityURL(), e.Emulator.CAFile())
}

// ProviderFactories serves this repository's provider, in process but over the
// real protocol, and the echo provider that shows ephemeral values.
func ProviderFactories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"mlws": providerserver.NewProtocol6WithError(provider.New("test")()),
		"echo": echoprovider.NewProviderServer(),
	}
}

// Test runs the steps against the environment's workspace. A CheckDestroy that
// the case does not set asserts that no service of the test is left.
func (e *Env) Test(t *testing.T, testCase resource.TestCase) {
	t.Helper()
	if testCase.ProtoV6ProviderFactories == nil && testCase.ExternalProviders == nil {
		testCase.ProtoV6ProviderFactories = ProviderFactories()
	}
	if testCase.CheckDestroy == nil {
		testCase.CheckDestroy = e.CheckNothingLeft
	}
	resource.UnitTest(t, testCase)
}
