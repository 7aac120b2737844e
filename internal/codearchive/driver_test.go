// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package codearchive

import (
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/pysource"
)

// The same script has the same driver, whoever writes it; what differs is the
// location alone.
func TestDriver(t *testing.T) {
	t.Parallel()
	text := Driver("src/score.py", "src")
	for _, line := range []string{
		`SCRIPT = "src/score.py"`,
		`DIRECTORY = "src"`,
		"def init():",
		"def run(http_body, request_headers):",
		"    driver_module.init()",
		"driver_module = load()",
	} {
		if !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("the driver has no line %q:\n%s", line, text)
		}
	}
	lone := Driver("score.py", "")
	if want := strings.NewReplacer(`"src/score.py"`, `"score.py"`, `"src"`, `""`).Replace(text); lone != want {
		t.Errorf("more than the location differs:\n%s", lone)
	}
	module, err := pysource.Read(strings.NewReader(text))
	if err != nil || module.Fault() != nil || len(module.Undefined("init", "run")) > 0 {
		t.Errorf("the driver is no module with init and run: %v (%v)", module.Fault(), err)
	}
	if strings.Contains(text, "\t") || strings.Contains(text, "%!") {
		t.Errorf("the driver has a tab or a formatting mistake:\n%s", text)
	}
}

func TestPythonString(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"src/score.py": `"src/score.py"`,
		"a\"b\\c'd":    `"a\"b\\c'd"`,
		"line\nend\t":  `"line\x0aend\x09"`,
		"größe 🙂":      `"größe 🙂"`,
		"{x} %s":       `"{x} %s"`,
	} {
		if got := pythonString(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
