// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/codearchive"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner/pythontest"
)

// An older serving image imports the driver program, asks driver_module whether run
// is decorated, and calls init and run of the driver otherwise.
func TestDriverProgram(t *testing.T) {
	t.Parallel()
	python := pythontest.Need(t)
	folder := t.TempDir()
	for name, text := range map[string]string{
		"src/score.py": "import beside\n\nready = False\n\ndef init():\n    global ready\n    ready = True\n\n" +
			"def run(data, request_headers):\n    return [data, request_headers, ready, beside.VALUE]\n\nrun.schemas = ['data']\n",
		"src/beside.py":        "VALUE = 7\n",
		codearchive.DriverName: codearchive.Driver("src/score.py", "src"),
		"server.py": `import mlws_driver, types
assert isinstance(mlws_driver.driver_module, types.ModuleType), "the name that the image looks for"
assert mlws_driver.driver_module.run.schemas == ["data"], "the decorators are hidden"
assert not mlws_driver.driver_module.ready, "init() ran at import"
mlws_driver.init()
assert mlws_driver.run("body", {"a": "b"}) == ["body", {"a": "b"}, True, 7]
`,
	} {
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), python.Executable(), "server.py")
	command.Dir = folder
	if output, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}
