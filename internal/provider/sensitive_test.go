// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// sensitive are the paths of all attributes that Terraform hides.
var sensitive = []string{
	"data mlws_service_keys.primary_key",
	"data mlws_service_keys.secondary_key",
	"data mlws_service_token.access_token",
	"ephemeral mlws_service_keys.primary_key",
	"ephemeral mlws_service_keys.secondary_key",
	"ephemeral mlws_service_token.access_token",
	"provider.client_certificate",
	"provider.client_certificate_password",
	"provider.client_secret",
	"provider.oidc_request_token",
	"provider.oidc_token",
	"resource mlws_aci_service.inference_config.environment.base_image_registry.password_wo",
	"resource mlws_aci_service.ssl.key_pem",
	"resource mlws_aci_service.ssl.key_pem_wo",
	"resource mlws_aks_service.inference_config.environment.base_image_registry.password_wo",
	"resource mlws_service_key.key",
	"resource mlws_service_key.key_value_wo",
	"resource mlws_service_key_rotation.active_key",
}

// secretName matches the names of attributes that hold a secret, or sound like it.
var secretName = regexp.MustCompile(`key|pem|secret|password|token|credential|certificate|signature|private`)

// public are names of this kind that stand for no secret: in any object, or at one
// path.
var public = []string{
	"active_key_fingerprint",
	"active_key_type",
	"ca_certificate_file",
	"cert_pem",
	"client_certificate_path",
	"client_secret_file_path",
	"copy_keys", // a flag
	"data mlws_access.list_keys",
	"data mlws_access.regenerate_keys",
	"data mlws_access.token",
	"first_key_type",
	"in_use_key_sha256",
	"key_age_days",
	"key_fingerprint",
	"key_name",
	"key_pem_wo_version",
	"key_prefixes",
	"key_type",
	"key_value_wo_version",
	"key_vault_id",
	"key_version",
	"keys",
	"oidc_token_file_path",
	"password_wo_version",
	"store_key",
	"token_auth_enabled",
	"token_type",
}

// schemas returns the schema of everything that the provider serves, by kind and name.
func schemas(t *testing.T) map[string]*tfprotov6.Schema {
	t.Helper()
	served, err := providerserver.NewProtocol6(New("test")())().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range served.Diagnostics {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}
	all := map[string]*tfprotov6.Schema{"provider": served.Provider}
	for name, schema := range served.ResourceSchemas {
		all["resource "+name] = schema
	}
	for name, schema := range served.DataSourceSchemas {
		all["data "+name] = schema
	}
	for name, schema := range served.EphemeralResourceSchemas {
		all["ephemeral "+name] = schema
	}
	for name, schema := range served.ActionSchemas {
		all["action "+name] = schema.Schema
	}
	for name, schema := range served.ListResourceSchemas {
		all["list "+name] = schema
	}
	return all
}

// attributesOf calls visit with every attribute of a schema, and its path.
func attributesOf(at string, block *tfprotov6.SchemaBlock, visit func(path string, a *tfprotov6.SchemaAttribute)) {
	var walk func(at string, attributes []*tfprotov6.SchemaAttribute)
	walk = func(at string, attributes []*tfprotov6.SchemaAttribute) {
		for _, a := range attributes {
			visit(at+"."+a.Name, a)
			if a.NestedType != nil {
				walk(at+"."+a.Name, a.NestedType.Attributes)
			}
		}
	}
	walk(at, block.Attributes)
	for _, nested := range block.BlockTypes {
		attributesOf(at+"."+nested.TypeName, nested.Block, visit)
	}
}

// Every attribute that holds a secret is sensitive, in every kind of object. An
// attribute with the name of a secret that is not one has to be listed as public.
func TestSecretsAreSensitive(t *testing.T) {
	var found, open []string
	for at, schema := range schemas(t) {
		attributesOf(at, schema.Block, func(path string, a *tfprotov6.SchemaAttribute) {
			switch {
			case a.Sensitive:
				found = append(found, path)
			case slices.Contains(public, path):
				open = append(open, path)
			case secretName.MatchString(a.Name):
				open = append(open, a.Name)
			}
		})
	}
	slices.Sort(found)
	slices.Sort(open)
	open = slices.Compact(open)
	if diff := cmp.Diff(sensitive, found); diff != "" {
		t.Errorf("the sensitive attributes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(public, open); diff != "" {
		t.Errorf("the names of attributes that sound like a secret and are not sensitive (-want +got):\n%s", diff)
	}
}

// The environment may give every argument of the provider block.
func TestNothingIsRequiredOfTheProvider(t *testing.T) {
	attributesOf("provider", schemas(t)["provider"].Block, func(path string, a *tfprotov6.SchemaAttribute) {
		if a.Required && strings.Count(path, ".") == 1 {
			t.Errorf("%s is required", path)
		}
	})
}
