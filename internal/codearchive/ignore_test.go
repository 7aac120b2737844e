// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package codearchive

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/filetree/filetreetest"
)

// ignorable are paths for rules to ignore.
var ignorable = []string{
	"#hash", "!bang", "[x]", "a", "a-b", "a.py", "a]b", "a^b", "b.txt", "back\\slash", "build/x", "c d", "doc/frotz/x", "foo/bar/baz", "foo/keep", "sp ",
	"src/a.py", "src/b.txt", "src/build/x", "src/deep/a.py", "src/deep/er/a.py", "x/y/z/w", "x/w", "é.txt", "Z9",
}

var ignoreTables = []string{
	// Names, extensions and their negation.
	"a.py", "*.py", "*.py\n!a.py", "!a.py", "*.py\n!*.py\na.py", "a*", "*a*", "?", "??", "b.???", "a.p?", "é*", "?.txt", "*", "",
	// Anchors.
	"/a.py", "/*.py", "src/a.py", "/src/a.py", "src/*.py", "/src/b*", "deep/a.py", "/", "//", "/*", "/*\n!/src", "doc/frotz", "doc/frotz/", "frotz/", "/frotz/",
	// Folders.
	"build/", "build", "/build/", "a/", "src/deep", "src/deep/", "x/y/", "foo/\n!foo/bar/baz", "foo/*\n!foo/bar", "foo/*\n!foo/keep", "foo\n!foo\nfoo/bar",
	// Stars that span folders.
	"**", "**/a.py", "**/deep/**", "src/**", "src/**/a.py", "x/**/w", "x/*/w", "x/**/z/**", "/**/a.py", "***/a.py", "**/", "x/**", "**/x/**/w", "a**", "**a",
	// The idioms that keep some files only.
	"*\n!*.py", "*\n!*/\n!*.py", "/*\n!/src/\n/src/*\n!/src/deep/", "*\n!/src\n!/src/**",
	// Brackets.
	"[!a].py", "[^a].py", "[a-c].txt", "[[:alpha:]].py", "[[:digit:][:upper:]]*", "[[:nope:]]", "[]x]", "a[]]b", "a[-]b", "a[a-]b", "a[^^]b", "a[!]]b", "\\[x\\]", "[[]x]", "[a", "[a-",
	"[\\]x]", "a[\\]]b", "src[/]a.py", "[Y-Z]9", "[[:xdigit:]].*", "[[:punct:]]*", "[[:space:]]", "*[[:blank:]]*", "[!/]", "[[:alpha:]-z]",
	// Quoting, comments, spaces, line ends.
	"\\#hash", "#hash", "\\!bang", "!bang", "sp\\ ", "sp ", "a.py ", "a.py \\", "a.py\\", "\\a.py", "back\\\\slash", "c d", "c\\ d", "a.py\r\nb.txt\r\n", "\n\n  \na.py", "\ta.py", "a.py\t",
	"\ufeffa.py", "back\\\\slash  ", "   ", "!", "\\",
}

// The oracle is git itself: each table is the ignore file of a folder of its own.
func TestIgnoreIsGits(t *testing.T) {
	t.Parallel()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Fatal("git is not on PATH: install git, the ignore rules are compared with its own")
	}
	repository := t.TempDir()
	run := func(input string, args ...string) string {
		command := exec.Command(git, args...)
		command.Dir = repository
		command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + repository, "GIT_CONFIG_NOSYSTEM=1"}
		command.Stdin = strings.NewReader(input)
		output, err := command.Output()
		if err != nil {
			t.Fatalf("git %v: %v", args, err)
		}
		return string(output)
	}
	run("", "init", "--quiet", "--template=")
	var asked []string
	for i, table := range ignoreTables {
		folder := strconv.Itoa(i)
		filetreetest.Write(t, filepath.Join(repository, folder, ".gitignore"), table)
		for _, name := range ignorable {
			asked = append(asked, folder+"/"+name)
		}
	}
	ignored := map[string]bool{}
	for _, name := range strings.Split(run(strings.Join(asked, "\x00"), "check-ignore", "--no-index", "-z", "--stdin"), "\x00") {
		ignored[name] = true
	}
	if len(ignored) < len(asked)/10 {
		t.Fatalf("git ignored %d of %d files only", len(ignored), len(asked))
	}
	for i, table := range ignoreTables {
		rules := parseIgnore(table)
		for _, name := range ignorable {
			if want, got := ignored[strconv.Itoa(i)+"/"+name], ignoredOnTheWay(rules, name); got != want {
				t.Errorf("%q on %q: %t, git says %t", table, name, got, want)
			}
		}
	}
}

// ignoredOnTheWay asks for each folder on the way to a file, as a walk does.
func ignoredOnTheWay(rules ignoreRules, name string) bool {
	for i := range len(name) {
		if name[i] != '/' {
			continue
		}
		if ignored, _ := rules.ignores(name[:i], true); ignored {
			return true
		}
	}
	ignored, _ := rules.ignores(name, false)
	return ignored
}

// Many stars must not take forever.
func TestGlobIsNotExponential(t *testing.T) {
	t.Parallel()
	path := strings.Repeat("a", 300)
	if glob(strings.Repeat("*a", 60)+"b", path) || !glob(strings.Repeat("*a", 60), path) {
		t.Error("wrong answer")
	}
	if glob(strings.Repeat("**/a/", 30)+"b", strings.Repeat("a/", 100)+"c") {
		t.Error("wrong answer")
	}
}

// Ignored files are counted, with the Python files that the SDK would have sent.
func TestLeftOut(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files map[string]string
		want  LeftOut
	}{
		"nothing":         {map[string]string{"score.py": "", "__pycache__/a.pyc": "", ".git/config": ""}, LeftOut{}},
		"matches nothing": {map[string]string{"score.py": "", ".gitignore": "data/\n"}, LeftOut{IgnoreFile: ".gitignore"}},
		"a package": {
			map[string]string{"score.py": "", "lib/a.py": "", "lib/deep/b.py": "", "lib/data.bin": "", "lib/__pycache__/a.pyc": "", "lib/a.pyc": "", "z.py": "", ".gitignore": "lib/\nz.py\n"},
			LeftOut{IgnoreFile: ".gitignore", Files: 4, Python: []string{"z.py", "lib/a.py", "lib/deep/b.py"}},
		},
		"an environment": {
			map[string]string{"score.py": "", ".venv/lib/python3.8/site-packages/x/a.py": "", ".venv/pyvenv.cfg": "", ".amlignore": ".venv\n", ".gitignore": "score.py\n"},
			LeftOut{IgnoreFile: ".amlignore", Files: 2},
		},
	} {
		tree, err := Scan(t.Context(), filetreetest.Folder(t, "src", test.files))
		if err != nil {
			t.Fatal(err)
		}
		if got := tree.LeftOut(t.Context()); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}
