// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package diagnostics_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/permissions"
)

// A refusal without words gets the action and the roles of the list.
func TestRefusalsNameTheList(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		method, path string
		needs        permissions.Operation
	}{
		{http.MethodGet, workspacePath, permissions.ReadWorkspace},
		{http.MethodGet, servicePath, permissions.ReadServices},
		{http.MethodPost, workspacePath + "/services", permissions.WriteService},
		{http.MethodPatch, servicePath, permissions.WriteService},
		{http.MethodDelete, servicePath, permissions.DeleteService},
		{http.MethodPost, servicePath + "/listkeys", permissions.ListKeys},
		{http.MethodPost, servicePath + "/regenerateKeys", permissions.RegenerateKeys},
		{http.MethodPost, workspacePath + "/onlineEndpoints/e/listKeys", permissions.ListV2Keys},
		{http.MethodPost, workspacePath + "/onlineEndpoints/e/regenerateKeys", permissions.RegenerateV2Keys},
		{http.MethodPost, servicePath + "/token", permissions.FetchToken},
		{http.MethodGet, workspacePath + "/computes/aks", permissions.ReadComputes},
		{http.MethodGet, workspacePath + "/environments/mine", permissions.ReadEnvironments},
		{http.MethodGet, workspacePath + "/models/iris:1", permissions.ReadModels},
		{http.MethodPost, workspacePath + "/models", permissions.WriteModels},
		{http.MethodPost, workspacePath + "/assets", permissions.WriteModels},
		{http.MethodDelete, workspacePath + "/models/iris:1", permissions.DeleteModels},
		{http.MethodGet, workspacePath + "/artifacts/contentinfo/x", permissions.ReadArtifacts},
		{http.MethodPost, workspacePath + "/artifacts/batch/metadata/x", permissions.WriteArtifacts},
	} {
		text := diagnostics.Explain("it", refused(test.method, test.path, http.StatusForbidden, azureml.ServiceError{}))
		roles := string(test.needs.Roles[0])
		if roles == string(permissions.Reader) {
			roles += " is enough"
		} else {
			roles += " or Contributor"
		}
		if !strings.Contains(text, roles) {
			t.Errorf("%s %s is refused without %q: %s", test.method, test.path, roles, text)
		}
		ofServices := strings.Contains(test.path, "/services") || strings.Contains(test.path, "/onlineEndpoints/") || test.needs.AKS[0].Source == permissions.Documented
		if strings.Contains(text, test.needs.Text()+" on the workspace") != ofServices {
			t.Errorf("%s %s is refused with %s, and needs %s", test.method, test.path, text, test.needs.Text())
		}
	}
}
