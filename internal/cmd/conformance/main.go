// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command conformance writes the guide that tells what the emulator serves of
// the API's specification, how that was tested, and where each behaviour was
// asserted from. Run it from the root of the repository.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

const (
	specificationFile = "internal/emulator/testdata/modelManagement-2019-09-30.json"
	guideFile         = "templates/guides/emulator-conformance.md"
)

func main() {
	guide, err := render(".")
	if err == nil {
		err = os.WriteFile(guideFile, []byte(guide), 0o644) //nolint:gosec // a document
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

const intro = `---
page_title: "What the emulator serves"
description: |-
  Each operation of the v1 model-management API: served or not, tested or not, and where its behaviour was asserted from.
---

# What the emulator serves

The emulator was written from descriptions of the API. **Nothing of it was recorded from Azure, or compared with a running workspace**: it shows that the provider keeps to
the API as it is described, and not that Azure does. Each behaviour names its source:

| source | what it is |
|---|---|
| specification | the public description ` + "`modelManagement.json`, version 2019-09-30" + ` (and, for uploads, ` + "`artifact.json`" + `) |
| Python SDK | azureml-core 1.51: its source, and the requests that it sends |
| documentation | Microsoft's articles on v1 web services, authentication and roles |
| issue reports | replies that users have quoted in public |
| own choice | no source says; Azure may do something else |

## The specification

A test calls every operation. Requests that should succeed, and all responses, are validated against the specification, with these exceptions, where it is known to differ from
the API: any member may be null (Swagger 2.0 cannot say so, and the SDK needs the keys); ` + "`keyType`" + ` is text; the value of a JSON Patch operation is any value; the state
` + "`Unschedulable`" + ` exists; the image of a service is named ` + "`environmentImageRequest`" + ` in responses too. Services of compute types other than ACI and AKS answer 501.
"Refuses" lists the statuses that the test provokes; 401 stands for no and for a wrong token, 403 for a caller without the role, 404 also for a missing workspace.

| operation | call | served | refuses | used by the provider |
|---|---|---|---|---|
`

// render makes the guide; root is the repository.
func render(root string) (string, error) {
	calls, err := specified(filepath.Join(root, specificationFile))
	if err != nil {
		return "", err
	}
	var out, sources strings.Builder
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
		for _, behaviour := range row.Asserted {
			fmt.Fprintf(&sources, "| %s | %s | %s |\n", row.OperationID, behaviour.What, behaviour.From)
		}
	}
	out.WriteString("\n`{B}` is `/modelmanagement/v1.0{scope}`, and `{scope}` the id of the workspace.\n\n" +
		"## Where the behaviour comes from\n\n| operation | behaviour | source |\n|---|---|---|\n")
	out.WriteString(sources.String())
	out.WriteString("\n## Beside the specification\n\nWhat else is served, under the name that it has in the request log and in faults:\n\n" +
		"| operation | call | used by the provider | source |\n|---|---|---|---|\n")
	for _, row := range emulator.Neighbours() {
		fmt.Fprintf(&out, "| %s | %s | %s | %s |\n", row.Operation, row.Call, yes(row.Provider), row.From)
	}
	out.WriteString("\n## Faults\n\nWhat can be ordered to go wrong with these operations, see [Testing with the emulator](emulator.md#make-it-misbehave): " + faults() + ".\n" +
		"\nEverything else below `/modelmanagement`, `/artifact`, `/environment` and in Resource Manager answers 501 in the error form of that API.\n")
	return out.String(), nil
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
