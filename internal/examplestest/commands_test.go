// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package examplestest_test

import (
	"archive/zip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner/pythontest"
)

// blocksIn returns the texts of the blocks of a language in a section of a guide.
func blocksIn(t *testing.T, page, section, language string) (texts []string) {
	t.Helper()
	for _, b := range blocksOf(read(t, "../../docs/"+page)) {
		if b.section == section && b.language == language {
			texts = append(texts, b.text)
		}
	}
	if len(texts) == 0 {
		t.Fatalf("%s, section %q has no block of %s", page, section, language)
	}
	return texts
}

// Commands in guides run as printed, after the configuration that they are about.
func TestCommandsOfGuides(t *testing.T) {
	t.Parallel()
	cliConfig, surroundings := developed(t), read(t, "testdata/surroundings.tf")
	t.Run("auth-modes-and-rotation.md", func(t *testing.T) {
		t.Parallel()
		w := newWorkspace(t, cliConfig)
		w.applied(complete(blocksIn(t, "guides/auth-modes-and-rotation.md", "Keys", "hcl")[0], surroundings))
		before, _ := w.env.MustKeys(t, "iris")
		w.shell(blocksIn(t, "guides/auth-modes-and-rotation.md", "Keys", "shell")[0])
		after, _ := w.env.MustKeys(t, "iris")
		if before == after {
			t.Error("the key was not rotated")
		}
		score := blocksIn(t, "guides/auth-modes-and-rotation.md", "Send a key or a token", "shell")[0]
		at := "SCORING_URI=" + w.scoringURI("iris")
		w.shell(score, at, "KEY_OR_TOKEN="+after)
		if output, err := w.try(score, at, "KEY_OR_TOKEN="+before); err == nil || !strings.Contains(output, "401") {
			t.Errorf("the old key: %v\n%s", err, output)
		}
	})
	t.Run("policies.md", func(t *testing.T) {
		t.Parallel()
		w := newWorkspace(t, cliConfig)
		w.applied(complete(blocksIn(t, "guides/policies.md", "One service", "hcl")[0], surroundings))
		w.tool("opa", `test -s plan.json && test "$1" = eval`)
		w.shell(blocksIn(t, "guides/policies.md", "A pipeline, with OPA", "shell")[0])
		w.shell(blocksIn(t, "guides/policies.md", "A pipeline that looks for drift", "shell")[0])
	})
}

// A service of azapi moves as from-azapi.md says, and nothing is sent to it.
func TestMoveOfTheGuide(t *testing.T) {
	t.Parallel()
	configurations := blocksIn(t, "guides/from-azapi.md", "", "hcl")
	w := newWorkspace(t, developed(t))
	surroundings := read(t, "testdata/surroundings.tf")
	w.applied(complete(configurations[0], surroundings))
	// The replacement of azapi sends nothing, so another folder deploys what it would.
	resource, _, _ := strings.Cut(configurations[1], "moved {")
	owner := &session{t, w.env, w.env.NewCLI(t, w.env.Config(resource))}
	owner.apply()
	w.env.ResetLog()
	write(t, filepath.Join(w.cli.Dir, "main.tf"), versions+configurations[1])
	w.plans("azapi_resource.iris has moved to mlws_aks_service.iris")
	w.apply()
	w.plans("No changes.")
	for _, operation := range []string{"CreateService", "PatchService", "DeleteService"} {
		if calls := w.env.Count(operation); calls > 0 {
			t.Errorf("%s was called %d times", operation, calls)
		}
	}
}

// A key that is made as keys-from-a-vault.md makes one can be the key of a service.
func TestKeyForTheVault(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, developed(t))
	w.cli.SkipBelow(tfversion.Version1_11_0)
	w.tool("openssl", `test "$*" = "rand -base64 32" && head -c 32 /dev/urandom | base64`)
	w.tool("az", `test "$1 $2 $3" = "keyvault secret set" && cat >key`)
	w.shell(blocksIn(t, "guides/keys-from-a-vault.md", "Which characters", "shell")[0])
	w.applied(complete(`
resource "mlws_service_key" "primary" {
  service_id   = mlws_aci_service.iris.id
  key_type     = "Primary"
  key_value_wo = file("${path.module}/key")
  store_key    = false
}
`, services("iris")))
	if primary, _ := w.env.MustKeys(t, "iris"); primary != read(t, filepath.Join(w.cli.Dir, "key")) {
		t.Error("the service has another key than the vault")
	}
}

// The Quick Start of the index.md installs from a mirror, applies and scores as printed.
func TestQuickStart(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, mirrored(t))
	write(t, filepath.Join(w.cli.Dir, "main.tf"), blocksIn(t, "index.md", "Quick Start", "hcl")[0])
	if output := w.shell(blocksIn(t, "index.md", "Quick Start", "shell")[0]); !strings.Contains(output, `"models":["iris:1"]`) {
		t.Errorf("the service was not scored:\n%s", output)
	}
}

