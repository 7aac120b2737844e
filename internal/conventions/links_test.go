// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package conventions_test

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	markdownLink = regexp.MustCompile(`\]\(([^)#\s]*)(#[^)\s]+)?\)`)
	onMain       = regexp.MustCompile(`^https://github\.com/mlws/terraform-provider-mlws/(?:blob|tree)/main/(.+)$`)
	heading      = regexp.MustCompile(`(?m)^#+ (.*)$`)
	anchor       = regexp.MustCompile(`<a id="([^"]+)">`)
	notInSlug    = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// Templates are rendered elsewhere, so their links are checked in docs/.
func TestLinksLeadSomewhere(t *testing.T) {
	checked := 0
	for _, file := range sourceFiles(t) {
		if !strings.HasSuffix(file, ".md") || strings.HasPrefix(file, "templates/") {
			continue
		}
		for _, match := range markdownLink.FindAllStringSubmatch(string(read(t, file)), -1) {
			target, fragment := file, strings.TrimPrefix(match[2], "#")
			if own := onMain.FindStringSubmatch(match[1]); own != nil {
				// A page of the registry cannot lead to a file of the repository otherwise.
				checked++
				if content, err := os.ReadFile(filepath.Join(repository, own[1])); err == nil && fragment != "" && !anchors(string(content))[fragment] {
					t.Errorf("%s links to %s#%s, and there is no such heading", file, match[1], fragment)
				} else if _, err := os.Stat(filepath.Join(repository, own[1])); err != nil {
					t.Errorf("%s links to %s, which does not exist", file, match[1])
				}
				continue
			}
			if strings.Contains(match[1], "://") || strings.HasPrefix(match[1], "mailto:") {
				continue
			}
			if match[1] != "" {
				target = path.Join(path.Dir(file), match[1])
			}
			checked++
			if _, err := os.Stat(filepath.Join(repository, target)); err != nil {
				t.Errorf("%s links to %s, which does not exist", file, match[1])
				continue
			}
			if fragment != "" && !anchors(string(read(t, target)))[fragment] {
				t.Errorf("%s links to %s#%s, and there is no such heading", file, match[1], fragment)
			}
		}
	}
	if checked == 0 {
		t.Error("no link was checked")
	}
}

// anchors are what a link into a document can lead to: its headings, as GitHub
// and the Terraform Registry name them, and anchors of its own.
func anchors(document string) map[string]bool {
	found := map[string]bool{}
	for _, match := range heading.FindAllStringSubmatch(document, -1) {
		found[strings.ReplaceAll(notInSlug.ReplaceAllString(strings.ToLower(match[1]), ""), " ", "-")] = true
	}
	for _, match := range anchor.FindAllStringSubmatch(document, -1) {
		found[match[1]] = true
	}
	return found
}

func TestAnchors(t *testing.T) {
	got := anchors("# The job's identity\n\ntext\n\n### `x_y`: Two words\n<a id=\"nestedatt--ssl\"></a>\n")
	for _, want := range []string{"the-jobs-identity", "x_y-two-words", "nestedatt--ssl"} {
		if !got[want] {
			t.Errorf("no anchor %s in %v", want, got)
		}
	}
}
