// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

var dockerRun = regexp.MustCompile(`(?m)^docker run --rm (.*) mlws-emulator(.*)$`)

// The commands of the guide about containers run as printed. Of those that need a
// container engine, the arguments of the emulator and the ports are checked.
func TestContainerGuide(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../../templates/guides/emulator-container.md")
	if err != nil {
		t.Fatal(err)
	}
	guide := string(content)
	binary := build(t)
	help, err := exec.Command(binary, "-help").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	exists := func(arguments []string) {
		t.Helper()
		for _, argument := range arguments {
			if strings.HasPrefix(argument, "-") && !strings.Contains(string(help), "\n  "+argument+" ") {
				t.Errorf("the guide uses %s, which mlws-emulator does not have", argument)
			}
		}
	}

	install := regexp.MustCompile(`(?m)^go install (\S+)@latest$`).FindStringSubmatch(guide)
	if install == nil {
		t.Fatal("the guide does not install it")
	}
	if name, err := exec.Command("go", "list", "-f", "{{.Name}}", install[1]).Output(); err != nil || strings.TrimSpace(string(name)) != "main" {
		t.Errorf("%s is no command: %s %v", install[1], name, err)
	}
	for _, directive := range []string{"replace ", "exclude "} { // go install name@version refuses a module that has one
		if module, err := os.ReadFile("../../../go.mod"); err != nil || strings.Contains("\n"+string(module), "\n"+directive) {
			t.Errorf("go.mod has %q: %v", directive, err)
		}
	}

	runs := dockerRun.FindAllStringSubmatch(guide, -1)
	if len(runs) != 2 {
		t.Fatalf("%d commands run a container", len(runs))
	}
	for _, run := range runs {
		for _, port := range []string{"8080", "8443"} {
			if !strings.Contains(run[1], "-p 127.0.0.1:"+port+":"+port) || !strings.Contains(stages(t)["emulator"]["EXPOSE"][0], port) {
				t.Errorf("%q does not forward port %s", run[0], port)
			}
		}
		exists(strings.Fields(run[2]))
	}
	var compose struct {
		Services map[string]struct {
			Image   string
			Command []string
		}
	}
	block := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(guide)
	if block == nil || yaml.Unmarshal([]byte(block[1]), &compose) != nil || !slices.Equal(compose.Services["emulator"].Command, []string{"-host", "emulator"}) {
		t.Fatalf("the network of the guide: %+v", compose)
	}
	exists(compose.Services["emulator"].Command)

	// The other blocks run in their order, in one shell.
	var script []string
	for _, block := range regexp.MustCompile("(?s)```shell\n(.*?)```").FindAllStringSubmatch(guide, -1) {
		if !strings.HasPrefix(block[1], "docker ") && !strings.HasPrefix(block[1], "go install ") {
			script = append(script, block[1])
		}
	}
	if len(script) != 4 {
		t.Fatalf("%d blocks can be run here", len(script))
	}
	e := emulator.Start(t)
	const after = `test "$ARM_RESOURCE_MANAGER_ENDPOINT" = "$ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST" && cmp "$SSL_CERT_FILE" "$OF_THE_EMULATOR"` + "\n"
	shell := exec.Command("sh", "-eu", "-c", strings.ReplaceAll(strings.Join(script, ""), "http://127.0.0.1:8080", e.ResourceManagerURL())+after)
	shell.Dir = t.TempDir()
	shell.Env = []string{"PATH=" + filepath.Dir(binary) + ":" + os.Getenv("PATH"), "TOKEN=" + e.AccessToken(emulator.ReaderClientID), "OF_THE_EMULATOR=" + e.CAFile()}
	output, err := shell.CombinedOutput()
	if err != nil || !strings.Contains(string(output), "healthy\n") || !strings.Contains(string(output), `{"value":[]}`) {
		t.Errorf("the commands of the guide: %v\n%s", err, output)
	}
}