// An archive of a release is installed from the mirror that getting-started.md makes.
func TestMirrorOfGettingStarted(t *testing.T) {
	t.Parallel()
	scripts := blocksIn(t, "guides/getting-started.md", "Install", "shell")
	checkCommands(t, "getting-started.md", scripts[0]) // it downloads the sources
	if file := "bin/mlws.tfrc"; !strings.Contains(scripts[1], file) || !strings.Contains(read(t, "../../GNUmakefile"), ">"+file+"\n") {
		t.Errorf("the page exports another file than make install writes:\n%s", scripts[1])
	}
	w := newWorkspace(t, os.DevNull)
	archive, err := os.Create(filepath.Join(w.cli.Dir, "terraform-provider-mlws_1.2.3_"+runtime.GOOS+"_"+runtime.GOARCH+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	packed := zip.NewWriter(archive)
	header := zip.FileHeader{Name: "terraform-provider-mlws_v1.2.3", Method: zip.Store}
	header.SetMode(0o755)
	binary, err := packed.CreateHeader(&header)
	if err == nil {
		_, err = binary.Write([]byte(read(t, acctest.BuildProvider(t, t.TempDir()))))
	}
	if err == nil {
		err = packed.Close()
	}
	if err == nil {
		err = archive.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	w.shell(scripts[2])
	write(t, filepath.Join(w.cli.Dir, "main.tf"), blocksIn(t, "index.md", "Quick Start", "hcl")[0])
	if output := w.shell("terraform init\nterraform validate"); !strings.Contains(output, "Installed mlws/mlws v1.2.3") {
		t.Errorf("it was not installed from the mirror:\n%s", output)
	}
}

// started starts the emulator as a page does, on free ports, until it is ready. A run
// that prints something ends by itself.
const started = `case " $* " in *" -print-seed "*) exec "$EMULATOR" "$@" ;; esac
"$EMULATOR" $(printf '%s ' "$@" | sed 's/127\.0\.0\.1:[0-9]*/127.0.0.1:0/g') >log.txt 2>&1 &
emulator=$!
for try in 0 1 2 3 4 5 6 7 8 9; do
  if grep -q '^ready' log.txt; then break; fi
  kill -0 $emulator || break
  sleep 1
done
kill $emulator
grep -q '^ready' log.txt || { cat log.txt; exit 1; }`

// The commands in the guides of the emulator run as printed, each block alone.
func TestCommandsOfTheEmulator(t *testing.T) {
	t.Parallel()
	pythontest.Need(t)
	binary := filepath.Join(t.TempDir(), "mlws-emulator")
	if output, err := exec.Command("go", "build", "-o", binary, "github.com/mlws/terraform-provider-mlws/internal/cmd/mlws-emulator").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	cliConfig := developed(t)
	pages, err := filepath.Glob("../../docs/guides/emulator*.md")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, page := range pages {
		for _, b := range blocksOf(read(t, page)) {
			if b.language != "shell" || executedElsewhere(page, b) {
				continue
			}
			ran++
			t.Run(filepath.Base(page)+"/"+b.section, func(t *testing.T) {
				t.Parallel()
				w := newWorkspace(t, cliConfig)
				w.tool("mlws-emulator", started)
				w.tool("make", `test "$1" = emulator && eval mlws-emulator "${2#EMULATORARGS=}"`)
				// A page names the port that it has started the emulator on.
				script := strings.ReplaceAll(b.text, "http://127.0.0.1:8080", w.env.Emulator.ResourceManagerURL())
				w.shell(script, "EMULATOR="+binary)
			})
		}
	}
	if ran < 8 {
		t.Errorf("only %d blocks ran", ran)
	}
}

// The lines for Go tests in emulator.md are those of this test.
func TestGoLinesOfTheGuide(t *testing.T) {
	t.Parallel()
	source := strings.ReplaceAll(read(t, "commands_test.go"), "\n\t", "\n")
	for _, lines := range blocksIn(t, "guides/emulator.md", "Go tests", "go") {
		if !strings.Contains(source, lines) {
			t.Errorf("copy the lines of the guide into this test:\n%s", lines)
		}
	}

	e := emulator.Start(t, emulator.WithOperationDuration(0))
	e.Fault(emulator.Fault{Operation: "ListKeys", Kind: emulator.FaultThrottle, Times: 1})
	e.AdvanceClock(13 * time.Hour)

	if !strings.HasPrefix(e.ResourceManagerURL(), "http://127.0.0.1:") {
		t.Errorf("it is at %s", e.ResourceManagerURL())
	}
}
