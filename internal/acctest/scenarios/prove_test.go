// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// The script of "What is in the state" finds a key that is stored, and says so if
// none is. The configuration and the commands run as printed.
func TestAccProveThatNoKeyIsStored(t *testing.T) {
	t.Parallel()
	page := string(readFile(t, "../../../docs/guides/what-is-in-the-state.md"))
	_, page, _ = strings.Cut(page, "## Prove it\n")
	blocks := regexp.MustCompile("(?ms)^```(terraform|shell)\n(.*?)^```$").FindAllStringSubmatch(page, 2)
	if len(blocks) != 2 || blocks[0][1] != "terraform" || blocks[1][1] != "shell" {
		t.Fatalf("the page has not one configuration and one script:\n%s", page)
	}
	for storeKey, want := range map[bool]string{
		true:  "primary_key is in the state\nprimary_key is in the plan\n",
		false: "No live key is in the state or in the plan.\n",
	} {
		t.Run(fmt.Sprintf("store_key = %t", storeKey), func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t)
			name := env.Name("prove")
			owner := env.NewCLI(t, env.Config(fmt.Sprintf(`resource "mlws_aci_service" "iris" {
  name         = %q
  model_ids    = [%q]
  auth_enabled = true
}

resource "mlws_service_key" "primary" {
  service_id = mlws_aci_service.iris.id
  key_type   = "Primary"
  store_key  = %t
}
`, name, env.Model, storeKey)))
			if output, err := owner.Run(applyArgs...); err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			prove := filepath.Join(t.TempDir(), "prove")
			if err := os.Mkdir(prove, 0o700); err != nil {
				t.Fatal(err)
			}
			configuration := strings.Replace(blocks[0][2], "provider \"mlws\" {}\n", env.Config(""), 1)
			if err := os.WriteFile(filepath.Join(prove, "main.tf"), []byte(configuration), 0o600); err != nil {
				t.Fatal(err)
			}
			script := exec.Command("sh", "-c", "terraform() { command \"$TERRAFORM\" \"$@\"; }\n"+blocks[1][2])
			script.Dir = prove
			for key, value := range owner.Environ {
				script.Env = append(script.Env, key+"="+value)
			}
			script.Env = append(script.Env, "TERRAFORM="+owner.Path, "CONFIGURATION="+owner.Dir, "SERVICE_ID="+env.ServiceID(name))
			output, err := script.CombinedOutput()
			if string(output) != want || (err != nil) != storeKey {
				t.Errorf("the script printed %q, %v; want %q", output, err, want)
			}
			if left, err := filepath.Glob(filepath.Join(prove, "*.tfstate*")); err != nil || len(left) > 0 {
				t.Errorf("it leaves %v, %v", left, err)
			}
		})
	}
}
