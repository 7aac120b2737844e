// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// answered is the number of generated requests, as the guide and the README say it.
// TestVariants of the emulator compares the table with its run.
func answered() string {
	total := 0
	for _, row := range emulator.ConformanceTable() {
		total += row.Variants
	}
	for _, row := range emulator.ResourceVariants() {
		total += row.Variants
	}
	return fmt.Sprintf("%d of %d", total, total)
}

const variantsIntro = `---
page_title: "Requests that the emulator refuses"
description: |-
  Which wrong requests a test generates out of the specification, and how the emulator answers them.
---

# Requests that the emulator refuses

This page tells you which mistakes of a client the emulator finds. A test generates wrong requests out of the [specification](emulator-sources.md), and out of Azure's types of services in Resource Manager, for every operation that is served: it takes a valid request, and changes it in one place.
It sends each over a socket. The emulator has to answer 400, with one detail that names the place, and has to change nothing. **%s** are answered so.

| class | the change |
|---|---|
`

// renderVariants makes the guide of the generated requests.
func renderVariants() string {
	var out strings.Builder
	fmt.Fprintf(&out, variantsIntro, answered())
	for _, class := range emulator.VariantClasses() {
		fmt.Fprintf(&out, "| %s | %s |\n", class.Name, class.What)
	}
	out.WriteString(`
Some of them have to succeed instead, since a source says so:

| exception | source |
|---|---|
`)
	for _, exception := range emulator.VariantExceptions() {
		fmt.Fprintf(&out, "| %s | %s |\n", exception.What, exception.From)
	}
	out.WriteString(`
Parameters in the path are not changed: they may be any text, and a call without one is another operation. The descriptions have no bound but the formats of numbers; the others are rules of the SDK, or come from issue reports.

| operation | generated requests |
|---|---|
`)
	for _, row := range emulator.ConformanceTable() {
		if row.Operation != "" {
			fmt.Fprintf(&out, "| %s | %d |\n", row.OperationID, row.Variants)
		}
	}
	for _, row := range emulator.ResourceVariants() {
		fmt.Fprintf(&out, "| %s | %d |\n", row.Operation, row.Variants)
	}
	return out.String()
}
