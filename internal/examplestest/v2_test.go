// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package examplestest_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/onlineendpoint"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
	"github.com/mlws/terraform-provider-mlws/internal/terraformcli"
)

// The configurations of all shapes of services are valid, all in one folder, for both
// targets. They are in the format of terraform fmt.
func TestV2ConfigurationsAreValid(t *testing.T) {
	terraform, err := terraformcli.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../onlineendpoint/testdata/shapes/*.json")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d shapes: %v", len(files), err)
	}
	validate := validator(t, terraform)
	workspace := resourceid.Workspace{SubscriptionID: "22222222-2222-2222-2222-222222222222", ResourceGroup: "rg-demo", Name: "ws-demo"}
	for _, target := range []onlineendpoint.Target{onlineendpoint.Managed, onlineendpoint.Kubernetes} {
		t.Run(string(target), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, filepath.Join(dir, "versions.tf"), versions)
			whole := ""
			for _, file := range files {
				encoded, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				var service azureml.Service
				if err := json.Unmarshal(encoded, &service); err != nil {
					t.Fatal(err)
				}
				mapping := onlineendpoint.Map(onlineendpoint.Source{Service: &service, Workspace: workspace, Location: "westeurope", Target: target, ContentInfo: "https://h/"})
				if mapping.HCL != "" {
					write(t, filepath.Join(dir, service.Name+".tf"), mapping.HCL)
					whole += mapping.HCL
				}
			}
			output, err := exec.Command(terraform, "fmt", "-check", "-diff", "-no-color", dir).CombinedOutput()
			if err != nil {
				t.Errorf("terraform fmt: %v\n%s", err, output)
			}
			validated, err := validate(dir)
			if minorVersion(t, terraform) < 11 {
				if !strings.Contains(validated, "phemeral") {
					t.Errorf("%v\n%s", err, validated)
				}
				return
			}
			if err != nil {
				t.Errorf("terraform validate: %v\n%s", err, validated)
			}
			// The test sees what is wrong.
			write(t, filepath.Join(dir, "wrong.tf"), strings.Replace(whole[strings.LastIndex(whole, `resource "azapi_resource_action"`):], "_traffic", "_wrong", 1)+"\n"+`resource "azapi_resource_action" "unknown" { resource_uri = "x" }`)
			if validated, err = validate(dir); err == nil || !strings.Contains(validated, "resource_uri") {
				t.Errorf("a wrong configuration is valid: %s", validated)
			}
		})
	}
}
