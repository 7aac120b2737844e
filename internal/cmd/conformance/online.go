// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

const onlineIntro = `---
page_title: "Online endpoints on the emulator"
description: |-
  What the emulator serves of v2: online endpoints, deployments, code, models and environments.
---

# Online endpoints on the emulator

You can try a move to v2 without Azure: the emulator serves online endpoints of Resource Manager, their deployments, and what these are made of. Models and environments are shared with v1: what one API registers, the other one reads.

Scoring addresses ask for the credential of the endpoint's auth mode, and send each call to a deployment by the traffic, or by the header ` + "`azureml-model-deployment`" + `. [Testing with the emulator](emulator.md) shows how to start it.

## Operations

The names are those in the request log and in faults. A test takes a valid request of each operation with a body, changes it in one place, and expects 400 with the name of the member. It generates these requests out of Azure's types of version 2026-05-01.

| operation | call | generated requests |
|---|---|---|
`

const onlineCode = `
## Run the code of a deployment

With ` + "`-execute`" + `, a deployment answers by its own ` + "`init`" + ` and ` + "`run`" + `:

1. Upload the files of the code as artifacts, such as ` + "`LocalUpload/1a2b3c4d/src/score.py`" + `.
2. Make a version of ` + "`codes`" + `. Its ` + "`codeUri`" + ` is the folder in the storage account of the workspace: ` + "`https://{account}.blob.core.windows.net/azureml/LocalUpload/1a2b3c4d/src`" + `.
3. Deploy, with the id of that version as ` + "`codeId`" + `, and the script as ` + "`scoringScript`" + `.

The emulator fetches nothing from elsewhere: a deployment with code outside the workspace fails, and says so. Without ` + "`-execute`" + `, scoring calls are answered with an echo.

## Where its behaviour is from

| behaviour | source |
|---|---|
`

// renderOnline makes the guide of online endpoints.
func renderOnline() string {
	var out strings.Builder
	out.WriteString(onlineIntro)
	total := 0
	for _, row := range emulator.OnlineOperations() {
		generated := ""
		if row.Variants > 0 {
			generated = fmt.Sprint(row.Variants)
		}
		total += row.Variants
		fmt.Fprintf(&out, "| %s | %s | %s |\n", row.Operation, row.Call, generated)
	}
	fmt.Fprintf(&out, "\n`{scope}` is the id of the workspace. **%d of %d** generated requests are answered as the types say.\n", total, total)
	out.WriteString(onlineCode)
	for _, behaviour := range emulator.OnlineBehaviours() {
		fmt.Fprintf(&out, "| %s | %s |\n", behaviour.What, behaviour.From)
	}
	out.WriteString("\n[Where the emulator's behaviour is from](emulator-sources.md) says what the sources are.\n")
	return out.String()
}
