// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
)

// The addresses of last resort belong to a cloud. With a Resource Manager of
// one's own there are none: a token must not leave for a public host then.
func TestAddressOfLastResort(t *testing.T) {
	nothing := auth.Lookup(func(string) (string, bool) { return "", false })
	for name, tc := range map[string]struct{ environment, resourceManager, want string }{
		"public":                          {"", "", "api.azureml.ms"},
		"usgovernment":                    {"usgovernment", "", "api.ml.azure.us"},
		"china":                           {"china", "", "api.ml.azure.cn"},
		"a Resource Manager of one's own": {"", "http://127.0.0.1:8080", ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := model{Environment: types.StringValue(tc.environment)}
			if tc.resourceManager != "" {
				values := map[string]attr.Value{}
				kinds := map[string]attr.Type{}
				for _, argument := range []string{"resource_manager", "authority", "model_management", "audience", "ca_certificate_file"} {
					values[argument], kinds[argument] = types.StringNull(), types.StringType
				}
				values["resource_manager"] = types.StringValue(tc.resourceManager)
				m.Endpoints = types.ObjectValueMust(kinds, values)
			}
			ends, diags := m.endpoints(t.Context(), nothing)
			if diags.HasError() {
				t.Fatal(diags)
			}
			if ends.apiSuffix != tc.want {
				t.Errorf("the suffix is %q, want %q", ends.apiSuffix, tc.want)
			}
		})
	}
}
