// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package importlaw_test

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var markdownLink = regexp.MustCompile(`\]\(([^)#\s]+)(#[^)]*)?\)`)

// Templates are rendered elsewhere, so their links are checked in docs/.
func TestLinksLeadSomewhere(t *testing.T) {
	checked := 0
	for _, file := range sourceFiles(t) {
		if !strings.HasSuffix(file, ".md") || strings.HasPrefix(file, "templates/") {
			continue
		}
		for _, match := range markdownLink.FindAllStringSubmatch(string(read(t, file)), -1) {
			target := match[1]
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			checked++
			if _, err := os.Stat(filepath.Join(repository, path.Dir(file), target)); err != nil {
				t.Errorf("%s links to %s, which does not exist", file, target)
			}
		}
	}
	if checked == 0 {
		t.Error("no link was checked")
	}
}
