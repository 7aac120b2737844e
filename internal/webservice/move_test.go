// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

const azapiAddress = "registry.terraform.io/azure/azapi"

// move moves a state to a resource, and returns the new state and the error.
func (s *server) move(target, address, source string, version int64, state string) (fields, string) {
	s.T.Helper()
	resp, err := s.MoveResourceState(s.T.Context(), &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: address, SourceTypeName: source, SourceSchemaVersion: version, SourceState: &tfprotov6.RawState{JSON: []byte(state)}, TargetTypeName: target,
	})
	if err != nil {
		s.T.Fatal(err)
	}
	if len(resp.Diagnostics) > 0 {
		return nil, strings.Join(texts(resp.Diagnostics), "\n")
	}
	if resp.TargetIdentity == nil {
		s.T.Error("there is no identity")
	}
	if !strings.Contains(string(resp.TargetPrivate), `"imported"`) {
		s.T.Error("the refresh is not told that it is the first")
	}
	return s.Decode(s.ResourceType(target), resp.TargetState), ""
}

func azapiState(t *testing.T, version string) string {
	t.Helper()
	content, err := os.ReadFile("testdata/azapi/" + version + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// A service comes over from azapi as an import would read it.
func TestMoveFromAzapi(t *testing.T) {
	t.Parallel()
	data, _ := testData(t)
	s := serve(t, data)
	for version, schemaVersion := range map[string]int64{"version1": 0, "version2": 2} {
		state := azapiState(t, version)
		for name, source := range map[string]string{
			"as it is":      state,
			"without body":  strings.Replace(state, `"body"`, `"no_body"`, 1),
			"another case":  strings.Replace(state, "Microsoft.MachineLearningServices/workspaces/services@", "microsoft.machinelearningservices/Workspaces/Services@", 1),
			"a null body":   strings.Replace(state, `"body": `, `"body": null, "other": `, 1),
			"of lower case": strings.Replace(state, `ACI`, `aci`, 1),
		} {
			got, problem := s.move(aciType, azapiAddress, "azapi_resource", schemaVersion, source)
			if diff := cmp.Diff(imported, got); diff != "" {
				t.Errorf("%s, %s (-want +got)\n%s\n%s", version, name, diff, problem)
			}
		}
		for name, test := range map[string]struct{ target, state, want string }{
			"to AKS":           {aksType, state, "Move it to a mlws_aci_service"},
			"another type":     {aciType, strings.Replace(state, "/services@", "/onlineEndpoints@", 1), "onlineEndpoints@2021-04-01"},
			"another compute":  {aciType, strings.Replace(state, "ACI", "IOT", 1), "leave it to azapi"},
			"an id of another": {aciType, strings.Replace(state, "/services/iris", "/computes/iris", 1), "import the service"},
			"no object":        {aciType, `[]`, "does not have the expected form"},
		} {
			if _, problem := s.move(test.target, azapiAddress, "azapi_resource", schemaVersion, test.state); !strings.Contains(problem, test.want) {
				t.Errorf("%s, %s: %q", version, name, problem)
			}
		}
	}
}

// The compute type is found in the body of a request, and in the form of a reply.
func TestComputeInTheBodyOfAzapi(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"computeType": "ACI"}`, `{"properties": {"computeType": "ACI"}}`, `"{\"computeType\": \"ACI\"}"`, `"{\"properties\": {\"computeType\": \"ACI\"}}"`,
		`{"value": {"computeType": "ACI", "properties": {"run": "1"}}, "type": []}`, `{"value": {"properties": {"computeType": "ACI"}}, "type": []}`,
	} {
		if got := computeInBody([]byte(body)); got != "ACI" {
			t.Errorf("%s: %q", body, got)
		}
	}
}

// A move that is not possible is refused; the framework refuses unknown sources itself.
func TestMoveIsRefused(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	const own = "registry.terraform.io/mlws/mlws"
	for name, test := range map[string]struct{ target, address, source, want string }{
		"ACI to AKS":            {aksType, own, aciType, "turns a mlws_aci_service into a mlws_aks_service"},
		"AKS to ACI":            {aciType, own, aksType, "turns a mlws_aks_service into a mlws_aci_service"},
		"a key":                 {aciType, own, "mlws_service_key", "Unable to Move Resource State"},
		"of another azapi":      {aciType, "registry.terraform.io/other/azapi", "azapi_resource", "Unable to Move Resource State"},
		"an update of azapi":    {aciType, azapiAddress, "azapi_update_resource", "Unable to Move Resource State"},
		"from OpenTofu's mlws":  {aksType, "registry.opentofu.org/mlws/mlws", aciType, "Azure cannot change what a service runs on"},
		"a stranger's ACI type": {aksType, "registry.terraform.io/other/other", aciType, "Unable to Move Resource State"},
	} {
		if _, problem := s.move(test.target, test.address, test.source, 0, azapiState(t, "version2")); !strings.Contains(problem, test.want) {
			t.Errorf("%s: %q", name, problem)
		}
	}
}
