// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package examplestest_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner/pythontest"
)

// anyFence matches each block of code in a document, with its language.
var anyFence = regexp.MustCompile("(?ms)^ *```([^\n]*)\n(.*?)^ *```$")

// The tests see every configuration of every page: TestConfigurationsInGuidesAreValid
// those of guides, and TestExamplesAreValid those of the reference, which are
// examples.
func TestNoConfigurationEscapes(t *testing.T) {
	t.Parallel()
	var tested strings.Builder
	for _, folder := range folders(t) {
		files, err := filepath.Glob(filepath.Join(folder, "*.tf"))
		if err != nil {
			t.Fatal(err)
		}
		queries, err := filepath.Glob(filepath.Join(folder, "*.tfquery.hcl"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range append(files, queries...) {
			tested.WriteString(read(t, file) + "\n")
		}
	}
	pages := pages(t)
	for _, page := range pages {
		for _, block := range anyFence.FindAllStringSubmatch(read(t, page), -1) {
			language, text := block[1], block[2]
			switch language {
			case "hcl", "terraform":
				if !slices.Contains(documents(t), page) && !strings.Contains(tested.String(), text) {
					t.Errorf("%s has a configuration that is not in examples/, so that no test sees it:\n%s", page, text)
				}
			case "shell", "yaml", "python", "go", "rego", "text", "json":
			default:
				t.Errorf("%s has a block in the language %q: mark a configuration as hcl, or add the language to this test:\n%s", page, language, text)
			}
		}
	}
	if len(pages) < 20 {
		t.Errorf("only %d pages found", len(pages))
	}
}

// Python parses the programs in guides.
func TestProgramsInGuidesParse(t *testing.T) {
	t.Parallel()
	python := pythontest.Need(t).Executable()
	found := 0
	for _, page := range documents(t) {
		for _, block := range anyFence.FindAllStringSubmatch(read(t, page), -1) {
			if block[1] != "python" {
				continue
			}
			found++
			command := exec.Command(python, "-c", "import ast, sys; ast.parse(sys.stdin.read())")
			command.Stdin = strings.NewReader(block[2])
			if output, err := command.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s\nof:\n%s", page, err, output, block[2])
			}
		}
	}
	if found == 0 {
		t.Error("no program found")
	}
}

// Every page of the reference shows an example of its object.
func TestEveryObjectHasAnExample(t *testing.T) {
	t.Parallel()
	found := 0
	for _, page := range pages(t) {
		folder := filepath.Base(filepath.Dir(page))
		if folder == "guides" || !strings.Contains(page, "docs/") {
			continue
		}
		found++
		if !strings.Contains(read(t, page), "```terraform\n") {
			t.Errorf("%s has no example: add one below examples/%s, then make docs", page, folder)
		}
	}
	if found < 15 {
		t.Errorf("only %d pages of the reference found", found)
	}
}

// YAML in a page parses, and has each key once.
func TestYAMLInPagesParses(t *testing.T) {
	t.Parallel()
	found := 0
	for _, page := range pages(t) {
		for _, block := range anyFence.FindAllStringSubmatch(read(t, page), -1) {
			if block[1] != "yaml" {
				continue
			}
			found++
			var document map[string]any
			if err := yaml.Unmarshal([]byte(block[2]), &document); err != nil || len(document) == 0 {
				t.Errorf("%s: %v\nof:\n%s", page, err, block[2])
			}
		}
	}
	if found < 4 {
		t.Errorf("found %d blocks of YAML, want at least 4", found)
	}
}

// An import names an object that its example declares.
func TestImportsNameTheirExample(t *testing.T) {
	t.Parallel()
	scripts, err := filepath.Glob(filepath.Join(examples, "resources", "*", "import.sh"))
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no imports: %v", err)
	}
	for _, script := range scripts {
		known := declared(read(t, filepath.Join(filepath.Dir(script), "resource.tf")))
		commands := regexp.MustCompile(`(?m)^terraform import (\S+) \S+$`).FindAllStringSubmatch(read(t, script), -1)
		if len(commands) == 0 {
			t.Errorf("%s imports nothing", script)
		}
		for _, command := range commands {
			if !known[command[1]] {
				t.Errorf("%s imports %s, which the example does not declare", script, command[1])
			}
		}
	}
}

func pages(t *testing.T) []string {
	t.Helper()
	found := []string{"../../README.md"}
	err := filepath.WalkDir("../../docs", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.HasSuffix(name, ".md") {
			found = append(found, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return found
}
