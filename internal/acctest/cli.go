// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-exec/tfexec"

	"github.com/mlws/terraform-provider-mlws/internal/terraformcli"
)

// CLI is a working directory with a real terraform that runs the provider as a
// process of its own, from a binary, as users do. It is for what cannot be
// shown in process: logs, signals, kills, and the text that a person reads.
type CLI struct {
	*tfexec.Terraform
	// Dir is the working directory; the configuration is its main.tf.
	Dir string
	// Environ is what terraform and the provider run with.
	Environ map[string]string
	// Path is the terraform that runs.
	Path string

	t testing.TB
}

// requiredProviders names the provider by its real address, which the
// development override of the CLI configuration redirects to the binary.
const requiredProviders = `terraform {
  required_providers {
    mlws = {
      source = "mlws/mlws"
    }
  }
}

`

// NewCLI returns a directory with this configuration (see Config), ready for
// plan and apply; there is nothing to init.
func (e *Env) NewCLI(t testing.TB, config string) *CLI {
	t.Helper()
	binDir := t.TempDir()
	BuildProvider(t, binDir)

	dir := t.TempDir()
	cliConfig := filepath.Join(binDir, "terraform.tfrc")
	writeFile(t, cliConfig, fmt.Sprintf(`provider_installation {
  dev_overrides {
    "mlws/mlws" = %q
  }
  direct {}
}
`, binDir))

	path := os.Getenv(terraformcli.PathEnv) // useTerraform has set it
	terraform, err := tfexec.NewTerraform(dir, path)
	if err != nil {
		t.Fatal(err)
	}
	environ := map[string]string{
		"PATH":               os.Getenv("PATH"),
		"HOME":               t.TempDir(),
		"TF_CLI_CONFIG_FILE": cliConfig,
		"CHECKPOINT_DISABLE": "1",
	}
	if e.Emulator == nil {
		maps.Copy(environ, credentials())
	}
	if err := terraform.SetEnv(maps.Clone(environ)); err != nil {
		t.Fatal(err)
	}
	cli := &CLI{Terraform: terraform, Dir: dir, Environ: environ, Path: path, t: t}
	cli.Write(config)
	if e.Emulator == nil {
		t.Cleanup(func() { cli.destroy(e) })
	}
	return cli
}

// credentials are the variables by which the provider, and the command line of
// Azure, reach a real workspace.
func credentials() map[string]string {
	found := map[string]string{"HOME": os.Getenv("HOME")}
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		for _, prefix := range []string{"ARM_", "MLWS_", "AZURE_", "SSL_CERT_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"} {
			if strings.HasPrefix(strings.ToUpper(name), prefix) {
				found[name] = value
			}
		}
	}
	return found
}

// destroy leaves nothing of what the test deployed to a real workspace, however
// the test ended.
func (c *CLI) destroy(e *Env) {
	if objects, err := c.Run("state", "list"); err == nil && objects != "" {
		c.Write(e.Config(""))
		if output, err := c.Run("destroy", "-auto-approve", "-no-color"); err != nil {
			c.t.Errorf("%v\n%s", err, output)
		}
	}
	if err := e.CheckNothingLeft(nil); err != nil {
		c.t.Error(err)
	}
}

// SkipBelow skips a test of something that came with a later Terraform than the
// one that runs, as a TerraformVersionCheck does in a test case.
func (c *CLI) SkipBelow(minimum *version.Version) {
	c.t.Helper()
	running, _, err := c.Version(context.Background(), false)
	if err != nil {
		c.t.Fatal(err)
	}
	if running.Core().LessThan(minimum) {
		c.t.Skipf("needs Terraform %s, and this is %s", minimum, running)
	}
}

// Write replaces the configuration.
func (c *CLI) Write(config string) {
	c.t.Helper()
	writeFile(c.t, filepath.Join(c.Dir, "main.tf"), requiredProviders+config)
}

// OneLine returns an output of Terraform without its frames and line breaks.
func OneLine(output string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(output)), " ")
}

// EditState changes the attributes of the objects of a type in the state file.
func (c *CLI) EditState(resourceType string, edit func(attributes map[string]any)) {
	c.t.Helper()
	name := filepath.Join(c.Dir, "terraform.tfstate")
	content, err := os.ReadFile(name)
	if err != nil {
		c.t.Fatal(err)
	}
	var state map[string]any
	if err := json.Unmarshal(content, &state); err != nil {
		c.t.Fatal(err)
	}
	for _, each := range state["resources"].([]any) {
		resource := each.(map[string]any)
		if resource["type"] != resourceType {
			continue
		}
		for _, instance := range resource["instances"].([]any) {
			edit(instance.(map[string]any)["attributes"].(map[string]any))
		}
	}
	if content, err = json.Marshal(state); err != nil {
		c.t.Fatal(err)
	}
	writeFile(c.t, name, string(content))
}

// Command returns a terraform command in the directory, not yet started, for a
// test that reads its text, signals it, or sets more variables ("NAME=value").
func (c *CLI) Command(ctx context.Context, environ []string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, c.Path, args...)
	command.Dir = c.Dir
	for name, value := range c.Environ {
		command.Env = append(command.Env, name+"="+value)
	}
	command.Env = append(command.Env, environ...)
	return command
}

// Run runs terraform and returns all that it printed; the error is that of
// its exit code.
func (c *CLI) Run(args ...string) (string, error) {
	output, err := c.Command(context.Background(), nil, args...).CombinedOutput()
	return string(output), err
}

// providerBinary is the provider, built when the first test asks for it.
var providerBinary = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "mlws-provider-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a leftover of a few megabytes harms no test
	binary := filepath.Join(dir, "provider")
	build := exec.Command("go", "build", "-o", binary, "github.com/mlws/terraform-provider-mlws")
	if output, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building the provider: %w\n%s", err, output)
	}
	return os.ReadFile(binary)
})

// providerName is the file that Terraform looks for.
const providerName = "terraform-provider-mlws"

// linked is the latest copy of the binary, for the next directory to link to: a copy
// for each of some hundred tests would fill the disk.
var linked struct {
	sync.Mutex
	path string
}

// BuildProvider puts the provider's binary into dir, under the name that
// Terraform looks for. A test process builds it once: no test changes it.
func BuildProvider(t testing.TB, dir string) string {
	t.Helper()
	content, err := providerBinary()
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, providerName)
	linked.Lock()
	defer linked.Unlock()
	if linked.path != "" && os.Link(linked.path, binary) == nil {
		return binary
	}
	// A process that another test starts meanwhile would hold the file open for
	// writing, and it could not be run.
	syscall.ForkLock.RLock()
	err = os.WriteFile(binary, content, 0o700)
	syscall.ForkLock.RUnlock()
	if err != nil {
		t.Fatal(err)
	}
	linked.path = binary
	return binary
}

func writeFile(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
