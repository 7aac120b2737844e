// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package control

import (
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
// runs without a changed line. They hold a client secret of the emulator. It fails for a
// client that Shells does not name.
func (l *Layer) Shell(client string) ([]string, error) {
	p := l.State().Deployer()
	switch client {
	case "terraform":
		lines := []string{"unset " + strings.Join(winning, " ")}
		for _, v := range l.variables() {
			lines = append(lines, export(v.name, v.value))
		}
		return lines, nil
	case "python":
		lines := []string{
			// The metadata is fetched without a look at REQUESTS_CA_BUNDLE, so over plain http.
			export("ARM_CLOUD_METADATA_URL", l.PlainURL()+"/metadata/endpoints"), export("AZUREML_CURRENT_CLOUD", "AzureCloud"), export("REQUESTS_CA_BUNDLE", l.CAFile()),
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
func (l *Layer) variables() []variable {
	found := []variable{
		{"MLWS_CA_CERTIFICATE_FILE", l.CAFile()},
		{"ARM_RESOURCE_MANAGER_ENDPOINT", l.PlainURL()},
		{"ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST", l.SecureURL()},
		{"ARM_DISABLE_INSTANCE_DISCOVERY", "true"},
		{"ARM_TENANT_ID", l.State().Tenant},
	}
	if p := l.State().Deployer(); p != nil {
		found = append(found, variable{"ARM_CLIENT_ID", p.ClientID}, variable{"ARM_CLIENT_SECRET", p.ClientSecret})
	}
	if ids := state.SortedKeys(l.State().Workspaces); len(ids) > 0 {
		w := l.State().Workspaces[ids[0]]
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

// environment answers the variables of the shell as JSON, for programs.
func (l *Layer) environment(*api.Call) (*api.Reply, error) {
	all := map[string]string{}
	for _, v := range l.variables() {
		all[v.name] = v.value
	}
	return api.OK(all), nil
}

// export quotes a value for any POSIX shell.
func export(name, value string) string {
	return fmt.Sprintf("export %s='%s'", name, strings.ReplaceAll(value, "'", `'\''`))
}

func (l *Layer) shell(c *api.Call) (*api.Reply, error) {
	lines, err := l.Shell(c.Param("client"))
	if err != nil {
		return nil, err
	}
	return &api.Reply{Status: 200, ContentType: "text/plain; charset=utf-8", Body: strings.Join(lines, "\n") + "\n"}, nil
}
