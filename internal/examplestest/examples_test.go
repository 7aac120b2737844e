// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package examplestest_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/terraformcli"
)

const examples = "../../examples"

// versions is added to an example or fragment without required_providers.
const versions = `terraform {
  required_providers {
    mlws = {
      source = "mlws/mlws"
    }
    azapi = {
      source = "Azure/azapi"
    }
  }
}
`

// folders returns the folders below examples that have a configuration.
func folders(t *testing.T) []string {
	t.Helper()
	seen := map[string]bool{}
	var found []string
	for _, pattern := range []string{"*/*.tf", "*/*/*.tf", "*/*/*.tfquery.hcl"} {
		files, err := filepath.Glob(filepath.Join(examples, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if folder := filepath.Dir(file); !seen[folder] {
				seen[folder] = true
				found = append(found, folder)
			}
		}
	}
	if len(found) < 5 {
		t.Fatalf("only %d examples found", len(found))
	}
	return found
}

func TestExamplesAreValid(t *testing.T) {
	terraform, err := terraformcli.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	validate := validator(t, terraform)
	for _, folder := range folders(t) {
		t.Run(filepath.Base(filepath.Dir(folder))+"/"+filepath.Base(folder), func(t *testing.T) {
			dir := t.TempDir()
			copyConfiguration(t, folder, dir)
			output, err := validate(dir)
			if block, since := newerBlock(folder); minorVersion(t, terraform) < since {
				// This Terraform does not know the block.
				if !strings.Contains(output, `Blocks of type "`+block+`" are not expected here`) {
					t.Errorf("terraform validate: %v\n%s", err, output)
				}
				return
			}
			if err != nil {
				t.Errorf("terraform validate: %v\n%s", err, output)
			}
		})
	}
}

// copyConfiguration copies the configuration of an example, without its imports,
// and adds versions if the example has none.
func copyConfiguration(t *testing.T, folder, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	configured := false
	for _, file := range files {
		if strings.HasPrefix(filepath.Base(file), "import-") {
			continue
		}
		content := read(t, file)
		configured = configured || strings.Contains(content, "required_providers")
		write(t, filepath.Join(dir, filepath.Base(file)), content)
	}
	queries, err := filepath.Glob(filepath.Join(folder, "*.tfquery.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range queries {
		write(t, filepath.Join(dir, queryFile), read(t, file))
	}
	if !configured {
		write(t, filepath.Join(dir, "versions.tf"), versions)
	}
}

// queryFile is the name of a query that validator tests.
const queryFile = "query.tfquery.hcl"

// Each way to import is valid together with the example of its resource. All import
// the same object, so each is validated alone.
func TestImportsAreValid(t *testing.T) {
	terraform, err := terraformcli.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	validate, running := validator(t, terraform), minorVersion(t, terraform)
	files, err := filepath.Glob(filepath.Join(examples, "resources", "*", "import-*.tf"))
	if err != nil || len(files) < 5 {
		t.Fatalf("found the imports %v: %v", files, err)
	}
	for _, file := range files {
		folder := filepath.Dir(file)
		t.Run(filepath.Base(folder)+"/"+filepath.Base(file), func(t *testing.T) {
			dir := t.TempDir()
			copyConfiguration(t, folder, dir)
			write(t, filepath.Join(dir, "import.tf"), read(t, file))
			output, err := validate(dir)
			if strings.Contains(file, "identity") && running < 12 {
				// This Terraform does not know identities.
				if !strings.Contains(output, `An argument named "identity" is not expected here`) {
					t.Errorf("terraform validate: %v\n%s", err, output)
				}
				return
			}
			if err != nil {
				t.Errorf("terraform validate: %v\n%s", err, output)
			}
		})
	}
}

// newerBlock returns the type of block of an example, and the minor version of
// Terraform 1 that introduced it. It returns none if every supported version has it.
func newerBlock(folder string) (block string, since int) {
	switch filepath.Base(filepath.Dir(folder)) {
	case "ephemeral-resources":
		return "ephemeral", 10
	case "actions":
		return "action", 14
	case "list-resources":
		return "list", 14
	}
	return "", 0
}

func minorVersion(t *testing.T, terraform string) int {
	t.Helper()
	command := exec.Command(terraform, "version", "-json")
	command.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+os.DevNull, "CHECKPOINT_DISABLE=1")
	output, err := command.Output()
	if err != nil {
		t.Fatalf("terraform version: %v", err)
	}
	var version struct {
		Terraform string `json:"terraform_version"`
	}
	if err := json.Unmarshal(output, &version); err != nil {
		t.Fatalf("terraform version: %v", err)
	}
	var minor int
	if _, err := fmt.Sscanf(version.Terraform, "1.%d.", &minor); err != nil {
		t.Fatalf("terraform version %q: %v", version.Terraform, err)
	}
	return minor
}

// The validator refuses a wrong configuration.
func TestAWrongExampleIsRefused(t *testing.T) {
	terraform, err := terraformcli.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "main.tf"), versions+`
resource "mlws_aks_service" "both" {
  name               = "both"
  compute_name       = "aks-demo"
  model_ids          = ["iris:1"]
  auth_enabled       = true
  token_auth_enabled = true
}
`)
	output, err := validator(t, terraform)(dir)
	if err == nil || !strings.Contains(output, "token_auth_enabled") {
		t.Errorf("key auth together with token auth was not refused: %v\n%s", err, output)
	}
}

