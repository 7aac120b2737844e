// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	fwprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/provider"
)

// API is the workspace as the provider of the test's configurations reaches it, for
// tests that read or change it without Terraform.
func (e *Env) API() (*azureml.Workspace, error) { return e.api() }

// ProviderArguments are those of the provider block, as Config writes it.
func (e *Env) ProviderArguments() protocoltest.Values {
	if e.Emulator == nil {
		return protocoltest.Values{"workspace_id": e.WorkspaceID}
	}
	return protocoltest.Values{
		"workspace_id": e.WorkspaceID, "tenant_id": emulator.DefaultTenantID,
		"client_id": emulator.ContributorClientID, "client_secret": emulator.ContributorSecret, "use_cli": false,
		"endpoints": protocoltest.Values{
			"resource_manager": e.Emulator.ResourceManagerURL(), "authority": e.Emulator.AuthorityURL(), "ca_certificate_file": e.Emulator.CAFile(),
		},
	}
}

// Configure configures a provider with the arguments of its block, as Terraform
// would, and returns what it hands to its objects.
func Configure(t testing.TB, arguments protocoltest.Values) (*framework.Data, diag.Diagnostics) {
	t.Helper()
	ctx, p := context.Background(), provider.New("test")()
	var schema fwprovider.SchemaResponse
	p.Schema(ctx, fwprovider.SchemaRequest{}, &schema)
	config := tfsdk.Config{Schema: schema.Schema, Raw: protocoltest.Build(t, schema.Schema.Type().TerraformType(ctx), arguments)}
	var configured fwprovider.ConfigureResponse
	p.Configure(ctx, fwprovider.ConfigureRequest{Config: config}, &configured)
	data, _ := configured.ResourceData.(*framework.Data)
	return data, configured.Diagnostics
}

// connect configures a provider, and returns its client for the workspace.
func (e *Env) connect(t testing.TB) (*azureml.Workspace, error) {
	data, diags := Configure(t, e.ProviderArguments())
	var wrong []error
	for _, d := range diags.Errors() {
		wrong = append(wrong, fmt.Errorf("%s: %s", d.Summary(), d.Detail()))
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return data.Client.Workspace(*data.Workspace), nil
}

// Keys returns both keys of a service. Of an emulator they are read without a
// request, so that its log shows what the provider sent, and nothing else.
func (e *Env) Keys(name string) (primary, secondary string, err error) {
	if e.Emulator != nil {
		primary, secondary = e.Emulator.Keys(e.WorkspaceID, name)
		return primary, secondary, nil
	}
	api, err := e.API()
	if err != nil {
		return "", "", err
	}
	keys, err := api.ListKeys(context.Background(), name)
	return keys.Primary, keys.Secondary, err
}

// MustKeys is Keys for a test that does not go on without them.
func (e *Env) MustKeys(t testing.TB, name string) (primary, secondary string) {
	t.Helper()
	primary, secondary, err := e.Keys(name)
	if err != nil {
		t.Fatal(err)
	}
	return primary, secondary
}

// Exists reports whether the workspace has a service of that name.
func (e *Env) Exists(name string) (bool, error) {
	if e.Emulator != nil {
		_, exists := e.Emulator.ServiceJSON(e.WorkspaceID, name)
		return exists, nil
	}
	api, err := e.API()
	if err != nil {
		return false, err
	}
	if _, err = api.GetService(context.Background(), name); azureml.IsNotFound(err) {
		return false, nil
	}
	return err == nil, err
}

// Remove returns a PreConfig that deletes a service as another person would. It then
// empties the log.
func (e *Env) Remove(t testing.TB, name string) func() {
	return func() {
		t.Helper()
		if err := e.remove(name); err != nil {
			t.Fatal(err)
		}
		e.ResetLog()
	}
}

func (e *Env) remove(name string) error {
	if e.Emulator != nil {
		return e.Emulator.RemoveService(e.WorkspaceID, name)
	}
	api, err := e.API()
	if err != nil {
		return err
	}
	ref, err := api.DeleteService(context.Background(), name)
	if err != nil {
		return err
	}
	return api.WaitDeleted(context.Background(), name, ref)
}

// Edit returns a PreConfig that changes the service in its wire form (see Edits).
func (e *Env) Edit(t testing.TB, name string, edit func(service map[string]any)) func() {
	return func() {
		t.Helper()
		if err := e.Emulator.EditService(e.WorkspaceID, name, edit); err != nil {
			t.Fatal(err)
		}
	}
}

// CheckNothingLeft fails if a service of the test is left: any service of its
// emulator, or of a real workspace those that have its suffix.
func (e *Env) CheckNothingLeft(*terraform.State) error {
	var left []string
	if e.Emulator != nil {
		left = e.Emulator.ServiceNames(e.WorkspaceID)
	} else {
		api, err := e.API()
		if err != nil {
			return err
		}
		for service, err := range api.ListServices(context.Background(), azureml.ListServicesOptions{}) {
			if err != nil {
				return fmt.Errorf("looking for services that are left behind: %w", err)
			}
			if e.Owns(service.Name) {
				left = append(left, service.Name)
			}
		}
	}
	if len(left) > 0 {
		return fmt.Errorf("services left behind: %s", strings.Join(left, ", "))
	}
	return nil
}

// Owns reports whether a name is one that Name gave.
func (e *Env) Owns(name string) bool { return strings.HasSuffix(name, e.suffix) }
