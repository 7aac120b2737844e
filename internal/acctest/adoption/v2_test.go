// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package adoption_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

const migration = "../../../templates/guides/migrating-off-v1.md"

// sent is a request that azapi would send.
type sent struct {
	Method, ID, Type string
	Body             map[string]any
	Sensitive        any
}

// migrating returns a folder with the workspace of 30 services and a stand-in of azapi,
// and what azapi would have sent so far.
func migrating(t *testing.T) (*session, func() []sent) {
	t.Helper()
	s, requests := withAzapi(t, deployed(t, shapes()))
	s.as(emulator.ContributorClientID, emulator.ContributorSecret)
	return s, requests
}

// withAzapi returns a folder with a stand-in of azapi, and what azapi would have sent so
// far.
func withAzapi(t *testing.T, env *acctest.Env) (*session, func() []sent) {
	t.Helper()
	s := open(t, env)
	s.cli.SkipBelow(tfversion.Version1_11_0)
	binaries := t.TempDir()
	output, err := exec.Command("go", "build", "-o", filepath.Join(binaries, "terraform-provider-azapi"), "../../examplestest/foreign").CombinedOutput()
	if err != nil {
		t.Fatalf("building the stand-in: %v\n%s", err, output)
	}
	file := s.cli.Environ["TF_CLI_CONFIG_FILE"]
	config, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	both := strings.Replace(string(config), "dev_overrides {", fmt.Sprintf("dev_overrides {\n    \"registry.terraform.io/azure/azapi\" = %q", binaries), 1)
	if err := os.WriteFile(file, []byte(both), 0o600); err != nil {
		t.Fatal(err)
	}
	requests := filepath.Join(binaries, "requests.jsonl")
	s.cli.Environ["FOREIGN_REQUESTS"] = requests
	return s, func() []sent {
		t.Helper()
		lines, err := os.ReadFile(requests)
		if err != nil {
			t.Fatal(err)
		}
		var found []sent
		for _, line := range strings.Split(strings.TrimSpace(string(lines)), "\n") {
			var one sent
			if err := json.Unmarshal([]byte(line), &one); err != nil {
				t.Fatalf("%v\n%s", err, line)
			}
			found = append(found, one)
		}
		return found
	}
}

// last are the last segments of the ids of requests.
func last(requests []sent) []string {
	var names []string
	for _, r := range requests {
		names = append(names, r.Method+" "+r.ID[strings.LastIndex(r.ID[:strings.LastIndex(r.ID, "/")], "/")+1:])
	}
	return names
}

// The guide runs as it is printed, from the inventory to the last destroy. The endpoint
// comes before its deployment, the traffic last, with the keys of v1.
func TestAccTheMigrationRunsAsPrinted(t *testing.T) {
	t.Parallel()
	s, requests := migrating(t)
	primary, secondary := s.env.MustKeys(t, "aci-registered")
	page, err := os.ReadFile(migration)
	if err != nil {
		t.Fatal(err)
	}
	if count := len(strings.Fields(string(page))); count >= words {
		t.Errorf("the page has %d words, and should have less than %d", count, words)
	}
	s.play(string(page))
	all := requests()
	want := []string{
		"PUT versions/1", "PUT onlineEndpoints/aci-registered-v2", "PUT deployments/blue", "PUT onlineEndpoints/aci-registered-v2",
		// Without the copy of the keys, the endpoint is sent again, and so is its traffic.
		"PUT onlineEndpoints/aci-registered-v2", "PUT onlineEndpoints/aci-registered-v2",
	}
	got := last(all)
	slices.SortStableFunc(got[:2], func(a, b string) int { return -strings.Compare(a, b) }) // code and endpoint do not wait for each other
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("(-want +got)\n%s", diff)
	}
	keys := map[string]any{"properties": map[string]any{"keys": map[string]any{"primaryKey": primary, "secondaryKey": secondary}}}
	for i, r := range all[:2] {
		if strings.Contains(r.ID, "onlineEndpoints") {
			if diff := cmp.Diff(any(keys), r.Sensitive); diff != "" {
				t.Errorf("request %d has other keys (-want +got)\n%s", i, diff)
			}
		}
	}
	for i, traffic := range []any{nil, map[string]any{"blue": 100.0}} {
		r := all[4+i]
		if diff := cmp.Diff(traffic, section(r.Body, "properties")["traffic"]); diff != "" || r.Sensitive != nil {
			t.Errorf("request %d: %v (-want +got)\n%s", 4+i, r.Sensitive, diff)
		}
	}
	if _, exists := s.env.Emulator.ServiceJSON(s.env.WorkspaceID, "aci-registered"); exists {
		t.Error("the v1 service is still there")
	}
	state, err := s.run("cat v2/terraform.tfstate terraform.tfstate terraform.tfstate.backup")
	if err != nil || strings.Contains(state, primary) || strings.Contains(state, secondary) {
		t.Errorf("a key that clients use is in a state (%v)", err)
	}
}

// Every shape of a service: Terraform sends the bodies that the data source shows.
func TestAccEveryShapeBecomesAnEndpoint(t *testing.T) {
	t.Parallel()
	s, requests := migrating(t)
	page, err := os.ReadFile(migration)
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := strings.Cut(string(page), "```shell") // the first files
	s.play(before)
	if err := os.WriteFile(filepath.Join(s.cli.Dir, "main.tf"), []byte(`
data "mlws_service_v2_configuration" "managed" {
  for_each   = { for s in data.mlws_services.all.services : s.name => s.id }
  service_id = each.value
  target     = "Managed"
  code_uri   = "https://demo.blob.core.windows.net/code/${each.key}"
}
output "hcl" {
  value = join("\n", [for v2 in data.mlws_service_v2_configuration.managed : v2.hcl])
}
output "json" {
  value = jsonencode(flatten([for v2 in data.mlws_service_v2_configuration.managed : jsondecode(v2.json)]))
}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	if output, err := s.run("terraform apply -auto-approve && mkdir v2 && cp versions.tf v2/ && terraform output -raw hcl > v2/all.tf && terraform -chdir=v2 apply -auto-approve"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	shown, err := s.run("terraform output -raw json")
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		ID, Type, APIVersion string
		Body                 map[string]any
	}
	if err := json.Unmarshal([]byte(shown), &list); err != nil {
		t.Fatalf("%v\n%s", err, shown)
	}
	want, got := map[string][]any{}, map[string][]any{}
	for _, r := range list {
		want[r.Type+"@"+r.APIVersion+" "+r.ID] = append(want[r.Type+"@"+r.APIVersion+" "+r.ID], r.Body)
	}
	for _, r := range requests() {
		if r.Method != "PUT" {
			t.Errorf("%s %s", r.Method, r.ID)
		}
		got[r.Type+" "+r.ID] = append(got[r.Type+" "+r.ID], r.Body)
	}
	if diff := cmp.Diff(want, got); diff != "" || len(slices.Collect(maps.Keys(want))) < 2*len(shapes()) {
		t.Errorf("%d objects (-shown +sent)\n%s", len(want), diff)
	}
}

// section returns the object at a path of a document.
func section(document map[string]any, name string) map[string]any {
	inner, _ := document[name].(map[string]any)
	return inner
}
