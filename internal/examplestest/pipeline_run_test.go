// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package examplestest_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// github answers as the token service of GitHub Actions, which a workflow with id-token:
// write can ask.
func github(t *testing.T, e *emulator.Emulator) (environ []string) {
	t.Helper()
	federated, err := e.FederatedToken(emulator.ContributorClientID)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer job-token" || r.URL.Query().Get("audience") != "api://AzureADTokenExchange" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = fmt.Fprintf(w, `{"value":%q}`, federated)
	}))
	t.Cleanup(server.Close)
	return []string{"ACTIONS_ID_TOKEN_REQUEST_URL=" + server.URL + "/token?job=7", "ACTIONS_ID_TOKEN_REQUEST_TOKEN=job-token"}
}

var variable = regexp.MustCompile(`\$\{\{ vars\.(\w+) \}\}`)

// expanded returns the variables of a job; those of the repository have the values of
// the emulator.
func expanded(t *testing.T, job map[string]string, values map[string]string) (environ []string) {
	t.Helper()
	for name, text := range job {
		environ = append(environ, name+"="+variable.ReplaceAllStringFunc(text, func(found string) string {
			value, known := values[variable.FindStringSubmatch(found)[1]]
			if !known {
				t.Errorf("no variable of the repository is known as %s", found)
			}
			return value
		}))
	}
	return environ
}

// The pipeline of rotation-without-downtime.md runs as printed, three times, each on a
// runner without files: it signs in without a secret, rotates only if that is due, and gives
// the vault the new key. In place of the backend in Azure, a file keeps the state.
func TestPipelineRunsAsPrinted(t *testing.T) {
	t.Parallel()
	const page = "guides/rotation-without-downtime.md"
	configuration := blocksIn(t, page, "From a pipeline", "hcl")[0]
	var pipeline workflow
	if err := yaml.Unmarshal([]byte(blocksIn(t, page, "From a pipeline", "yaml")[0]), &pipeline); err != nil {
		t.Fatal(err)
	}
	job := pipeline.Jobs["rotate"]
	// The lines of authentication.md are a part of this workflow.
	var signIn struct {
		Permissions map[string]string
		Env         map[string]string
	}
	if err := yaml.Unmarshal([]byte(blocksIn(t, "guides/authentication.md", "In GitHub Actions, without a secret", "yaml")[0]), &signIn); err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(signIn.Permissions, pipeline.Permissions) || len(signIn.Env) == 0 {
		t.Errorf("authentication.md has other permissions: %v", signIn.Permissions)
	}
	for name, value := range signIn.Env {
		if job.Env[name] != value {
			t.Errorf("authentication.md has %s = %s, and the workflow %s", name, value, job.Env[name])
		}
	}

	w := newWorkspace(t, mirrored(t))
	if terraform := minorVersion(t, w.cli.Path); terraform < 11 {
		return // TestConfigurationsInGuidesAreValid expects the refusal of write-only arguments
	}
	service := &session{t, w.env, w.env.NewCLI(t, w.env.Config(services("iris")))}
	service.apply()
	state := filepath.Join(t.TempDir(), "rotate-iris.tfstate")
	backend := regexp.MustCompile(`(?ms)^  backend "azurerm" \{.*?^  \}$`)
	configuration = backend.ReplaceAllString(configuration, fmt.Sprintf("  backend \"local\" {\n    path = %q\n  }", state))
	environ := append(github(t, w.env.Emulator), expanded(t, job.Env, map[string]string{
		"ARM_TENANT_ID": emulator.DefaultTenantID, "ARM_CLIENT_ID": emulator.ContributorClientID,
		"ARM_SUBSCRIPTION_ID": emulator.DefaultSubscriptionID, "MLWS_WORKSPACE_ID": w.env.WorkspaceID,
	})...)
	run := func() string {
		t.Helper()
		runner := workspace{&session{t, w.env, &acctest.CLI{Dir: t.TempDir(), Path: w.cli.Path, Environ: maps.Clone(w.cli.Environ)}}}
		delete(runner.cli.Environ, "ARM_CLIENT_SECRET") // it signs in without one
		for _, name := range []string{"TF_CLI_ARGS_apply", "MLWS_RESOURCE_GROUP_NAME", "MLWS_WORKSPACE_NAME"} {
			delete(runner.cli.Environ, name)
		}
		write(t, filepath.Join(runner.cli.Dir, "main.tf"), configuration)
		output := ""
		for _, step := range job.Steps {
			if step.Run != "" {
				output = runner.shell(step.Run, environ...)
			}
		}
		return output
	}
	wants := func(output, want string, regenerated int) {
		t.Helper()
		if !strings.Contains(output, want) {
			t.Errorf("the run does not say %q:\n%s", want, output)
		}
		w.regenerated(regenerated)
	}
	primary, secondary := w.env.MustKeys(t, "iris")
	wants(run(), "Apply complete! Resources: 2 added, 0 changed, 0 destroyed.", 1)
	if kept, rotated := w.env.MustKeys(t, "iris"); kept != primary || rotated == secondary {
		t.Error("the first run did not regenerate the Secondary key alone")
	}
	wants(run(), "Apply complete! Resources: 0 added, 0 changed, 0 destroyed.", 1)
	aged := &session{t, w.env, w.env.NewCLI(t, "")}
	rename(t, state, filepath.Join(aged.cli.Dir, "terraform.tfstate"))
	aged.older(91)
	rename(t, filepath.Join(aged.cli.Dir, "terraform.tfstate"), state)
	wants(run(), "Apply complete! Resources: 0 added, 2 changed, 0 destroyed.", 2)
	text := read(t, state)
	for _, key := range slices.Concat(keysOf(w.env.MustKeys(t, "iris")), []string{primary, secondary}) {
		if strings.Contains(text, key) {
			t.Error("the state has a key")
		}
	}
}

func keysOf(primary, secondary string) []string { return []string{primary, secondary} }

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}
