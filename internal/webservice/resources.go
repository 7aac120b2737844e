// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// resourceFields are the resources of one replica. The API cannot patch them on ACI.
type resourceFields struct {
	CollectModelData types.Bool
	CPUCores         types.Float64
	CPUCoresLimit    types.Float64
	MemoryGB         types.Float64
	MemoryGBLimit    types.Float64
	GPUCores         types.Int64
}

// The defaults of what one replica requests (azureml-core 1.51).
const (
	defaultCPUCores = 0.1
	defaultMemoryGB = 0.5
)

func resourceAttributes() []attribute {
	return []attribute{
		boolean(booleanRow{
			name: "collect_model_data", aci: overwrites, aks: inPlace, path: "/dataCollection/storageEnabled", fallback: new(false),
			note:  "As `cpu_cores`.",
			kept:  true, // a reply may leave it out, on ACI even if it was asked for
			field: func(d *deployment) *types.Bool { return &d.CollectModelData },
			wire:  func(s *azureml.ServiceSpec) **bool { return &s.DataCollection.StorageEnabled },
			text:  "Whether the inputs and outputs of the models are stored in the workspace's storage account.",
			read:  "Whether the inputs and outputs of the models are stored.",
		}),
		number(numberRow{
			name: "cpu_cores", aci: overwrites, aks: inPlace, path: "/containerResourceRequirements/cpu", fallback: new(defaultCPUCores),
			note:   "Deploying over an ACI service may change its address. Its keys are read before and put back if that changed them.",
			field:  func(d *deployment) *types.Float64 { return &d.CPUCores },
			wire:   func(s *azureml.ServiceSpec) **float64 { return &s.Resources.CPU },
			text:   "CPU cores that each replica requests, more than `0`; may be a fraction.",
			read:   "CPU cores that each replica requests.",
			number: validators.Positive("The number of CPU cores"),
		}),
		number(numberRow{
			name: "cpu_cores_limit", aks: inPlace, path: "/containerResourceRequirements/cpuLimit", zeroIsNone: true,
			note:   "Leaving it out removes the limit.",
			field:  func(d *deployment) *types.Float64 { return &d.CPUCoresLimit },
			wire:   func(s *azureml.ServiceSpec) **float64 { return &s.Resources.CPULimit },
			text:   "The most CPU cores a replica may use; at least `cpu_cores`. Without it there is no limit.",
			read:   "The most CPU cores a replica of an AKS service may use; null for no limit.",
			number: validators.Positive("The limit of CPU cores"),
		}),
		number(numberRow{
			name: "memory_gb", aci: overwrites, aks: inPlace, path: "/containerResourceRequirements/memoryInGB", fallback: new(defaultMemoryGB),
			note:   "As `cpu_cores`.",
			field:  func(d *deployment) *types.Float64 { return &d.MemoryGB },
			wire:   func(s *azureml.ServiceSpec) **float64 { return &s.Resources.MemoryGB },
			text:   "Memory that each replica requests, in gigabytes, more than `0`; may be a fraction.",
			read:   "Memory that each replica requests, in gigabytes.",
			number: validators.Positive("The memory in gigabytes"),
		}),
		number(numberRow{
			name: "memory_gb_limit", aks: inPlace, path: "/containerResourceRequirements/memoryInGBLimit", zeroIsNone: true,
			note:   "Leaving it out removes the limit.",
			field:  func(d *deployment) *types.Float64 { return &d.MemoryGBLimit },
			wire:   func(s *azureml.ServiceSpec) **float64 { return &s.Resources.MemoryGBLimit },
			text:   "The most memory a replica may use, in gigabytes; at least `memory_gb`. Without it there is no limit.",
			read:   "The most memory a replica of an AKS service may use, in gigabytes; null for no limit.",
			number: validators.Positive("The limit of memory"),
		}),
		integer(integerRow{
			name: "gpu_cores", aks: inPlace, path: "/containerResourceRequirements/gpu", fallback: new(int64(0)),
			field:  func(d *deployment) *types.Int64 { return &d.GPUCores },
			wire:   func(s *azureml.ServiceSpec) **int64 { return &s.Resources.GPU },
			text:   "GPUs that each replica requests, a whole number.",
			read:   "GPUs that each replica of an AKS service requests.",
			number: validators.AtLeast(0, "The number of GPUs"),
		}),
	}
}

// checkLimits applies the rule that a limit is at least the request.
func checkLimits(config deployment, diags *diag.Diagnostics) {
	compare := func(requestName string, request types.Float64, fallback float64, limitName string, limit types.Float64) {
		if !values.IsSet(limit) || request.IsUnknown() {
			return
		}
		requested := fallback
		if !request.IsNull() {
			requested = request.ValueFloat64()
		}
		if limit.ValueFloat64() < requested {
			diags.AddAttributeError(path.Root(limitName), "The limit is below the request",
				fmt.Sprintf("%s (%g) must be greater than or equal to %s (%g; default %g). Raise %s or lower %s.",
					limitName, limit.ValueFloat64(), requestName, requested, fallback, limitName, requestName))
		}
	}
	compare("cpu_cores", config.CPUCores, defaultCPUCores, "cpu_cores_limit", config.CPUCoresLimit)
	compare("memory_gb", config.MemoryGB, defaultMemoryGB, "memory_gb_limit", config.MemoryGBLimit)
}
