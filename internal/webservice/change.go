// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// change says what an apply does when an attribute changes.
type change string

const (
	// absent: the compute type does not have the attribute.
	absent change = ""
	// computed: the service decides the value.
	computed change = "computed"
	// inPlace: one JSON Patch changes it.
	inPlace change = "in place"
	// overwrites: the API cannot patch it, but a create with overwrite can.
	overwrites change = "overwrite"
	// replaces: nothing but a new service can change it.
	replaces change = "replacement"
	// local: it is never sent to the service.
	local change = "local"
)

type changeRow struct {
	attribute string
	aci, aks  change
}

// changeTable is the one place that says how an attribute changes: plan
// modifiers, the choice between patch and overwrite, descriptions and the
// documentation's table all come from it.
var changeTable = []changeRow{
	{"id", computed, computed},
	{"workspace_id", replaces, replaces},
	{"name", replaces, replaces},
	{"description", inPlace, inPlace},
	{"tags", inPlace, inPlace},
	{"properties", inPlace, inPlace},
	{"model_ids", inPlace, inPlace},
	{"inference_config", inPlace, inPlace},
	{"auth_enabled", inPlace, inPlace},
	{"token_auth_enabled", local, inPlace},
	{"cpu_cores", overwrites, inPlace},
	{"memory_gb", overwrites, inPlace},
	{"enable_app_insights", inPlace, inPlace},
	{"collect_model_data", overwrites, inPlace},
	{"location", replaces, absent},
	{"dns_name_label", replaces, absent},
	{"ssl", inPlace, absent},
	{"vnet", replaces, absent},
	{"cmk", replaces, absent},
	{"compute_name", absent, replaces},
	{"namespace", absent, inPlace},
	{"num_replicas", absent, inPlace},
	{"autoscale", absent, inPlace},
	{"cpu_cores_limit", absent, inPlace},
	{"memory_gb_limit", absent, inPlace},
	{"gpu_cores", absent, inPlace},
	{"scoring_timeout_ms", absent, inPlace},
	{"replica_max_concurrent_requests", absent, inPlace},
	{"max_request_wait_time", absent, inPlace},
	{"liveness_probe", absent, inPlace},
	{"test_request", local, local},
	{"timeouts", local, local},
	{"state", computed, computed},
	{"scoring_uri", computed, computed},
	{"swagger_uri", computed, computed},
	{"fqdn", computed, absent},
	{"ip_address", computed, absent},
	{"created_at", computed, computed},
	{"updated_at", computed, computed},
}

// changeOf returns how an attribute changes. A nested attribute
// ("ssl.cname") changes as its root does.
func changeOf(compute azureml.ComputeType, attribute string) change {
	root, _, _ := strings.Cut(attribute, ".")
	for _, r := range changeTable {
		if r.attribute != root {
			continue
		}
		if compute == azureml.ComputeACI {
			return r.aci
		}
		return r.aks
	}
	return absent
}

// describe completes the description of an attribute with what a change of it does.
func describe(compute azureml.ComputeType, attribute, text string) string {
	switch changeOf(compute, attribute) {
	case inPlace:
		return text + " Changes in place."
	case overwrites:
		return text + " Changes in place, by overwrite: deploying over the running service may change its address, and keeps its keys."
	case replaces:
		return text + " A change replaces the service."
	default:
		return text
	}
}
