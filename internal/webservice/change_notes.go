// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import "strings"

// Change is one row of the table of attributes, for the documentation.
type Change struct {
	// Attribute is the name of a root attribute, or the path of a nested one.
	Attribute string
	// ACI and AKS say how the attribute changes on that compute type: "in place",
	// "overwrite", "replacement", "local", or "" where it does not exist.
	ACI, AKS string
	// Note is what the words above cannot say; it may be empty.
	Note string
}

// Changes returns how every attribute that can be configured changes, in the
// order of the documentation. It is the table that the plan modifiers and the
// choice between patch and overwrite work from; a nested attribute is in it only
// where it differs from its root.
func Changes() []Change {
	var rows []Change
	for _, r := range changeTable {
		if r.aci == computed || r.aks == computed {
			continue
		}
		root := Change{Attribute: r.attribute, ACI: string(r.aci), AKS: string(r.aks), Note: changeNotes[r.attribute]}
		rows = append(rows, root)
		for _, nested := range nestedChanges {
			if strings.HasPrefix(nested.attribute, r.attribute+".") {
				rows = append(rows, Change{Attribute: nested.attribute, ACI: string(nested.aci), AKS: string(nested.aks), Note: changeNotes[nested.attribute]})
			}
		}
	}
	return rows
}

// nestedChanges are the nested attributes of which there is more to say than of
// their root.
var nestedChanges = []changeRow{
	{"inference_config.source_directory", local, local},
	{"inference_config.code_hash", inPlace, inPlace},
	{"inference_config.environment.base_image_registry.password_wo", inPlace, inPlace},
	{"inference_config.environment.conda_dependencies", inPlace, inPlace},
	{"inference_config.environment.version", inPlace, inPlace},
	{"ssl.cert_pem", inPlace, absent},
	{"ssl.key_pem_wo", inPlace, absent},
}

// changeNotes say how a part of an attribute differs from the whole, and what
// comes along with a change.
var changeNotes = map[string]string{
	"workspace_id":       "Another case of the same id is not a change. Where the provider's workspace stands for it, another workspace there replaces the service too.",
	"tags":               "The whole map is sent; tags that others added are removed.",
	"properties":         "A new name is added in place. A **changed value replaces** the service, and a removed name is only no longer tracked: the API can neither change nor remove a property.",
	"model_ids":          "Sent together with `inference_config`, as one image that the service builds and deploys.",
	"inference_config":   "Sent together with `model_ids`, as one image that the service builds and deploys.",
	"auth_enabled":       "On AKS both flags of the auth mode go into the same patch. Keys stay as they are.",
	"token_auth_enabled": "On AKS both flags of the auth mode go into the same patch. On ACI only `false` is accepted, and nothing is sent.",
	"cpu_cores":          "Deploying over an ACI service may change its address. Its keys are read before and put back where that changed them.",
	"memory_gb":          "As `cpu_cores`.",
	"collect_model_data": "As `cpu_cores`.",
	"location":           "Only where it is configured. Another spelling of the same region is not a change.",
	"dns_name_label":     "Only where it is configured.",
	"ssl":                "The address may change. Leaving it out turns TLS off.",
	"namespace":          "Only where it is configured. The address may change.",
	"num_replicas":       "Setting it turns the autoscaler off, leaving it out turns it on, in the same patch.",
	"autoscale":          "The switch goes along with every member; turning it off sends `num_replicas` too.",
	"cpu_cores_limit":    "Leaving it out removes the limit.",
	"memory_gb_limit":    "Leaving it out removes the limit.",
	"test_request":       "Another request is sent to the scoring endpoint; nothing is deployed.",

	"inference_config.source_directory":                            "Where the folder lies is not a change; its name in the image (`source_directory_name`) and what is in it (`code_hash`) are.",
	"inference_config.code_hash":                                   "Computed from the files on this machine: a changed file changes it, and the code is uploaded and deployed again.",
	"inference_config.environment.version":                         "Without one the latest is taken when the service is deployed, and later plans stay with it.",
	"inference_config.environment.base_image_registry.password_wo": "Write-only: sent when `password_wo_version` changes, and with every other change of the image.",
	"inference_config.environment.conda_dependencies":              "Another spelling of the same YAML is not a change.",
	"ssl.cert_pem":   "The certificate and its key are always sent together.",
	"ssl.key_pem_wo": "Write-only: sent when `key_pem_wo_version` changes, and with the certificate.",
}
