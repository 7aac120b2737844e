// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command v2blockers writes the guides that list what stands in the way of v2, which
// service has what, and the sizes of managed endpoints. It maps the services of the
// tests of package onlineendpoint. Run it from the root of the repository.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/cmd/guide"
	"github.com/mlws/terraform-provider-mlws/internal/onlineendpoint"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

const shapes = "internal/onlineendpoint/testdata/shapes/*.json"

var pages = []guide.Page{
	{
		Command: "v2blockers", Files: []string{"templates/guides/v2-blockers.md"},
		Render: func(root string) (string, error) { return render(filepath.Join(root, shapes)) },
	},
	{
		Command: "v2blockers", Files: []string{"templates/guides/v2-sizes.md"},
		Render: func(string) (string, error) { return renderSizes(), nil },
	},
}

func main() {
	for _, page := range pages {
		page.Write()
	}
}

const intro = `---
page_title: "What stands in the way of v2"
description: |-
  The codes of blockers and warnings of data.mlws_service_v2_configuration, and which service has which.
---

# What stands in the way of v2

This page tells you what each code of ` + "`data.mlws_service_v2_configuration`" + ` means. It is generated from the mapping itself. The steps of the move are in [Migrating off v1](migrating-off-v1.md), the instance types in [Sizes of managed endpoints](v2-sizes.md).

A **blocker** needs a decision of yours: v2 refuses the endpoint, or behaves otherwise. A **warning** says what differs, or what is still to be done. Each comes with what to do.

| code | kind | what it is |
|---|---|---|
`

const services = `
## Which service has what

Each row is a service as the Python SDK or this provider deploys it. The name says what is special about it. Services on AKS are mapped twice: to a Kubernetes endpoint without ` + "`compute_id`" + `, and to a managed one.

| service | target | blockers | warnings | instance type |
|---|---|---|---|---|
`

const sizes = `---
page_title: "Sizes of managed endpoints"
description: |-
  Which virtual machine data.mlws_service_v2_configuration takes for a managed endpoint of v2.
---

# Sizes of managed endpoints

This page tells you which virtual machine ` + "`data.mlws_service_v2_configuration`" + ` takes for a managed endpoint. It is generated from the list that the mapping uses. The mapping takes the first row that has the CPU, memory and GPUs that one replica may use: its limits, or its requests if it has none. The names are from [Azure's list](` + onlineendpoint.SizeList + `).
` + "`Standard_DS1_v2` and `Standard_F2s_v2`" + ` are left out, because that list warns of them, and so are sizes with GPUs that Azure has retired. Change ` + "`instanceType`" + ` in the configuration to take another one.

| size | vCPU | GiB | GPU | source |
|---|---|---|---|---|
`

// render makes the guide from the services in these files.
func render(files string) (string, error) {
	var out strings.Builder
	out.WriteString(intro)
	for _, kind := range onlineendpoint.Kinds() {
		name := "warning"
		if kind.Blocker {
			name = "blocker"
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s |\n", kind.Code, name, kind.Meaning)
	}
	out.WriteString(services)
	documents, err := filepath.Glob(files)
	if err != nil || len(documents) == 0 {
		return "", fmt.Errorf("no services in %s: %w", files, err)
	}
	for _, file := range documents {
		if err := renderService(&out, file); err != nil {
			return "", fmt.Errorf("%s: %w", file, err)
		}
	}
	return out.String(), nil
}

// renderSizes makes the guide of instance types.
func renderSizes() string {
	var out strings.Builder
	out.WriteString(sizes)
	for _, size := range onlineendpoint.Sizes() {
		gpu := "–"
		if size.GPU > 0 {
			gpu = strconv.FormatInt(size.GPU, 10)
		}
		fmt.Fprintf(&out, "| `%s` | %v | %v | %s | [%s](%s%s) |\n", size.Name, size.VCPU, size.GiB, gpu, size.Series, onlineendpoint.VirtualMachines, size.Series)
	}
	return out.String()
}

func renderService(out *strings.Builder, file string) error {
	encoded, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var service azureml.Service
	if err := json.Unmarshal(encoded, &service); err != nil {
		return err
	}
	source := onlineendpoint.Source{Service: &service, Workspace: resourceid.Workspace{SubscriptionID: "s", ResourceGroup: "g", Name: "w"}, Location: "westeurope"}
	targets := []onlineendpoint.Target{""}
	if service.ComputeType == azureml.ComputeAKS {
		targets = append(targets, onlineendpoint.Managed)
	}
	for _, target := range targets {
		source.Target = target
		mapping := onlineendpoint.Map(source)
		to := string(mapping.Target)
		if mapping.JSON == "" {
			to = "none"
		}
		fmt.Fprintf(out, "| `%s` | %s | %s | %s | %s |\n", service.Name, to, codes(mapping.Blockers), codes(mapping.Warnings), strings.TrimPrefix(mapping.InstanceType, "Standard_"))
	}
	return nil
}

// codes lists the codes of findings, sorted.
func codes(findings []onlineendpoint.Finding) string {
	var found []string
	for _, f := range findings {
		found = append(found, "`"+string(f.Code)+"`")
	}
	slices.Sort(found)
	return strings.Join(found, " ")
}
