// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command conformance writes the guides that list the operations of the
// emulator, the refusals that are tested, and the source of each behaviour. With
// the argument measure it measures the emulator for the first of them. Run it from
// the root of the repository.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/cmd/guide"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

const specificationFile = "internal/emulator/testdata/modelManagement-2019-09-30.json"

var pages = []guide.Page{
	{Command: "conformance", Files: []string{"templates/guides/emulator-conformance.md"}, Render: render},
	{Command: "conformance", Files: []string{"templates/guides/emulator-sources.md"}, Render: func(string) (string, error) { return renderSources(), nil }},
	{Command: "conformance", Files: []string{"templates/guides/emulator-online-endpoints.md"}, Render: func(string) (string, error) { return renderOnline(), nil }},
	{Command: "conformance", Files: []string{"templates/guides/emulator-requests.md"}, Render: func(string) (string, error) { return renderVariants(), nil }},
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "measure" {
		if err := measure(".", os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "conformance measure:", err)
			os.Exit(1)
		}
		return
	}
	for _, page := range pages {
		page.Write()
	}
}

const intro = `---
page_title: "What the emulator serves"
description: |-
  Which operations of the v1 model-management API the emulator serves, and the source of each behaviour.
---

# What the emulator serves

This page lists what the emulator serves, and why it behaves so. It was written from descriptions of the API. **Nobody recorded it from Azure, or compared it with a running workspace**: tests on it show that the provider
follows the described API. Azure may differ. [Where its behaviour is from](emulator-sources.md) names the source of each behaviour.

## The specification

A test calls every operation. It validates the requests that should succeed, and all responses, against the specification. The specification is known to differ from the API in these points, and the test allows them:

- Any member may be null. Swagger 2.0 cannot express that, and the SDK needs the keys.
- ` + "`keyType`" + ` is text.
- The value of a JSON Patch operation is any value.
- The state ` + "`Unschedulable`" + ` exists.
- Responses also name the image of a service ` + "`environmentImageRequest`" + `.

Services of compute types other than ACI and AKS answer 501. "Refuses" lists the statuses that the test provokes: 401 for a missing and for a wrong token, 403 for a caller without the role, 404 also for a missing workspace.

| operation | call | served | refuses | used by the provider |
|---|---|---|---|---|
`

// render makes the guide of the operations; root is the repository.
func render(root string) (string, error) {
	calls, err := specified(filepath.Join(root, specificationFile))
	if err != nil {
		return "", err
	}
	var out strings.Builder
	out.WriteString(intro)
	for _, row := range emulator.ConformanceTable() {
		call, known := calls[row.OperationID]
		if !known {
			return "", fmt.Errorf("the specification has no operation %s", row.OperationID)
		}
		served := "yes"
		if row.Operation == "" {
			served = "no, 501"
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s |\n", row.OperationID, call, served, statuses(row.Refusals), yes(row.Provider))
	}
	out.WriteString("\n`{B}` is `/modelmanagement/v1.0{scope}`, and `{scope}` the id of the workspace.\n")
	fmt.Fprintf(&out, "\n**%s** [requests that are generated out of the specification](emulator-requests.md) are answered as the contract says.\n", answered())
	measured, err := measurement(root)
	if err != nil {
		return "", err
	}
	out.WriteString(measured)
	out.WriteString("\n## Other operations\n\nThe specification does not have these, nor [those of v2](emulator-online-endpoints.md). The names are those in the request log and in faults:\n\n" +
		"| operation | call | used by the provider | source |\n|---|---|---|---|\n")
	for _, row := range emulator.Neighbours() {
		fmt.Fprintf(&out, "| %s | %s | %s | %s |\n", row.Operation, row.Call, yes(row.Provider), row.From)
	}
	out.WriteString("\n## Faults\n\nYou can order these faults for the operations, see [Faults of the emulator](emulator-faults.md): " + faults() + ".\n" +
		"\nAll other calls below `/modelmanagement`, `/artifact`, `/environment` and in Resource Manager answer 501 in the error form of that API.\n")
	return out.String(), nil
}

const sourcesIntro = `---
page_title: "Where the emulator's behaviour is from"
description: |-
  The source of each behaviour of the emulator that a test asserts.
---

# Where the emulator's behaviour is from

This page tells you how far you can trust an answer of the emulator: it names the source of each behaviour that a test asserts. [What the emulator serves](emulator-conformance.md) lists the operations.

| source | meaning |
|---|---|
| specification | the public description ` + "`modelManagement.json`, version 2019-09-30" + ` (for uploads, ` + "`artifact.json`" + `; for services of Resource Manager, Azure's types of 2021-04-01) |
| Python SDK | azureml-core 1.51: its source, and the requests that it sends |
| documentation | Microsoft's articles on v1 web services, authentication and roles |
| issue reports | replies that users have quoted in public |
| Resource Manager | the public description of Resource Manager, version 2023-04-01, and Azure's types of version 2026-05-01 |
| own choice | no source describes it |

| operation | behaviour | source |
|---|---|---|
`

// renderSources makes the guide of the sources.
func renderSources() string {
	var out strings.Builder
	out.WriteString(sourcesIntro)
	for _, row := range emulator.ConformanceTable() {
		for _, behaviour := range row.Asserted {
			fmt.Fprintf(&out, "| %s | %s | %s |\n", row.OperationID, behaviour.What, behaviour.From)
		}
	}
	return out.String()
}

// specified reads method and path of each operation.
func specified(path string) (map[string]string, error) {
	raw, err := os.ReadFile(path) //nolint:gosec // a file of the repository
	if err != nil {
		return nil, err
	}
	var document struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(raw, &document); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	calls := map[string]string{}
	for template, item := range document.Paths {
		_, below, _ := strings.Cut(template, "/workspaces/{workspace}")
		for method, operation := range item {
			calls[operation.OperationID] = strings.ToUpper(method) + " `{B}" + below + "`"
		}
	}
	return calls, nil
}

func faults() string {
	var names []string
	for _, kind := range emulator.FaultKinds() {
		names = append(names, "`"+string(kind)+"`")
	}
	return strings.Join(names, ", ")
}

func statuses(codes []int) string {
	var out []string
	for _, code := range codes {
		out = append(out, strconv.Itoa(code))
	}
	return strings.Join(out, ", ")
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
