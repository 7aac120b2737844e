// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package functions_test

import (
	"context"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	tftest "github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/mlws/terraform-provider-mlws/internal/functions"
)

const workspaceID = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-demo" +
	"/providers/Microsoft.MachineLearningServices/workspaces/ws-demo"

// functionsOnly is a provider that has only the functions, so that the tests need
// no workspace.
type functionsOnly struct{}

func (functionsOnly) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "mlws"
}
func (functionsOnly) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (functionsOnly) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}
func (functionsOnly) Resources(context.Context) []func() resource.Resource { return nil }
func (functionsOnly) DataSources(context.Context) []func() datasource.DataSource {
	return nil
}

func (functionsOnly) Functions(context.Context) []func() function.Function {
	return functions.Functions()
}

var factories = map[string]func() (tfprotov6.ProviderServer, error){
	"mlws": providerserver.NewProtocol6WithError(functionsOnly{}),
}

func TestFunctionsInTerraform(t *testing.T) {
	tftest.UnitTest(t, tftest.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []tftest.TestStep{
			{
				Config: `
output "parsed" { value = provider::mlws::parse_service_id(provider::mlws::service_id("` + workspaceID + `", "iris")) }
output "expiry" { value = provider::mlws::token_expiry("eyJhbGciOiJYWDk5OSJ9.eyJleHAiOjE3ODI4MjI2MDB9.c2ln") }`,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownOutputValue("parsed", knownvalue.ObjectPartial(map[string]knownvalue.Check{
						"workspace_id": knownvalue.StringExact(workspaceID),
						"name":         knownvalue.StringExact("iris"),
					})),
					statecheck.ExpectKnownOutputValue("expiry", knownvalue.StringExact("2026-06-30T12:30:00Z")),
				},
			},
			{
				Config:      `output "parsed" { value = provider::mlws::parse_service_id("iris") }`,
				ExpectError: regexp.MustCompile(`is not a\s+service\s+id`),
			},
		},
	})
}

// A service that is yet to be created has no id: the plan must show the
// result as unknown instead of failing on it.
func TestUnknownArgumentsGiveUnknownResults(t *testing.T) {
	unknown := func(output string) plancheck.PlanCheck {
		return plancheck.ExpectUnknownOutputValue(output)
	}
	tftest.UnitTest(t, tftest.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []tftest.TestStep{{
			Config: `
resource "terraform_data" "name" { input = "iris" }
output "id" { value = provider::mlws::service_id("` + workspaceID + `", terraform_data.name.output) }
output "parsed" { value = provider::mlws::parse_service_id("` + workspaceID + `/services/${terraform_data.name.output}") }
output "expiry" { value = provider::mlws::token_expiry("${terraform_data.name.id}.eyJleHAiOjE3ODI4MjI2MDB9.c2ln") }`,
			ConfigPlanChecks: tftest.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{unknown("id"), unknown("parsed"), unknown("expiry")},
			},
			ExpectError: regexp.MustCompile(`not a\s+JSON\s+Web\s+Token`),
		}},
	})
}
