// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package examplestest_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// varying are the parts of what Terraform prints that differ from run to run, and what
// the guides leave out.
var varying = []struct{ pattern, with string }{
	{`complete after \d+s`, "complete after TIME"},
	{` \[id=[^\]]*\]`, ""},
	{`\[\d+s elapsed\]`, "[TIME elapsed]"},
}

func withoutTimes(text string) string {
	for _, v := range varying {
		text = regexp.MustCompile(v.pattern).ReplaceAllString(text, v.with)
	}
	return text
}

// shows fails unless the text of a page is in what was printed, line by line, or piece by
// piece between its lines "...".
func shows(t *testing.T, printed, text, between string) {
	t.Helper()
	rest := withoutTimes(printed)
	for _, part := range strings.Split(withoutTimes(text), between) {
		_, after, found := strings.Cut(rest, part)
		if !found {
			t.Errorf("the page shows\n%s\nwhich is not, in this order, in\n%s", part, printed)
			return
		}
		rest = after
	}
}

// The page about a deployment shows what Terraform and the log print, and its commands
// run as printed.
func TestWhileItDeploysOfTheGuide(t *testing.T) {
	t.Parallel()
	var config string
	var texts, commands []string
	for _, b := range blocksOf(read(t, "../../docs/guides/while-it-deploys.md")) {
		switch {
		case b.language == "hcl" && b.section == "":
			config = complete(b.text, "")
		case b.language == "text":
			texts = append(texts, b.text)
		case b.language == "shell":
			commands = append(commands, b.text)
		}
	}
	if len(texts) != 2 || len(commands) != 1 {
		t.Fatalf("the page has %d texts and %d commands", len(texts), len(commands))
	}
	// Terraform tells every ten seconds that it waits.
	w := newWorkspace(t, developed(t), emulator.WithOperationDuration(13*time.Second))
	write(t, filepath.Join(w.cli.Dir, "main.tf"), config)
	output := w.shell(commands[0])
	shows(t, output, texts[0], "...\n")
	_, steps, _ := strings.Cut(output, "Apply complete!")
	shows(t, steps, texts[1], "\n")
	for _, line := range regexp.MustCompile(`(?m)^mlws: .*$`).FindAllString(steps, -1) {
		for _, step := range strings.Fields(line[strings.LastIndex(line, ": ")+2:]) {
			if !strings.Contains(read(t, "../../docs/guides/while-it-deploys.md"), step) {
				t.Errorf("the page does not have the step %s", step)
			}
		}
	}
}

// The table of timeouts has the defaults of the schema, as the reference prints them.
func TestTimeoutsOfTheGuide(t *testing.T) {
	t.Parallel()
	page := read(t, "../../docs/guides/while-it-deploys.md")
	for _, name := range []string{"aci_service", "aks_service", "model", "service_key", "service_key_rotation"} {
		_, schema, found := strings.Cut(read(t, "../../docs/resources/"+name+".md"), "Nested Schema for `timeouts`")
		schema, _, _ = strings.Cut(schema, "<a id=")
		row := ""
		for _, member := range []string{"create", "update", "delete", "read"} {
			value := regexp.MustCompile("- `" + member + "` .* Default `(\\w+)`").FindStringSubmatch(schema)
			cell := " "
			if value != nil {
				cell = " " + value[1] + " "
			}
			row += "|" + cell
		}
		want := regexp.MustCompile("(?m)^\\| [^|]*`mlws_" + name + "`[^|]* " + regexp.QuoteMeta(row+"|") + "$")
		if !found || !want.MatchString(page) {
			t.Errorf("the page has no row of %s with %s", name, row)
		}
	}
}
