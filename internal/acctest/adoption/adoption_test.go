// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package adoption_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/provider"
)

// Thirty services that the SDK has made are found by query and by data source, and
// imported without a change. Then one attribute of each changes, and everything else
// that the API knows of them stays as it was.
func TestAccThirtyServicesAreAdopted(t *testing.T) {
	t.Parallel()
	env := deployed(t, shapes())

	server := protocoltest.Connect(t, provider.New("test")(), env.ProviderArguments())
	found := map[string][]string{}
	for _, compute := range []string{"aci", "aks"} {
		for result := range server.List(t.Context(), "mlws_"+compute+"_service", protocoltest.Query{}) {
			found[compute] = append(found[compute], result.Identity["name"].(string))
		}
		slices.Sort(found[compute])
		if diff := cmp.Diff(names(compute), found[compute]); diff != "" {
			t.Errorf("the query of %s (-made +found):\n%s", compute, diff)
		}
	}
	listed := 0
	for i, service := range server.ReadData("mlws_services", nil)["services"].(protocoltest.List) {
		if service.(protocoltest.Values)["name"] == names("")[i] {
			listed++
		}
	}
	same, changed := adopt(t, env, shapes())

	counts := fmt.Sprintf("%d made, %d found by query, %d by data source, %d imported as they were, %d changed in one attribute alone",
		len(shapes()), len(found["aci"])+len(found["aks"]), listed, same, changed)
	t.Log(counts)
	if counts != "30 made, 30 found by query, 30 by data source, 30 imported as they were, 30 changed in one attribute alone" {
		t.Error(counts)
	}
}

// A service that an older SDK has deployed from an image has neither models nor code.
func TestAccServicesOfAnImageAreAdopted(t *testing.T) {
	t.Parallel()
	const image = `"imageId": "iris:3", "environmentImageRequest": null`
	services := []shape{
		{"aci-image", image, [2]string{`cpu_cores = 0\.1`, `cpu_cores = 0.25`}, map[string]any{toCPU: 0.25}},
		{"aks-image", image, [2]string{`description = null`, `description = "adopted"`}, map[string]any{"description": "adopted"}},
	}
	if same, changed := adopt(t, deployed(t, services), services); same != 2 || changed != 2 {
		t.Errorf("%d imported as they were, %d changed in one attribute alone, want 2 each", same, changed)
	}
}

// adopt imports services, with the configuration that Terraform generates, and changes
// one attribute of each. It returns how many were equal after the import, and how many
// were in everything else after the change.
func adopt(t *testing.T, env *acctest.Env, services []shape) (same, changed int) {
	t.Helper()
	before, count := documents(t, env, services), len(services)
	var imports strings.Builder
	for _, service := range services {
		fmt.Fprintf(&imports, "import {\n  to = %s\n  id = %q\n}\n", service.address(), env.ServiceID(service.name))
	}
	cli := env.NewCLI(t, env.Config(imports.String()))
	run := func(args ...string) string {
		t.Helper()
		output, err := cli.Run(append(args, "-no-color")...)
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, output)
		}
		return output
	}
	const unchanged = "No changes. Your infrastructure matches the configuration."
	expect(t, run("plan", "-generate-config-out=generated.tf"), fmt.Sprintf("Plan: %d to import, 0 to add, 0 to change, 0 to destroy.", count))
	expect(t, run("apply", "-auto-approve"), fmt.Sprintf("Apply complete! Resources: %d imported, 0 added, 0 changed, 0 destroyed.", count))
	expect(t, run("plan"), unchanged)
	same = compare(t, "import", before, documents(t, env, services))
	if calls := env.Calls(); len(calls) > 0 {
		t.Errorf("the import changed something: %v", calls)
	}

	change(t, filepath.Join(cli.Dir, "generated.tf"), services)
	expect(t, run("apply", "-auto-approve"), fmt.Sprintf("Apply complete! Resources: 0 added, %d changed, 0 destroyed.", count))
	for _, service := range services {
		for path, value := range service.moved {
			set(t, before[service.name], path, value)
		}
	}
	changed = compare(t, "change", before, documents(t, env, services))
	expect(t, run("plan"), unchanged)
	return same, changed
}

// compare returns how many documents are as they should be.
func compare(t *testing.T, event string, want, got map[string]map[string]any) (equal int) {
	t.Helper()
	for name := range want {
		if diff := cmp.Diff(want[name], got[name]); diff != "" {
			t.Errorf("%s after the %s (-want +got):\n%s", name, event, diff)
			continue
		}
		equal++
	}
	return equal
}

// change makes the edit of every service in the generated configuration.
func change(t *testing.T, file string, services []shape) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	configuration := string(content)
	for _, service := range services {
		label := strings.Replace(service.address(), ".", `" "`, 1)
		block := regexp.MustCompile(`(?ms)^resource "` + label + `" \{.*?^\}$`).FindString(configuration)
		pattern := regexp.MustCompile(strings.ReplaceAll(service.edit[0], " = ", " += "))
		if count := len(pattern.FindAllString(block, -1)); count != 1 {
			t.Fatalf("%s is %d times in\n%s", service.edit[0], count, block)
		}
		configuration = strings.Replace(configuration, block, pattern.ReplaceAllLiteralString(block, service.edit[1]), 1)
	}
	if err := os.WriteFile(file, []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
}

func expect(t *testing.T, output, want string) {
	t.Helper()
	if !strings.Contains(output, want) {
		t.Fatalf("%q is not in\n%s", want, output)
	}
}
