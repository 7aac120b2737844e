// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package examplestest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/terraformcli"
)

var (
	// fenced matches a configuration in a document, also inside a list.
	fenced = regexp.MustCompile("(?ms)^( *)```(?:hcl|terraform)\n(.*?)^ *```")
	// topLevel matches a whole block of a formatted configuration.
	topLevel = regexp.MustCompile(`(?ms)^(resource|data|ephemeral|action|variable|terraform)(?: "([^"]+)")?(?: "([^"]+)")? \{.*?^\}\n`)
)

// documents returns the pages with configurations for readers to paste.
func documents(t *testing.T) []string {
	t.Helper()
	guides, err := filepath.Glob("../../docs/guides/*.md")
	if err != nil {
		t.Fatal(err)
	}
	return append(guides, "../../README.md", "../../docs/index.md")
}

// address returns how a configuration refers to a block.
func address(kind, label, name string) string {
	switch kind {
	case "resource":
		return label + "." + name
	case "variable":
		return "var." + label
	}
	return kind + "." + label + "." + name
}

func declared(config string) map[string]bool {
	addresses := map[string]bool{}
	for _, block := range topLevel.FindAllStringSubmatch(config, -1) {
		addresses[address(block[1], block[2], block[3])] = true
	}
	return addresses
}

// complete makes a configuration that terraform validate can read out of a fragment.
func complete(fragment, surroundings string) string {
	config := surround(fragment, surroundings)
	if !strings.Contains(config, "required_providers") {
		config = versions + config
	}
	return config
}

// surround adds the blocks to a fragment that it refers to and does not declare.
func surround(fragment, surroundings string) string {
	config := fragment
	for added := true; added; {
		added = false
		known := declared(config)
		for _, block := range topLevel.FindAllStringSubmatch(surroundings, -1) {
			at := address(block[1], block[2], block[3])
			referred := regexp.MustCompile(`(^|[^.\w])` + regexp.QuoteMeta(at) + `\b`)
			if !known[at] && referred.MatchString(config) {
				config += "\n" + block[0]
				known[at], added = true, true
			}
		}
	}
	return config
}

// fileName matches the first line of a block that is a file of its own.
var fileName = regexp.MustCompile(`^\s*# (modules/\S+\.tf)\n`)

// modules returns the files of modules on a page, by name.
func modules(page string) map[string]string {
	files := map[string]string{}
	for _, block := range fenced.FindAllStringSubmatch(page, -1) {
		if name := fileName.FindStringSubmatch(block[2]); name != nil {
			files[name[1]] = block[2]
		}
	}
	return files
}

// writeModules writes the files of modules into a directory.
func writeModules(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, name, content)
	}
}

// refusals returns the errors of a Terraform that is too old for a configuration.
func refusals(config string, running int) []string {
	var texts []string
	for _, feature := range []struct {
		sign    string
		since   int
		refusal string
	}{
		{`(?m)^action "`, 14, `Blocks of type "action" are not expected here`},
		{`(?m)^list "`, 14, `Blocks of type "list" are not expected here`},
		{`(?m)^  required_version = ">= 1.11"`, 11, "Unsupported Terraform Core version"},
		{`(?m)^\s+(\w+_wo|sensitive_body)\s+=`, 11, "rite-only"},
		{`(?m)^\s+(\w+_wo|sensitive_body)\s+=`, 11, "phemeral values are not valid"},
		{`(?m)^  ephemeral += true`, 10, `An argument named "ephemeral" is not expected here`},
		{`(?m)^ephemeral "`, 10, `Blocks of type "ephemeral" are not expected here`},
	} {
		if running < feature.since && regexp.MustCompile(feature.sign).MatchString(config) {
			texts = append(texts, feature.refusal)
		}
	}
	return texts
}

// condaFile is the file env.yml that guides read.
const condaFile = "dependencies: [python=3.8, {pip: [azureml-defaults]}]\n"

// terraform validate accepts every configuration in a guide with the built provider,
// after the missing blocks were added from surroundings.tf.
func TestConfigurationsInGuidesAreValid(t *testing.T) {
	terraform, err := terraformcli.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	validate, running := validator(t, terraform), minorVersion(t, terraform)
	surroundings, err := os.ReadFile("testdata/surroundings.tf")
	if err != nil {
		t.Fatal(err)
	}
	validated := 0
	for _, file := range documents(t) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, block := range fenced.FindAllSubmatch(content, -1) {
			if strings.HasPrefix(string(block[2]), "# tests/") {
				continue // a test of Terraform: TestTerraformTestOfTheGuide runs it
			}
			validated++
			fragment := strings.ReplaceAll("\n"+string(block[2]), "\n"+string(block[1]), "\n")
			t.Run(fmt.Sprintf("%s/%d", filepath.Base(file), i+1), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				write(t, filepath.Join(dir, "env.yml"), condaFile)
				if strings.Contains(fragment, "\nlist \"") {
					write(t, filepath.Join(dir, queryFile), fragment)
					write(t, filepath.Join(dir, "main.tf"), versions)
				} else {
					write(t, filepath.Join(dir, "main.tf"), complete(fragment, string(surroundings)))
				}
				if strings.Contains(fragment, "\nmodule \"") {
					writeModules(t, dir, modules(string(content)))
				}
				output, err := validate(dir)
				tooOld := refusals(fragment, running)
				refused := slices.ContainsFunc(tooOld, func(text string) bool { return strings.Contains(output, text) })
				if err != nil && !refused || err == nil && len(tooOld) > 0 {
					t.Errorf("terraform validate: %v\n%s\nof:\n%s", err, output, fragment)
				}
			})
		}
	}
	if validated < 10 {
		t.Errorf("only %d configurations found in the README and the guides", validated)
	}
}

// A fragment gets the blocks that it refers to, except those that it declares.
func TestFragmentsAreCompleted(t *testing.T) {
	const surroundings = `
resource "a" "one" {
  input = data.b.two.id
}

data "b" "two" {
}

resource "a" "three" {
}
`
	got := complete("resource \"a\" \"three\" {\n  x = a.one.id\n}\n", surroundings)
	for at, want := range map[string]int{`resource "a" "one"`: 1, `data "b" "two"`: 1, `resource "a" "three"`: 1} {
		if count := strings.Count(got, at); count != want {
			t.Errorf("%s is there %d times:\n%s", at, count, got)
		}
	}
}
