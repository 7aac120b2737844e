// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package examplestest_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/terraformcli"
)

// files are what the configurations of pages and examples read.
var files = map[string]string{
	"env.yml":               condaFile,
	"src/score.py":          "def init():\n    pass\n\n\ndef run(data):\n    return data\n",
	"model/model.pkl":       "a model",
	"churn-model/model.pkl": "a model",
}

// workspace is a folder with the files of a reader, an emulator, and a Terraform that
// has this provider and replacements of the others.
type workspace struct {
	*session
}

// newWorkspace starts an emulator. The variables that it prints configure the
// provider, as a reader's do.
func newWorkspace(t *testing.T, cliConfig string, options ...emulator.Option) workspace {
	t.Helper()
	env := acctest.StartEmulated(t, acctest.Pace, append([]emulator.Option{emulator.WithOperationDuration(0)}, options...)...)
	w := workspace{&session{t, env, env.NewCLI(t, "")}}
	lines, err := env.Emulator.Shell("terraform")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		name, value, _ := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		w.cli.Environ[name] = strings.Trim(value, "'")
	}
	w.cli.Environ["TF_CLI_CONFIG_FILE"] = cliConfig
	if err := w.cli.SetEnv(maps.Clone(w.cli.Environ)); err != nil {
		t.Fatal(err)
	}
	// Nobody types yes.
	w.cli.Environ["TF_CLI_ARGS"], w.cli.Environ["TF_CLI_ARGS_apply"], w.cli.Environ["TF_CLI_ARGS_destroy"] = "-no-color", "-auto-approve", "-auto-approve"
	w.tool("terraform", "exec "+w.cli.Path+` "$@"`)
	for name, content := range files {
		name = filepath.Join(w.cli.Dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, name, content)
	}
	return w
}

// prepare deploys what a configuration looks up, and does not make.
func (w workspace) prepare(config string) {
	w.t.Helper()
	lookedUp := regexp.MustCompile(`(?m)^data "mlws_service" "\w+" \{\n  name = "([^"]+)"`).FindAllStringSubmatch(config, -1)
	lookedUp = append(lookedUp, regexp.MustCompile(`service_id\(local\.workspace_id, "([^"]+)"\)`).FindAllStringSubmatch(config, -1)...)
	lookedUp = append(lookedUp, regexp.MustCompile(`(?m)^data "mlws_service_v2_configuration" "\w+" \{\n  name = "([^"]+)"`).FindAllStringSubmatch(config, -1)...)
	var names []string
	for _, match := range lookedUp {
		if !slices.Contains(names, match[1]) {
			names = append(names, match[1])
		}
	}
	if len(names) > 0 {
		(&session{w.t, w.env, w.env.NewCLI(w.t, w.env.Config(services(names...)))}).apply()
	}
}

// variables without a default, and a value that a reader may give them.
var variables = map[string]string{
	"iris_key": "chosen-key-1",
	// A JSON Web Token that expires in 2033.
	"token": "eyJhbGciOiJub25lIn0.eyJleHAiOjIwMDAwMDAwMDB9.",
}

// given are the arguments for the variables of a configuration.
func given(config string) (arguments []string) {
	for name, value := range variables {
		if strings.Contains(config, fmt.Sprintf("\nvariable %q", name)) {
			arguments = append(arguments, "-var", name+"="+value)
		}
	}
	return arguments
}

// applied applies a configuration, and plans it again.
func (w workspace) applied(config string) {
	w.t.Helper()
	write(w.t, filepath.Join(w.cli.Dir, "main.tf"), config)
	w.prepare(config)
	w.apply(given(config)...)
	switch {
	case strings.Contains(config, "\ndata \"mlws_service_token\""): // another token in each plan
	case strings.Contains(config, "\ncheck "): // its data is read again
		w.plans("0 to add, 0 to change, 0 to destroy", given(config)...)
	default:
		w.plans("No changes.", given(config)...)
	}
}

// Every configuration of the README, of the index and of the guides is applied as
// printed, with the blocks that it refers to, and the plan after it is empty. Those
// that other tests run are left out: see executions.
func TestConfigurationsApply(t *testing.T) {
	t.Parallel()
	terraform, err := terraformcli.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	running, cliConfig, surroundings := minorVersion(t, terraform), developed(t), read(t, "testdata/surroundings.tf")
	applied := 0
	for _, page := range documents(t) {
		for _, block := range blocksOf(read(t, page)) {
			if block.language != "hcl" || executedElsewhere(page, block) {
				continue
			}
			applied++
			config := complete(block.text, surroundings)
			t.Run(fmt.Sprintf("%s/%s/%d", filepath.Base(page), block.section, block.number), func(t *testing.T) {
				t.Parallel()
				if len(refusals(config, running)) > 0 {
					return // TestConfigurationsInGuidesAreValid expects the refusal
				}
				newWorkspace(t, cliConfig).applied(config)
			})
		}
	}
	if applied < 25 {
		t.Errorf("only %d configurations were applied", applied)
	}
}

// Every example of the reference is applied as printed, and its imports import what was
// applied. Terraform 1.14 is needed for actions and lists: the tests of package
// credential and webservice run those in process.
func TestExamplesApply(t *testing.T) {
	t.Parallel()
	terraform, err := terraformcli.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	running, cliConfig := minorVersion(t, terraform), developed(t)
	for _, folder := range folders(t) {
		kind := filepath.Base(filepath.Dir(folder))
		if kind == "demo" || filepath.Base(folder) == "demo" || kind == "testing" || kind == "actions" || kind == "list-resources" {
			continue // make demo runs its own, and so do the tests of test-your-modules.md
		}
		t.Run(kind+"/"+filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			if _, since := newerBlock(folder); running < since {
				return // TestExamplesAreValid expects the refusal
			}
			w := newWorkspace(t, cliConfig)
			config := ""
			found, err := filepath.Glob(filepath.Join(folder, "*.tf"))
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range found {
				if !strings.HasPrefix(filepath.Base(file), "import-") {
					config += "\n" + read(t, file)
				}
			}
			if !strings.Contains(config, "required_providers") {
				config = versions + config
			}
			w.applied(config)
			w.imports(folder)
		})
	}
}

// imports forgets the object of an example, and imports it again in each way that the
// example has.
func (w workspace) imports(folder string) {
	w.t.Helper()
	script := filepath.Join(folder, "import.sh")
	if _, err := os.Stat(script); err != nil {
		return
	}
	commands := regexp.MustCompile(`(?m)^terraform import (\S+) (\S+)$`).FindAllStringSubmatch(read(w.t, script), -1)
	for _, command := range commands {
		if output := w.shell("terraform state rm " + command[1] + "\n" + command[0]); !strings.Contains(output, "Import successful!") {
			w.t.Errorf("%s:\n%s", command[0], output)
		}
	}
	block := filepath.Join(folder, "import-by-string-id.tf")
	w.shell("terraform state rm " + commands[0][1])
	write(w.t, filepath.Join(w.cli.Dir, "import.tf"), read(w.t, block))
	w.plans("1 to import, 0 to add")
}
