// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package conventions_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// plain are the files and folders in which no line has a word of oldWords. Add a
// package when its comments, messages and names have none.
var plain = []string{
	"README.md",
	"CHANGELOG.md",
	"SECURITY.md",
	"CONTRIBUTING.md",
	"ARCHITECTURE.md",
	"DECISIONS.md",
	"templates",
	"examples",
	"internal/acctest",
	"internal/auth",
	"internal/authmode",
	"internal/azureml",
	"internal/clock",
	"internal/cmd",
	"internal/codearchive",
	"internal/credential",
	"internal/diagnostics",
	"internal/emulator",
	"internal/examplestest",
	"internal/filetree",
	"internal/framework",
	"internal/functions",
	"internal/keyedlock",
	"internal/model",
	"internal/onlineendpoint",
	"internal/permissions",
	"internal/protocoltest",
	"internal/provider",
	"internal/pysource",
	"internal/reach",
	"internal/redact",
	"internal/resourceid",
	"internal/scoring",
	"internal/troubleshooting",
	"internal/webservice",
	"internal/workspace",
	"internal/workspacetest",
}

// oldWords are words of old books and words that only their author understands,
// each with a plain one.
var oldWords = []struct{ pattern, instead string }{
	{`befall\w*|befell`, "happen"},
	{`besides`, "also"},
	{`all the same`, "anyway"},
	{`for good`, "permanently"},
	{`com(e|es|ing) good|came good`, "recover"},
	{`whose`, "of which, or a sentence of its own"},
	{`in turn`, "alternately, or nothing"},
	{`afterwards?`, "then, after"},
	{`is over`, "has passed, has ended"},
	{`nothing but`, "only"},
	{`anew`, "again"},
	{`graceful\w*`, "scheduled"},
	{`house|rooms?|drawers?`, "architecture, package"},
	{`settl(e|es|ed|ing)`, "finish, decide, or what really happens"},
	{`hereby|thereby|thereof|therein|whereby|wherein|hence|albeit|lest`, "a new sentence"},
}

// oldWord returns the first old word of a line, and what to write instead.
func oldWord(line string) (found, instead string) {
	for i, pattern := range oldWordPatterns {
		if found := pattern.FindString(line); found != "" {
			return found, oldWords[i].instead
		}
	}
	return "", ""
}

var oldWordPatterns = func() (patterns []*regexp.Regexp) {
	for _, word := range oldWords {
		patterns = append(patterns, regexp.MustCompile(`(?i)\b(`+word.pattern+`)\b`))
	}
	return patterns
}()

func TestWordsArePlain(t *testing.T) {
	files := sourceFiles(t)
	for _, root := range plain {
		if !slices.ContainsFunc(files, func(file string) bool { return within(file, root) }) {
			t.Errorf("%s does not exist: correct the list", root)
		}
	}
	for _, file := range files {
		if !withinAny(file, plain) {
			continue
		}
		for i, line := range strings.Split(string(read(t, file)), "\n") {
			if found, instead := oldWord(line); found != "" {
				t.Errorf("%s:%d has %q; write: %s", file, i+1, found, instead)
			}
		}
	}
}

func TestOldWordSeesWords(t *testing.T) {
	for line, want := range map[string]string{
		"what was to befall containers": "befall",
		"All the same, it works.":       "All the same",
		"comes good after a while":      "comes good",
		"the rooms of the house":        "rooms",
		"a key whose slot":              "whose",
		"the bathroom is warehouse":     "",
		"after that, in turning":        "",
		"anewline, henceforth":          "",
		"the wait has passed":           "",
	} {
		if got, _ := oldWord(line); got != want {
			t.Errorf("%q: found %q, want %q", line, got, want)
		}
	}
}

// hiddenSubject matches a comment that begins with a relative clause.
var hiddenSubject = regexp.MustCompile(`^\s*// (What|Whatever|Who|Whoever|Whether) [a-z]`)

// A comment begins with its subject. One that describes a field named What may
// begin with that name.
func TestCommentsBeginWithTheirSubject(t *testing.T) {
	t.Parallel()
	for _, file := range goFiles(t) {
		content, err := os.ReadFile(filepath.Join(repository, file))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(content), "\n")
		for i, line := range lines {
			begins := i == 0 || !strings.HasPrefix(strings.TrimSpace(lines[i-1]), "//")
			field := i+1 < len(lines) && strings.HasPrefix(strings.TrimSpace(lines[i+1]), "What ")
			if begins && !field && hiddenSubject.MatchString(line) {
				t.Errorf("%s:%d begins with a relative clause; begin with the subject", file, i+1)
			}
		}
	}
}
