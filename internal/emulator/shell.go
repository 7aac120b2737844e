// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/entra"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Shells are the clients that Shell knows.
var Shells = []string{"terraform", "python"}

// Shell gives the lines that prepare a POSIX shell for a client of this
// emulator: "terraform" for the provider, "python" for azureml-core, which then
// runs without a changed line. They hold a client secret of the emulator.
func (e *Emulator) Shell(client string) ([]string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.shell(client)
}

func (e *Emulator) shell(client string) ([]string, error) {
	p := e.store.Deployer()
	switch client {
	case "terraform":
		lines := []string{"unset " + strings.Join(winning, " ")}
		for _, v := range e.variables() {
			lines = append(lines, export(v.name, v.value))
		}
		return lines, nil
	case "python":
		lines := []string{
			// The metadata is fetched without a look at REQUESTS_CA_BUNDLE, so over plain http.
			export("ARM_CLOUD_METADATA_URL", e.plainBase+"/metadata/endpoints"), export("AZUREML_CURRENT_CLOUD", "AzureCloud"), export("REQUESTS_CA_BUNDLE", e.caFile),
		}
		if p != nil {
			lines = append(lines, export("AZUREML_SERVICE_PRINCIPAL_TENANT_ID", entra.OnPremises),
				export("AZUREML_SERVICE_PRINCIPAL_ID", p.ClientID), export("AZUREML_SERVICE_PRINCIPAL_PASSWORD", p.ClientSecret))
		}
		// The SDK keeps the cloud's endpoints there, in a directory that it does not make.
		return append(lines, `export AZURE_CONFIG_DIR="$(mktemp -d)"`), nil
	}
	return nil, api.NotFound("There is no shell for %s. There is one for each of %s.", client, strings.Join(Shells, ", "))
}

type variable struct{ name, value string }

// variables are what the provider reads to find this emulator, and to sign in to it.
func (e *Emulator) variables() []variable {
	found := []variable{
		{"MLWS_CA_CERTIFICATE_FILE", e.caFile},
		{"ARM_RESOURCE_MANAGER_ENDPOINT", e.plainBase},
		{"ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST", e.tlsBase},
		{"ARM_DISABLE_INSTANCE_DISCOVERY", "true"},
		{"ARM_TENANT_ID", e.store.Tenant},
	}
	if p := e.store.Deployer(); p != nil {
		found = append(found, variable{"ARM_CLIENT_ID", p.ClientID}, variable{"ARM_CLIENT_SECRET", p.ClientSecret})
	}
	if ids := state.SortedKeys(e.store.Workspaces); len(ids) > 0 {
		w := e.store.Workspaces[ids[0]]
		found = append(found, variable{"ARM_SUBSCRIPTION_ID", w.Subscription}, variable{"MLWS_RESOURCE_GROUP_NAME", w.Group}, variable{"MLWS_WORKSPACE_NAME", w.Name})
	}
	return found
}

// winning are variables that win over these, contradict them, or send the provider to
// another cloud. A shell may have them from work on Azure.
var winning = []string{
	"MLWS_WORKSPACE_ID", "MLWS_MODEL_MANAGEMENT_ENDPOINT", "ARM_ENVIRONMENT", "ARM_RESOURCE_MANAGER_AUDIENCE",
	"ARM_CLIENT_ID_FILE_PATH", "ARM_CLIENT_SECRET_FILE_PATH", "AZURE_REGIONAL_AUTHORITY_NAME",
}

// controlEnvironment answers the variables of the shell as JSON, for programs.
func (e *Emulator) controlEnvironment(*api.Call) (*api.Reply, error) {
	all := map[string]string{}
	for _, v := range e.variables() {
		all[v.name] = v.value
	}
	return api.OK(all), nil
}

// export quotes a value for any POSIX shell.
func export(name, value string) string {
	return fmt.Sprintf("export %s='%s'", name, strings.ReplaceAll(value, "'", `'\''`))
}

func (e *Emulator) controlShell(c *api.Call) (*api.Reply, error) {
	lines, err := e.shell(c.Param("client"))
	if err != nil {
		return nil, err
	}
	return &api.Reply{Status: 200, ContentType: "text/plain; charset=utf-8", Body: strings.Join(lines, "\n") + "\n"}, nil
}

// Inventory tells what there is to work with, a line for each thing, for people.
func (e *Emulator) Inventory() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var lines []string
	for _, p := range e.store.Principals {
		lines = append(lines, fmt.Sprintf("principal   %s  %s", p.ClientID, cmp.Or(p.Role, "custom actions")))
	}
	for _, id := range state.SortedKeys(e.store.Workspaces) {
		w := e.store.Workspaces[id]
		lines = append(lines, fmt.Sprintf("workspace   %s in %s", w.Name, w.Location))
		for _, name := range state.SortedKeys(w.Computes) {
			lines = append(lines, fmt.Sprintf("  compute     %s in %s", w.Computes[name].Name, w.Computes[name].Location))
		}
		for _, m := range w.Models {
			lines = append(lines, fmt.Sprintf("  model       %s (%s)", m.ID(), m.Framework))
		}
		for _, name := range state.SortedKeys(w.Environments) {
			for _, env := range w.Environments[name] {
				lines = append(lines, fmt.Sprintf("  environment %s:%s", env.Name, env.Version))
			}
		}
		for _, name := range state.SortedKeys(w.Services) {
			lines = append(lines, fmt.Sprintf("  service     %s (%s)", name, w.Services[name].Kind))
		}
	}
	return lines
}
