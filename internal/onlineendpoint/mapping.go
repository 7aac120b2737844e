// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package onlineendpoint maps a v1 web service to the v2 online endpoint and the
// deployment that replace it (contract §19): the bodies of Azure Resource Manager, the
// same as resources of the azapi provider, and what stands in the way. It is pure: the
// answer depends on the arguments alone, and no secret is in it.
package onlineendpoint

import (
	"bytes"
	"cmp"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// APIVersion is the version of the Resource Manager API that the bodies are for.
const APIVersion = "2026-05-01"

// Target is what a deployment runs on.
type Target string

// Managed is a virtual machine of Azure's, Kubernetes a cluster of one's own.
const (
	Managed    Target = "Managed"
	Kubernetes Target = "Kubernetes"
)

// Source is a v1 service, and what its document does not say. Only Service, Workspace
// and Location are required.
type Source struct {
	Service   *azureml.Service
	Workspace resourceid.Workspace
	Location  string // of the workspace, as Azure spells it
	// Target overrides the choice by compute type: Kubernetes for AKS, else Managed.
	Target Target
	// EndpointName is the name of the endpoint. Default: that of the service with -v2.
	EndpointName string
	// ComputeID is the Kubernetes compute of a Kubernetes endpoint.
	ComputeID string
	// CodeURI is where the unpacked code is. Default: a variable in HCL, none in JSON.
	CodeURI string
	// KeepKeys leaves the keys of the endpoint as they are. Default: it gets those of v1.
	KeepKeys bool
	// ContentInfo is the address of the artifact API's contentinfo, for the command that
	// prints where the code of v1 is. Empty: no command.
	ContentInfo string
}

// Mapping is what a service becomes. HCL and JSON are empty if a blocker leaves nothing
// to write.
type Mapping struct {
	Target       Target
	InstanceType string // empty on Kubernetes, and if no size fits
	Reason       string // why this instance type
	Blockers     []Finding
	Warnings     []Finding
	HCL, JSON    string
}

// deploymentName is the name of the one deployment of a new endpoint.
const deploymentName = "blue"

// mapper builds the mapping of one service.
type mapper struct {
	Source
	result    Mapping
	endpoint  string // its name
	label     string // the start of all names in HCL
	variables []variable
	notes     []string // comments above the code
}

// variable is an input variable of the HCL.
type variable struct {
	name, description string
	sensitive         bool
}

var noLabel = regexp.MustCompile(`[^A-Za-z0-9_]+`)

// Map returns what a service becomes. It never fails: what cannot be mapped is a
// blocker.
func Map(source Source) Mapping {
	m := &mapper{Source: source}
	m.Location = strings.ToLower(strings.ReplaceAll(source.Location, " ", "")) // Azure may return the display name
	m.label = strings.ToLower(strings.Trim(noLabel.ReplaceAllString(m.Service.Name, "_"), "_"))
	if m.label == "" || m.label[0] >= '0' && m.label[0] <= '9' {
		m.label = "service_" + m.label
	}
	m.chooseTarget()
	m.chooseName()
	if !m.supported() {
		return m.result
	}
	var resources []*resource
	model, code, environment := m.model(), m.code(), m.environment()
	if environment.registered != nil {
		resources = append(resources, environment.registered)
	}
	if code != nil {
		resources = append(resources, code)
	}
	endpoint := m.endpointResource()
	resources = append(resources, endpoint, m.deploymentResource(endpoint, model, code, environment))
	m.result.JSON = bodies(append(resources, withTraffic(endpoint)))
	m.result.HCL = m.configuration(resources, endpoint)
	return m.result
}

func (m *mapper) chooseTarget() {
	m.result.Target = m.Target
	if m.Target == "" {
		m.result.Target = Managed
		if m.Service.ComputeType == azureml.ComputeAKS {
			m.result.Target = Kubernetes
		}
	}
}

// supported reports whether there is anything to map to.
func (m *mapper) supported() bool {
	switch m.Service.ComputeType {
	case azureml.ComputeACI, azureml.ComputeAKS:
		return true
	case "AKSENDPOINT":
		m.block(AKSEndpoint, "AksEndpoint never left preview, and has several versions behind one address. They cannot be told apart in one mapping.",
			"Write one deployment for each version by hand, and give each its share of the endpoint's traffic.")
	default:
		m.block(UnsupportedCompute, "The service runs on "+quoted(string(m.Service.ComputeType))+", and v2 has no endpoint for that.",
			"Deploy the model to an online endpoint by hand.")
	}
	return false
}

// NamePattern matches the names that endpoints and deployments can have, and NameRule
// says the same in words.
const (
	NamePattern = `^[a-zA-Z][-a-zA-Z0-9]{1,30}[a-zA-Z0-9]$`
	NameRule    = "The name of an endpoint has 3 to 32 letters, digits and dashes, a letter first, and no dash at the end."
)

var validName = regexp.MustCompile(NamePattern)

const (
	suffix  = "-v2"
	maxName = 32
)

func (m *mapper) chooseName() {
	m.endpoint = cmp.Or(m.EndpointName, m.Service.Name+suffix)
	if m.EndpointName == "" && len(m.endpoint) > maxName {
		m.endpoint = strings.TrimRight(m.Service.Name[:maxName-len(suffix)], "-") + suffix
		m.warn(Name, "The endpoint would be called "+quoted(m.Service.Name+suffix)+", and a name has at most 32 characters. It is shortened to "+quoted(m.endpoint)+".",
			"Set endpoint_name to choose another one.")
	}
	if !validName.MatchString(m.endpoint) {
		m.block(Name, "The endpoint cannot be called "+quoted(m.endpoint)+". "+NameRule, "Set endpoint_name.")
		m.endpoint = "endpoint" + suffix
	}
}

// bodies is the JSON of all requests, in the order in which they are sent.
func bodies(resources []*resource) string {
	var list []any
	for _, r := range resources {
		list = append(list, object{{"id", r.id()}, {"type", r.kind}, {"apiVersion", APIVersion}, {"body", r.request()}})
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(list); err != nil {
		panic("onlineendpoint: a body cannot be encoded: " + err.Error()) // texts, numbers and objects only
	}
	return out.String()
}