// providers are the addresses of this provider, and of others that guides use and
// package foreign replaces.
var providers = []string{"mlws/mlws", "hashicorp/azurerm", "hashicorp/time", "azure/azapi"}

// buildProviders builds this provider and the replacements of others into a folder.
func buildProviders(t *testing.T, binaries string) {
	t.Helper()
	acctest.BuildProvider(t, binaries)
	stand := filepath.Join(binaries, "terraform-provider-azurerm")
	if output, err := exec.Command("go", "build", "-o", stand, "./foreign").CombinedOutput(); err != nil {
		t.Fatalf("building the other provider: %v\n%s", err, output)
	}
	for _, name := range []string{"azapi", "time"} {
		if err := os.Link(stand, filepath.Join(binaries, "terraform-provider-"+name)); err != nil {
			t.Fatal(err)
		}
	}
}

// developed returns a CLI configuration with which Terraform uses the providers of
// guides without terraform init.
func developed(t *testing.T) string {
	t.Helper()
	binaries, overrides := t.TempDir(), ""
	buildProviders(t, binaries)
	for _, address := range providers {
		overrides += fmt.Sprintf("    %q = %q\n", address, binaries)
	}
	cliConfig := filepath.Join(binaries, "terraform.tfrc")
	write(t, cliConfig, "provider_installation {\n  dev_overrides {\n"+overrides+"  }\n  direct {}\n}\n")
	return cliConfig
}

// mirrored returns a CLI configuration with which terraform init installs the providers
// of guides from a folder.
func mirrored(t *testing.T) string {
	t.Helper()
	binaries, mirror := t.TempDir(), t.TempDir()
	buildProviders(t, binaries)
	for _, address := range providers {
		name := "terraform-provider-" + path.Base(address)
		folder := filepath.Join(mirror, "registry.terraform.io", filepath.FromSlash(address), "1.0.0", runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Link(filepath.Join(binaries, name), filepath.Join(folder, name+"_v1.0.0")); err != nil {
			t.Fatal(err)
		}
	}
	cliConfig := filepath.Join(binaries, "terraform.tfrc")
	write(t, cliConfig, fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror))
	return cliConfig
}

// validator returns a function that runs terraform validate with the providers of
// guides, without terraform init.
func validator(t *testing.T, terraform string) func(dir string) (string, error) {
	t.Helper()
	cliConfig := developed(t)
	knowsQueries := minorVersion(t, terraform) >= 14
	return func(dir string) (string, error) {
		arguments := []string{"validate", "-no-color"}
		query := filepath.Join(dir, queryFile)
		if _, err := os.Stat(query); err == nil && knowsQueries {
			arguments = append(arguments, "-query")
		} else if err == nil {
			// An older Terraform does not read files of queries: it is to say what it does not know.
			if err := os.Rename(query, filepath.Join(dir, "query.tf")); err != nil {
				return "", err
			}
		}
		run := func(arguments ...string) (string, error) {
			command := exec.Command(terraform, arguments...)
			command.Dir = dir
			command.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+cliConfig, "CHECKPOINT_DISABLE=1")
			output, err := command.CombinedOutput()
			return string(output), err
		}
		if _, err := os.Stat(filepath.Join(dir, "modules")); err == nil {
			if output, err := run("get"); err != nil {
				return output, err
			}
		}
		return run(arguments...)
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
