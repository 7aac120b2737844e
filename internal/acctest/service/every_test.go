// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/provider"
)

// simple returns every optional number and switch that the schema of a resource has,
// with a value that is no default. The auth flags have rules of their own.
func simple(t *testing.T, typeName string) attrs {
	t.Helper()
	schemas, err := providerserver.NewProtocol6(provider.New("test")())().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	found := attrs{}
	for _, attribute := range schemas.ResourceSchemas[typeName].Block.Attributes {
		switch {
		case !attribute.Optional || attribute.Type == nil || attribute.Name == "auth_enabled" || attribute.Name == "token_auth_enabled":
		case attribute.Type.Is(tftypes.Number):
			found[attribute.Name] = "7"
		case attribute.Type.Is(tftypes.Bool):
			found[attribute.Name] = "true"
		}
	}
	if len(found) < 4 {
		t.Fatalf("only %v: the test looks in the wrong place", found)
	}
	return found
}

// Every optional number and switch of the schema is accepted by the workspace at a
// create and as a change, reads back, and can be removed. One that the client or the
// workspace does not know fails here.
func TestAccEverySimpleAttribute(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{aciType, aksType} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			env := emulated(t, acctest.Log)
			with, without := env.Config(block(env, typeName, "iris", simple(t, typeName))), env.Config(block(env, typeName, "iris", nil))
			created := env.Config(block(env, typeName, "iris", nil) + block(env, typeName, "two", simple(t, typeName)))
			empty := resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
			env.Test(t, resource.TestCase{Steps: []resource.TestStep{
				{Config: created, ConfigPlanChecks: empty},
				{Config: with, ConfigPlanChecks: empty},
				{Config: without, ConfigPlanChecks: empty},
			}})
		})
	}
}
