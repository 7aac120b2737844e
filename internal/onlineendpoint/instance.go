// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"fmt"
	"strconv"
)

// Size is a virtual machine that a managed endpoint can run on.
type Size struct {
	Name      string
	VCPU, GiB float64
	GPU       int64
	Series    string // the page with these numbers, below VirtualMachines
}

// SizeList is Azure's list of the sizes of managed endpoints, where the names are from.
const SizeList = "https://learn.microsoft.com/azure/machine-learning/reference-managed-online-endpoints-vm-sku-list"

// VirtualMachines is where the pages of the series are.
const VirtualMachines = "https://learn.microsoft.com/azure/virtual-machines/"

// Sizes returns the sizes to choose from, the smallest first: by vCPU, then by memory.
// Those with GPUs follow. Standard_DS1_v2 and Standard_F2s_v2 are left out: Azure's list
// warns that containers on them end for want of memory. So are the sizes with GPUs that
// Azure has retired (NC v2, NC v3, ND v2).
func Sizes() []Size {
	const ds, das, f, e = "dv2-dsv2-series", "dav4-dasv4-series", "fsv2-series", "ev3-esv3-series"
	const t4, a100, nd, ndm = "nct4-v3-series", "nc-a100-v4-series", "nda100-v4-series", "ndm-a100-v4-series"
	return []Size{
		{"Standard_DS2_v2", 2, 7, 0, ds},
		{"Standard_D2as_v4", 2, 8, 0, das},
		{"Standard_E2s_v3", 2, 16, 0, e},
		{"Standard_F4s_v2", 4, 8, 0, f},
		{"Standard_DS3_v2", 4, 14, 0, ds},
		{"Standard_D4as_v4", 4, 16, 0, das},
		{"Standard_E4s_v3", 4, 32, 0, e},
		{"Standard_F8s_v2", 8, 16, 0, f},
		{"Standard_DS4_v2", 8, 28, 0, ds},
		{"Standard_D8as_v4", 8, 32, 0, das},
		{"Standard_E8s_v3", 8, 64, 0, e},
		{"Standard_F16s_v2", 16, 32, 0, f},
		{"Standard_DS5_v2", 16, 56, 0, ds},
		{"Standard_D16as_v4", 16, 64, 0, das},
		{"Standard_E16s_v3", 16, 128, 0, e},
		{"Standard_F32s_v2", 32, 64, 0, f},
		{"Standard_D32as_v4", 32, 128, 0, das},
		{"Standard_E32s_v3", 32, 256, 0, e},
		{"Standard_F48s_v2", 48, 96, 0, f},
		{"Standard_D48as_v4", 48, 192, 0, das},
		{"Standard_E48s_v3", 48, 384, 0, e},
		{"Standard_F64s_v2", 64, 128, 0, f},
		{"Standard_D64as_v4", 64, 256, 0, das},
		{"Standard_E64s_v3", 64, 432, 0, e},
		{"Standard_F72s_v2", 72, 144, 0, f},
		{"Standard_D96as_v4", 96, 384, 0, das},
		{"Standard_NC4as_T4_v3", 4, 28, 1, t4},
		{"Standard_NC8as_T4_v3", 8, 56, 1, t4},
		{"Standard_NC16as_T4_v3", 16, 110, 1, t4},
		{"Standard_NC24ads_A100_v4", 24, 220, 1, a100},
		{"Standard_NC48ads_A100_v4", 48, 440, 2, a100},
		{"Standard_NC64as_T4_v3", 64, 440, 4, t4},
		{"Standard_NC96ads_A100_v4", 96, 880, 4, a100},
		{"Standard_ND96asr_v4", 96, 900, 8, nd},
		{"Standard_ND96amsr_A100_v4", 96, 1900, 8, ndm},
	}
}

// chooseInstance picks the smallest size with the CPU and memory that one replica may
// use, and its GPUs. A size without GPUs is never replaced by one with them.
func (m *mapper) chooseInstance() {
	cpu, memory, gpu := m.limits()
	need := fmt.Sprintf("%s vCPU and %s GiB", number(cpu), number(memory))
	if gpu > 0 {
		need += fmt.Sprintf(" and %d GPU", gpu)
	}
	for _, size := range Sizes() {
		if size.VCPU < cpu || size.GiB < memory || size.GPU < gpu || gpu == 0 && size.GPU > 0 {
			continue
		}
		has := fmt.Sprintf("%s vCPU, %s GiB", number(size.VCPU), number(size.GiB))
		if size.GPU > 0 {
			has += fmt.Sprintf(", %d GPU", size.GPU)
		}
		m.result.InstanceType = size.Name
		m.result.Reason = fmt.Sprintf("%s (%s) is the smallest size with the %s that one replica may use. Azure lists the sizes of managed endpoints at %s.", size.Name, has, need, SizeList)
		return
	}
	m.result.Reason = fmt.Sprintf("No size of the table has the %s that one replica may use.", need)
	m.block(InstanceType, m.result.Reason, "Choose a size from "+SizeList+" and write it as instanceType, or lower the limits of the service.")
}

// limits are what one replica may use: vCPUs, GiB and GPUs, with the defaults of v1
// (contract §4.2). A limit below the request counts as the request.
func (m *mapper) limits() (cpu, memory float64, gpu int64) {
	r := m.Service.Resources
	cpu, memory = positive(r.CPU, 0.1), positive(r.MemoryGB, 0.5)
	cpu, memory = max(cpu, positive(r.CPULimit, 0)), max(memory, positive(r.MemoryGBLimit, 0))
	return cpu, memory, positive(r.GPU, 0)
}

// positive is the value of a setting, or its default if it is not set or makes no sense.
func positive[T int64 | float64](value *T, otherwise T) T {
	if value == nil || *value <= 0 {
		return otherwise
	}
	return *value
}

func number(value float64) string { return strconv.FormatFloat(value, 'f', -1, 64) }
