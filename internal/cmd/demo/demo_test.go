// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner/pythontest"
)

// The demo runs as make demo runs it, once with the python3 of this machine and
// once without python3. The demo checks the result of each step itself. This test
// checks that no step is missing, and that the demo says which steps it left out.
func TestDemo(t *testing.T) {
	t.Parallel()
	binary := buildDemo(t)
	for name, test := range map[string]struct{ path, predicted, changed string }{
		"with python3":    {os.Getenv("PATH"), "three flowers are setosa, versicolor, virginica", "with the same URL and keys; the three flowers are SETOSA, VERSICOLOR, VIRGINICA"},
		"without python3": {withoutPython(t), "left out: python3 (3.8 or newer) is not on PATH", "with the same URL and keys; the predictions are left out: python3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "with python3" {
				pythontest.Need(t)
			}
			temporary := t.TempDir()
			command := exec.Command(binary)
			command.Env = append(os.Environ(), "PATH="+test.path, "TMPDIR="+temporary)
			raw, err := command.CombinedOutput()
			output := string(raw)
			if err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			for _, step := range []string{
				"Build the provider and the emulator: both built",
				"terraform apply: a model is registered, its code uploaded",
				"Score the ACI service without a key: 401",
				"Score it with both keys: 200 with the primary, 200 with the secondary",
				"Predict with the uploaded code: " + test.predicted,
				"terraform apply -replace=mlws_service_key.primary: a new primary key, the same secondary",
				"401 with the old key, 200 with the new one, 200 with the secondary",
				"401 without, 401 with a key, 200 with the token; refresh it after",
				"Change score.py, terraform apply, and predict again: deployed in place, " + test.changed,
				"Rotate the keys of 30 services that are scored all the time, twice: ",
				" requests, 0 refused; a client needed its old key for at most ",
				"terraform plan again: no changes",
				"terraform plan with both auth modes on: refused at plan",
				"Print what the ACI service becomes in v2: nothing stands in the way; ",
				"resource \"azapi_resource\" \"iris_aci_endpoint\"",
				"Create it, with the keys of v1: 5 requests sent, those of azapi",
				"Score both with one key: 200 from v1 and v2 with the primary key, and with the secondary; ",
				"terraform state rm mlws_model.iris, which v2 uses, and terraform destroy: the state is empty, and both scoring addresses answer 404; v2 goes on with the same key",
			} {
				if !strings.Contains(output, step) {
					t.Errorf("the demo does not say %q:\n%s", step, output)
				}
			}
			proved := len(regexp.MustCompile(`(?m)^ok +\d+ `).FindAllString(output, -1))
			if !strings.Contains(output, fmt.Sprintf("All %d steps passed", proved)) {
				t.Errorf("%d lines tell of a step:\n%s", proved, output)
			}
			if name == "with python3" {
				readme, err := os.ReadFile("../../../README.md")
				if err != nil {
					t.Fatal(err)
				}
				printed, _, _ := strings.Cut(output, "\nWhat next:")
				if !strings.Contains(withoutTimes(string(readme)), "```text\n"+withoutTimes(printed)+"```\n") {
					t.Errorf("README.md does not have the output of the demo. Replace its transcript by:\n%s", printed)
				}
			}
			left, err := os.ReadDir(temporary)
			if err != nil {
				t.Fatal(err)
			}
			for _, entry := range left {
				if strings.HasPrefix(entry.Name(), "mlws-") {
					t.Errorf("%s is left behind", entry.Name())
				}
			}
		})
	}
}

func buildDemo(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "demo")
	if output, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, output)
	}
	return binary
}

// withoutPython is a PATH with what the demo needs, and no more.
func withoutPython(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for tool, needed := range map[string]bool{"go": true, "terraform": true, "sh": true, "mv": true, "git": false, "gcc": false, "cc": false} {
		at, err := exec.LookPath(tool)
		if err != nil {
			if needed {
				t.Fatalf("the demo needs %s: %v", tool, err)
			}
			continue
		}
		if err := os.Symlink(at, filepath.Join(folder, tool)); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// withoutTimes replaces what differs from run to run.
func withoutTimes(output string) string {
	for _, part := range []struct{ pattern, with string }{
		{`\(\d+\.\d+s\)`, "(TIME)"},
		{`in \d+s`, "in TIME"},
		{`127\.0\.0\.1:\d+`, "ADDRESS"},
		{`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`, "DATE"},
		{`\d+ requests, 0 refused`, "REQUESTS, 0 refused"},
		{`at most [0-9.]+m?s`, "at most TIME"},
		{`(?m)[ \t]+$`, ""},
	} {
		output = regexp.MustCompile(part.pattern).ReplaceAllString(output, part.with)
	}
	return output
}
