// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package conventions_test

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// packages returns the folders under internal/ that have Go files.
func packages(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, file := range goFiles(t) {
		if folder := path.Dir(file); within(folder, "internal") && !strings.Contains(folder, "/testdata") {
			found[folder] = true
		}
	}
	return found
}

var (
	section = regexp.MustCompile(`(?s)# Packages\n(.*?)(?:\n#|$)`)
	row     = regexp.MustCompile(`(?m)^\| (` + "`[^|]*`" + `) \| [^|]+ \|$`)
	name    = regexp.MustCompile("`([^`]+)`")
)

// documented returns the packages that the table of a page names.
func documented(page string) []string {
	var named []string
	table := section.FindStringSubmatch(page)
	if table == nil {
		return nil
	}
	for _, line := range row.FindAllStringSubmatch(table[1], -1) {
		for _, match := range name.FindAllStringSubmatch(line[1], -1) {
			named = append(named, "internal/"+match[1])
		}
	}
	return named
}

// packagesPage has the table of packages.
const packagesPage = "internal/README.md"

// The table of packages names every package once, and no other.
func TestEveryPackageIsDocumented(t *testing.T) {
	left := packages(t)
	for _, name := range documented(string(read(t, packagesPage))) {
		if !left[name] {
			t.Errorf("the table in %s names %s twice, or the package does not exist", packagesPage, name)
		}
		delete(left, name)
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		t.Errorf("%s is not in the table in %s: add a row", name, packagesPage)
	}
}

func TestDocumentedReadsTheTable(t *testing.T) {
	page := "# Title\n\n| `before` | no |\n\n## Packages\n\n| package | what |\n|---|---|\n| `a` | the `first` |\n| `b`, `b/c` | others |\n\n## After\n\n| `d` | no |\n"
	if got, want := documented(page), []string{"internal/a", "internal/b", "internal/b/c"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// A rule for a package that was renamed checks nothing.
func TestRulesAreAboutPackagesThatExist(t *testing.T) {
	named := slices.Concat(slices.Collect(maps.Keys(rules)), slices.Collect(maps.Keys(importersOf)))
	for _, rule := range rules {
		named = append(named, rule.ours...)
	}
	for _, importers := range importersOf {
		named = append(named, importers...)
	}
	for _, pair := range apart {
		named = append(named, pair[:]...)
	}
	exist := slices.Collect(maps.Keys(packages(t)))
	for _, name := range named {
		if name != "." && !slices.ContainsFunc(exist, func(pkg string) bool { return within(pkg, name) }) {
			t.Errorf("an import rule is about %s, which does not exist", name)
		}
	}
}
