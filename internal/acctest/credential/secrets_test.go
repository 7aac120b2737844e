// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// The tokens of the services and of Entra are JWTs; a line of a log may cut one.
var jwt = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{10,}\.`)

// With the recommended configuration no key and no token is left anywhere. The
// first half shows that the search would find one: the same fields, stored.
func TestAccNothingSecretIsLeft(t *testing.T) {
	t.Parallel()
	env := start(t)
	const chosen = "chosen-for-the-byte-search-0001"
	services := aci(env, "iris", "") + aks(env, "tokens", "token_auth_enabled = true")
	stored := services + key("test", "iris", "verify = true") + `
data "mlws_service_token" "test" {
  service_id = mlws_aks_service.tokens.id
}
`
	recommended := services + key("test", "iris", "store_key = false\nverify = true\nkey_value_wo = \""+"${var.key}"+"\"\nkey_value_wo_version = 1") + `
variable "key" {
  ephemeral = true
}
resource "mlws_service_key_rotation" "test" {
  service_id = mlws_aci_service.second.id
  store_key  = false
  verify     = true
}
ephemeral "mlws_service_keys" "test" {
  service_id = mlws_aci_service.iris.id
  depends_on = [mlws_service_key.test]
}
ephemeral "mlws_service_token" "test" {
  service_id = mlws_aks_service.tokens.id
}
` + aci(env, "second", "")

	found := leftovers(t, env, stored, chosen, "iris")
	for _, where := range []string{"terraform.tfstate", "plan"} {
		if !found[where] {
			t.Errorf("the search does not find what is stored in %s", where)
		}
	}
	found = leftovers(t, env, recommended, chosen, "iris", "second")
	for where := range found {
		t.Errorf("%s holds a key or a token", where)
	}
}

// leftovers applies a configuration with everything logged, and returns the
// places in which a key, of these services, or a token is found.
func leftovers(t *testing.T, env *acctest.Env, config, chosen string, withKeys ...string) map[string]bool {
	t.Helper()
	cli := env.NewCLI(t, env.Config(config))
	cli.SkipBelow(tfversion.Version1_11_0) // write-only arguments
	logs := t.TempDir()
	environ := []string{"TF_LOG=TRACE", "TF_LOG_PATH=" + filepath.Join(logs, "terraform.log"), "TF_VAR_key=" + chosen}
	var printed bytes.Buffer
	run := func(args ...string) {
		command := cli.Command(t.Context(), environ, args...)
		command.Stdout, command.Stderr = &printed, &printed
		if err := command.Run(); err != nil {
			t.Fatalf("terraform %v: %v\n%s", args, err, printed.String())
		}
	}
	plan, second := filepath.Join(cli.Dir, "tfplan"), filepath.Join(cli.Dir, "tfplan2")
	secrets := func() []string {
		var all []string
		for _, service := range withKeys {
			primary, secondary := env.MustKeys(t, env.Name(service))
			all = append(all, primary, secondary)
		}
		return append(all, chosen)
	}
	run("plan", "-out="+plan, "-no-color")
	run("apply", "-no-color", plan)
	seen := secrets()
	// The second plan file holds the state with everything in it.
	run("plan", "-out="+second, "-no-color", "-replace=mlws_service_key.test")
	run("show", "-json", second)
	run("show", "-json")
	defer run("destroy", "-auto-approve", "-no-color")

	places := map[string][]byte{"output": printed.Bytes(), "plan": unzip(t, second), "first plan": unzip(t, plan)}
	for name, path := range map[string]string{"terraform.tfstate": filepath.Join(cli.Dir, "terraform.tfstate"), "log": filepath.Join(logs, "terraform.log")} {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		places[name] = content
	}
	if !strings.Contains(string(places["log"]), "terraform-provider-mlws") {
		t.Error("the log does not hold what the provider did")
	}
	found := map[string]bool{}
	for name, content := range places {
		for _, secret := range seen {
			if secret != "" && bytes.Contains(content, []byte(secret)) {
				found[name] = true
			}
		}
		if jwt.Match(content) {
			found[name] = true
		}
	}
	return found
}

// unzip returns everything in a plan file, which is a zip.
func unzip(t *testing.T, path string) []byte {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }() // it was only read
	var all bytes.Buffer
	for _, file := range archive.File {
		content, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, content); err != nil {
			t.Fatal(err)
		}
		content.Close()
	}
	return all.Bytes()
}
