// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package conventions_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	uses   = regexp.MustCompile(`(?m)^\s*(?:- )?uses:\s*(.*)$`)
	pinned = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
)

// A tag of an action can be moved by whoever owns it, or has stolen it. A commit cannot.
func TestActionsArePinned(t *testing.T) {
	workflows, err := filepath.Glob(filepath.Join(repository, ".github", "workflows", "*.yml"))
	if err != nil || len(workflows) == 0 {
		t.Fatalf("no workflow was found: %v", err)
	}
	version := map[string]string{}
	for _, workflow := range workflows {
		content, err := os.ReadFile(workflow)
		if err != nil {
			t.Fatal(err)
		}
		found := uses.FindAllStringSubmatch(string(content), -1)
		if len(found) == 0 {
			t.Errorf("%s uses no action; is its form still understood?", filepath.Base(workflow))
		}
		for _, match := range found {
			if !pinned.MatchString(match[1]) {
				t.Errorf("%s: pin %q by its commit, with the version as a comment: owner/name@commit # v1.2.3", filepath.Base(workflow), match[1])
				continue
			}
			action, rest, _ := strings.Cut(match[1], "@")
			if before, ok := version[action]; ok && before != rest {
				t.Errorf("%s: %s is used at %q, and elsewhere at %q", filepath.Base(workflow), action, rest, before)
			}
			version[action] = rest
		}
	}
}

var (
	makeTarget = regexp.MustCompile("(?m)(?:^ *|`)make ([a-z][a-z-]*)")
	target     = regexp.MustCompile(`(?m)^([a-z][a-z-]*):`)
)

// A page for developers or maintainers names targets of make that exist.
func TestPagesNameTargetsOfMake(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join(repository, "GNUmakefile"))
	if err != nil {
		t.Fatal(err)
	}
	exists := map[string]bool{}
	for _, match := range target.FindAllStringSubmatch(string(makefile), -1) {
		exists[match[1]] = true
	}
	pages, err := filepath.Glob(filepath.Join(repository, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, page := range pages {
		content, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range makeTarget.FindAllStringSubmatch(string(content), -1) {
			if named++; !exists[match[1]] {
				t.Errorf("%s names make %s, which GNUmakefile does not have", filepath.Base(page), match[1])
			}
		}
	}
	if named < 20 {
		t.Errorf("%d commands were found in the pages; is their form still understood?", named)
	}
}
