// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package conventions_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const (
	// repository is the root, seen from this package.
	repository = "../.."
	// maxLines is the length at which a file is to be split by concept.
	maxLines = 400
)

const header = "// Copyright (c) The mlws Authors\n// SPDX-License-Identifier: MPL-2.0\n\n"

// machinePath matches paths that exist on one machine only. It is assembled so
// that it does not match itself.
var machinePath = regexp.MustCompile(`(^|[\s"'` + "`" + `=(:])/(` + strings.Join([]string{"wor" + "k", "roo" + "t", "User" + "s"}, "|") + `)/`)

var leftOpen = regexp.MustCompile(`(//|#|<!--).*\b(TO` + `DO|FIX` + `ME)\b`)

// sourceFiles returns the slash-separated paths of the files that belong to the
// repository, leaving out what git ignores.
func sourceFiles(t *testing.T) []string {
	t.Helper()
	ignored := map[string]bool{"bin": true, "dist": true}
	var files []string
	err := filepath.WalkDir(repository, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(repository, name)
		if err != nil {
			return err
		}
		// In a second working tree .git is a file that says where the first is.
		if entry.Name() == ".git" && !entry.IsDir() {
			return nil
		}
		if entry.IsDir() {
			if ignored[relative] || entry.Name() == ".git" || entry.Name() == ".terraform" {
				return filepath.SkipDir
			}
			return nil
		}
		// The output of go build and terraform is no source.
		built := relative == "terraform-provider-mlws" || strings.Contains(entry.Name(), ".tfstate") || entry.Name() == ".terraform.lock.hcl"
		if entry.Type().IsRegular() && !built {
			files = append(files, filepath.ToSlash(relative))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func goFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, file := range sourceFiles(t) {
		if strings.HasSuffix(file, ".go") {
			files = append(files, file)
		}
	}
	if len(files) < 10 {
		t.Fatalf("only %d Go files found: the tests look in the wrong place", len(files))
	}
	return files
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(repository, file))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestGoFilesAreShortAndLicensed(t *testing.T) {
	for _, file := range goFiles(t) {
		content := read(t, file)
		if lines := bytes.Count(content, []byte("\n")); lines > maxLines {
			t.Errorf("%s has %d lines, more than %d: split it by concept", file, lines, maxLines)
		}
		if !bytes.HasPrefix(content, []byte(header)) {
			t.Errorf("%s does not begin with the licence header", file)
		}
	}
}

func TestNothingIsTiedToOneMachine(t *testing.T) {
	for _, file := range sourceFiles(t) {
		for i, line := range strings.Split(string(read(t, file)), "\n") {
			if machinePath.MatchString(line) {
				t.Errorf("%s:%d has a path of one machine: %s", file, i+1, strings.TrimSpace(line))
			}
		}
	}
}

func TestNothingIsLeftOpen(t *testing.T) {
	for _, file := range sourceFiles(t) {
		for i, line := range strings.Split(string(read(t, file)), "\n") {
			if leftOpen.MatchString(line) {
				t.Errorf("%s:%d is left open: %s", file, i+1, strings.TrimSpace(line))
			}
		}
	}
}

// These names of packages say nothing.
func TestPackagesHaveNames(t *testing.T) {
	for _, file := range goFiles(t) {
		for _, segment := range strings.Split(filepath.ToSlash(filepath.Dir(file)), "/") {
			switch segment {
			case "util", "utils", "common", "helper", "helpers", "misc", "shared":
				t.Errorf("%s is in a package named %q: name the concept", file, segment)
			}
		}
	}
}

func TestPatternsSeeWhatTheyLookFor(t *testing.T) {
	for _, line := range []string{"cd /wor" + "k/main", `"/roo` + `t/.terraformrc"`, "/User" + "s/me/x"} {
		if !machinePath.MatchString(line) {
			t.Errorf("%q is not seen as a machine path", line)
		}
	}
	for _, line := range []string{"https://example.com/wor" + "k/x", "framework/root/x"} {
		if machinePath.MatchString(line) {
			t.Errorf("%q is taken for a machine path", line)
		}
	}
	if !leftOpen.MatchString("// TO"+"DO later") || leftOpen.MatchString("ctx := context.TO"+"DO()") {
		t.Error("the pattern for open ends is wrong")
	}
}
