// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// The emulator takes what the guide tells people to send, and the guide's lists are complete.
func TestGuide(t *testing.T) {
	t.Parallel()
	var guide string
	for _, page := range []string{"emulator.md", "emulator-faults.md", "emulator-control.md", "emulator-python.md"} {
		content, err := os.ReadFile("../../../templates/guides/" + page)
		if err != nil {
			t.Fatal(err)
		}
		guide += string(content)
	}
	e := emulator.Start(t)

	orders := regexp.MustCompile(`(?m)^curl (?:-X (\w+) )?"\$ARM_RESOURCE_MANAGER_ENDPOINT(/_emulator/\w+)"(?: -d '(.*)')?$`).FindAllStringSubmatch(guide, -1)
	if len(orders) < 18 || len(orders) != strings.Count(guide, "\ncurl ")-strings.Count(guide, "\ncurl -s --cacert") {
		t.Errorf("found %d orders by curl", len(orders))
	}
	for _, order := range orders {
		method := order[1]
		if method == "" && order[3] != "" {
			method = http.MethodPost
		}
		request, err := http.NewRequest(method, e.ResourceManagerURL()+order[2], strings.NewReader(order[3]))
		if err != nil {
			t.Fatal(err)
		}
		// curl calls every body a form; the control API does not look at that.
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode >= 300 {
			t.Errorf("%s is answered with %d", order[0], response.StatusCode)
		}
	}
	for _, kind := range emulator.FaultKinds() {
		if !strings.Contains(guide, "`"+string(kind)+"`") {
			t.Errorf("the guide does not name the fault %s", kind)
		}
	}
	for _, client := range emulator.Shells {
		if !strings.Contains(guide, "/_emulator/shell/"+client+")\"") {
			t.Errorf("the guide does not show the shell of %s", client)
		}
	}
	lines, err := e.Shell("python")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		name, _, _ := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		if !strings.Contains(guide, "`"+name+"`") {
			t.Errorf("the guide does not explain %s", name)
		}
	}
	for _, p := range emulator.DefaultSeed().Principals {
		if !strings.Contains(guide, "| `"+p.ClientID+"` | `"+p.ClientSecret+"` | "+p.Role) {
			t.Errorf("the guide does not list the %s", p.Role)
		}
	}

	var shown, served map[string]string
	printed := regexp.MustCompile("(?s)```json\n(.*?)```").FindStringSubmatch(guide)
	if err := json.Unmarshal([]byte(printed[1]), &shown); err != nil {
		t.Fatal(err)
	}
	response, err := http.Get(e.ResourceManagerURL() + "/_emulator/env")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(response.Body).Decode(&served); err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if !slices.Equal(slices.Sorted(maps.Keys(shown)), slices.Sorted(maps.Keys(served))) {
		t.Errorf("the guide shows the variables %v, the emulator answers %v", shown, served)
	}

	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(guide, -1)
	if len(blocks) != 1 {
		t.Fatalf("found %d seeds", len(blocks))
	}
	path := filepath.Join(t.TempDir(), "seed.yml")
	if err := os.WriteFile(path, []byte(blocks[0][1]), 0o600); err != nil {
		t.Fatal(err)
	}
	if inventory := strings.Join(emulator.Start(t, emulator.WithSeedFile(path)).Inventory(), "\n"); !strings.Contains(inventory, "compute     aks-south in francesouth") {
		t.Errorf("the guide's seed gives\n%s", inventory)
	}
}

// The guides use only flags that the binary has.
func TestGuidesUseFlagsThatExist(t *testing.T) {
	t.Parallel()
	binary := build(t)
	helps := map[bool]string{}
	for asksHealth, args := range map[bool][]string{false: {"-help"}, true: {"health", "-help"}} {
		help, err := exec.Command(binary, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, help)
		}
		helps[asksHealth] = string(help)
	}
	pages, err := filepath.Glob("../../../templates/guides/emulator*.md")
	if err != nil {
		t.Fatal(err)
	}
	command := regexp.MustCompile(`(?m)^(?:mlws-emulator |make emulator EMULATORARGS=')(.*)$`)
	name := regexp.MustCompile(`(?:^| )(-[a-z-]+)`)
	used := 0
	for _, page := range pages {
		content, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, arguments := range command.FindAllStringSubmatch(string(content), -1) {
			for _, found := range name.FindAllStringSubmatch(arguments[1], -1) {
				used++
				if !strings.Contains(helps[strings.HasPrefix(arguments[1], "health ")], "\n  "+found[1]) {
					t.Errorf("%s uses %s, which mlws-emulator does not have", filepath.Base(page), found[1])
				}
			}
		}
	}
	if used < 8 {
		t.Errorf("found %d flags in the guides", used)
	}
}
