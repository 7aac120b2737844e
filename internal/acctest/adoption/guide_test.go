// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package adoption_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

const guide = "../../../templates/guides/existing-workspace.md"

const (
	byQuery  = "### With Terraform 1.14 or later"
	byOutput = "### With older versions, and OpenTofu"
	rotation = "## 4. Rotate all keys"
)

// The guide runs as it is printed, in both of its ways, and prints what it shows.
func TestAccTheGuideRunsAsPrinted(t *testing.T) {
	t.Parallel()
	for name, left := range map[string]string{"by query": byOutput, "by output": byQuery} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			session := open(t, deployed(t, shapes()))
			if name == "by query" && session.terraform.LessThan(tfversion.Version1_14_0) {
				// This Terraform does not know the command.
				output, err := session.run("terraform query -generate-config-out=services.tf")
				if err == nil || !strings.Contains(output, `has no command named "query"`) {
					t.Errorf("%v\n%s", err, output)
				}
				return
			}
			reads, changes, found := strings.Cut(without(t, read(t), left), rotation)
			if !found {
				t.Fatalf("the page has no section %q", rotation)
			}
			session.as(emulator.ReaderClientID, emulator.ReaderSecret)
			session.play(reads)
			session.as(emulator.ContributorClientID, emulator.ContributorSecret)
			session.play(changes)
			for _, operation := range []string{"CreateService", "PatchService", "DeleteService"} {
				if calls := session.env.Count(operation); calls > 0 {
					t.Errorf("%s was called %d times", operation, calls)
				}
			}
			if calls := session.env.Count("RegenerateKeys"); calls != keyed {
				t.Errorf("%d keys were regenerated, want %d", calls, keyed)
			}
		})
	}
}

// keyed is the number of shapes with key auth.
const keyed = 26

func read(t testing.TB) string {
	t.Helper()
	content, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// without removes a section from a page.
func without(t testing.TB, page, heading string) string {
	t.Helper()
	before, rest, found := strings.Cut(page, heading+"\n")
	next := regexp.MustCompile(`(?m)^##`).FindStringIndex(rest)
	if !found || next == nil {
		t.Fatalf("the page has no section %q", heading)
	}
	return before + rest[next[0]:]
}

// session is a folder in which commands run as a person's, with the variables that
// the emulator prints.
type session struct {
	t         testing.TB
	env       *acctest.Env
	cli       *acctest.CLI
	terraform *version.Version
}

func open(t testing.TB, env *acctest.Env) *session {
	t.Helper()
	cli := env.NewCLI(t, "")
	running, _, err := cli.Version(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(cli.Dir, "main.tf")); err != nil {
		t.Fatal(err)
	}
	lines, err := env.Emulator.Shell("terraform")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		name, value, _ := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		cli.Environ[name] = strings.Trim(value, "'")
	}
	binaries := t.TempDir()
	if err := os.Symlink(cli.Path, filepath.Join(binaries, "terraform")); err != nil {
		t.Fatal(err)
	}
	cli.Environ["PATH"] = binaries + string(os.PathListSeparator) + cli.Environ["PATH"]
	cli.Environ["TF_CLI_ARGS"] = "-no-color"
	return &session{t: t, env: env, cli: cli, terraform: running.Core()}
}

// as signs the next commands in as this principal.
func (s *session) as(clientID, secret string) {
	s.cli.Environ["ARM_CLIENT_ID"], s.cli.Environ["ARM_CLIENT_SECRET"] = clientID, secret
}

// run runs lines of a shell, and returns what they print.
func (s *session) run(script string) (string, error) {
	command := exec.Command("sh", "-e", "-c", script)
	command.Dir = s.cli.Dir
	for name, value := range s.cli.Environ {
		command.Env = append(command.Env, name+"="+value)
	}
	output, err := command.CombinedOutput()
	return string(output), err
}

var blocks = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

// words bounds a page, so that it is read.
const words = 1000

func TestTheGuidesAreShort(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"existing-workspace", "from-the-python-sdk", "from-azure-cli-ml", "from-azapi"} {
		content, err := os.ReadFile(filepath.Join(filepath.Dir(guide), page+".md"))
		if err != nil {
			t.Fatal(err)
		}
		if count := len(strings.Fields(string(content))); count >= words {
			t.Errorf("%s has %d words, and should have less than %d", page, count, words)
		}
	}
}

// play writes the files of a page, runs its commands, and compares what they print
// with the text after them. The first line of a file is its name as a comment.
func (s *session) play(page string) {
	s.t.Helper()
	printed := ""
	for _, block := range blocks.FindAllStringSubmatch(page, -1) {
		switch language, content := block[1], block[2]; language {
		case "hcl", "python":
			first, _, _ := strings.Cut(content, "\n")
			name, named := strings.CutPrefix(first, "# ")
			if !named || strings.ContainsAny(name, " /") {
				continue // to read, not to run
			}
			if err := os.WriteFile(filepath.Join(s.cli.Dir, name), []byte(content), 0o600); err != nil {
				s.t.Fatal(err)
			}
		case "shell":
			output, err := s.run(content)
			if err != nil {
				s.t.Fatalf("%s%v\n%s", content, err, output)
			}
			printed = output
		case "text":
			s.compare(printed, content)
		default:
			s.t.Fatalf("the page has a block of %s", language)
		}
	}
}

// compare finds the text of a page, piece by piece between its lines "...", in what
// was printed.
func (s *session) compare(printed, shown string) {
	s.t.Helper()
	rest := printed
	for _, piece := range regexp.MustCompile(`(?m)^\.\.\.\n`).Split(shown, -1) {
		_, after, found := strings.Cut(rest, piece)
		if !found {
			s.t.Errorf("the page shows\n%s\nwhich is not, in this order, in\n%s", piece, printed)
			return
		}
		rest = after
	}
}
