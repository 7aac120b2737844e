// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package troubleshooting_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/troubleshooting"
)

var (
	// title is one line: a capital first, and no end of a sentence.
	title = regexp.MustCompile(`^(?:[A-Z]|%s )[^\n|]*[^.:!\n|]$`)
	// sentences are plain text for a cell of a table.
	sentences = regexp.MustCompile("^[A-Z`][^\n|]*[.]$")
)

// Each message is short, says why it appears and what to do, and says nothing twice.
func TestFormOfMessages(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, entry := range troubleshooting.Entries() {
		if !title.MatchString(entry.Message) || len(entry.Message) > 72 {
			t.Errorf("%q: a message is one line of at most 72 characters, with a capital and without a full stop", entry.Message)
		}
		if seen[entry.Message] {
			t.Errorf("%q stands twice in the list", entry.Message)
		}
		seen[entry.Message] = true
		for _, text := range []string{entry.Cause, entry.Do} {
			if !sentences.MatchString(text) || len(text) > 220 {
				t.Errorf("%q: %q is not one or two short sentences", entry.Message, text)
			}
			if strings.Count(text, "`")%2 != 0 {
				t.Errorf("%q: %q has an open `", entry.Message, text)
			}
		}
		if entry.Cause == entry.Do {
			t.Errorf("%q: cause and advice are the same", entry.Message)
		}
	}
	if len(seen) < 150 {
		t.Errorf("%d messages: some are lost", len(seen))
	}
}
