// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command reliability writes the guide that shows the fault matrix: what comes of each
// operation that meets each fault. Run it from the root of the repository.
package main

import (
	"fmt"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/acctest/faults"
	"github.com/mlws/terraform-provider-mlws/internal/cmd/guide"
)

var page = guide.Page{
	Command: "reliability", Files: []string{"templates/guides/reliability.md"},
	Render: func(string) (string, error) { return render(), nil },
}

func main() { page.Write() }

const intro = `---
page_title: "What happens when something fails"
description: |-
  What comes of each operation under each fault: which ones an apply rides out, and which ones the next apply repairs.
---

# What happens when something fails

This page tells you what an apply does if a request fails, an operation goes wrong, or a process dies. It is generated from the lists that the tests run: each cell is a run of a real ` + "`terraform`" + ` with the real provider against the
[emulator](emulator.md). Nobody has tried it in Azure.

Every cell ends with the same four checks:

1. An error says what happened to which object, why, and what to do.
2. The next plan shows what is left to do, and nothing else.
3. Applying it ends well, and the plan after it is empty.
4. The workspace has exactly the services, models and files that it should, and each key was regenerated as often as it should.

`

var symbols = map[faults.Outcome]string{faults.NotTried: "–", faults.Succeeds: "✓", faults.Again: "↻", faults.ByImport: "⇥"}

// render makes the guide.
func render() string {
	var out strings.Builder
	out.WriteString(intro)
	operations, cells := faults.Operations(), faults.Cells()
	width := len(cells) / len(operations)
	count := map[faults.Outcome]int{}
	for _, cell := range cells {
		count[cell.Outcome()]++
	}
	fmt.Fprintf(&out, "There are %d operations and %d faults, so %d cells. In the table:\n\n| | outcome | cells |\n|---|---|---|\n", len(operations), width, len(cells))
	for _, row := range []struct {
		outcome faults.Outcome
		text    string
	}{
		{faults.Succeeds, "The apply succeeds."},
		{faults.Again, "The apply fails. The next apply ends well."},
		{faults.ByImport, "The next apply shows an `import` block. With it, the apply ends well."},
		{faults.NotTried, "The pair makes no sense. [The reasons](#pairs-that-make-no-sense) are below."},
	} {
		fmt.Fprintf(&out, "| %s | %s | %d |\n", symbols[row.outcome], row.text, count[row.outcome])
	}
	out.WriteString("\n| fault |")
	for _, operation := range operations {
		out.WriteString(" " + operation.Name + " |")
	}
	out.WriteString("\n|---|" + strings.Repeat("---|", len(operations)) + "\n")
	for at := range width {
		out.WriteString("| " + cells[at].Fault.Name + " |")
		for row := range operations {
			out.WriteString(" " + symbols[cells[row*width+at].Outcome()] + " |")
		}
		out.WriteString("\n")
	}
	out.WriteString(outro)
	crowds(&out)
	excluded(&out, cells)
	out.WriteString(yourself)
	return out.String()
}

const outro = `
- **A request without a reply** is sent again only if that does no harm. The provider looks first at what became of it. A regenerate is never sent a second time: if nothing is to be seen of the new key, the apply fails, and the next one regenerates.
- **401 and 403** are final: the same request would get the same answer. Correct the cause, and apply again.
- **A failed operation** leaves a failed service. If it was new, Terraform replaces it. Otherwise the next apply deploys over it, and its keys stay.
- **A service or model that somebody changes** during the apply is not an error. The apply warns, and the next plan shows the difference.

## Cells that Terraform makes impossible

Terraform writes the result of a resource into its state when the provider has returned it. If the provider or Terraform is killed before that, what was made is not in the state, and no provider can change that:

| killed during | what is left | the next apply |
|---|---|---|
| the create of a service | the service | creates no second one: it fails, and shows the ` + "`import`" + ` block to paste |
| a regenerate, a rotation | a new key that nobody has read | regenerates that slot once more. The slot in use before a rotation keeps its key. |
| the registration of a model | a version | registers the next version. Delete the old one yourself. |
| the upload of a model | a file that nothing refers to | uploads it again. Code is found and not uploaded again. |

After Ctrl-C, only an upload that was not finished is left: the provider looks at what it has started, and returns it.
While ` + "`terraform apply`" + ` still plans, Terraform does not pass Ctrl-C on: the run ends after the reply to the current read. ` + "`terraform plan`" + ` ends at once.
`

const yourself = `
## Run it yourself

` + "```shell" + `
make test-faults  # every cell; make test runs every operation and every fault at least once
make soak         # 1,000 random applies, rotations, replacements, imports and destroys under random faults
` + "```" + `
`

func crowds(out *strings.Builder) {
	out.WriteString("\n## Several at once\n\n| at once | the end | carried out |\n|---|---|---|\n")
	words := []struct {
		kind faults.Kind
		word string
	}{{faults.Creates, "deployments"}, {faults.Regenerates, "regenerations"}, {faults.Deletes, "deletions"}}
	for _, crowd := range faults.Crowds() {
		var made []string
		for _, w := range words {
			if n := crowd.Made[w.kind]; n == 1 {
				made = append(made, "1 "+strings.TrimSuffix(w.word, "s"))
			} else if n > 1 {
				made = append(made, fmt.Sprintf("%d %s", n, w.word))
			}
		}
		fmt.Fprintf(out, "| %s | %s | %s |\n", crowd.Name, crowd.Ends, strings.Join(made, ", "))
	}
}

// excluded lists the reasons, each with the number of its cells.
func excluded(out *strings.Builder, cells []faults.Cell) {
	out.WriteString("\n## Pairs that make no sense\n\n| reason | cells |\n|---|---|\n")
	var reasons []string
	count := map[string]int{}
	for _, cell := range cells {
		if cell.Excluded == "" {
			continue
		}
		if count[cell.Excluded]++; count[cell.Excluded] == 1 {
			reasons = append(reasons, cell.Excluded)
		}
	}
	for _, reason := range reasons {
		fmt.Fprintf(out, "| %s | %d |\n", reason, count[reason])
	}
}
