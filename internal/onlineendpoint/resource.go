// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"bytes"
	"encoding/json"
	"slices"
)

// object is a JSON object with its members in order. Members that are nil are left out.
type object []member

type member struct {
	name  string
	value any // string, int64, bool, object, []any, expression, or nil
}

// expression is a value that HCL takes from somewhere else. JSON has the value that it
// comes to; nil if only an apply knows it.
type expression struct {
	hcl  string
	json any
}

// MarshalJSON implements json.Marshaler.
func (o object) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for _, m := range o {
		value := m.value
		if e, is := value.(expression); is {
			value = e.json
		}
		if value == nil {
			continue
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		encoded, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		if out.Len() > 1 {
			out.WriteByte(',')
		}
		out.Write(name)
		out.WriteByte(':')
		out.Write(encoded)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// with returns the object with another member at its end.
func (o object) with(name string, value any) object {
	return append(slices.Clip(o), member{name, value})
}

// resource is an object of Resource Manager.
type resource struct {
	label    string // in HCL
	kind     string
	parent   expression
	parentID string
	name     string
	location string // empty: it has none
	identity bool   // system-assigned
	tags     object
	body     object // without the members above
	secrets  object // environment variables that look like secrets
	slow     bool   // Azure takes long to make it
}

const machineLearning = "Microsoft.MachineLearningServices/workspaces/"

// collections are the last segments of the parents of each type.
var collections = map[string]string{
	codes: "versions", environments: "versions", endpoints: "onlineEndpoints", deployments: "deployments",
}

const (
	codes        = machineLearning + "codes/versions"
	environments = machineLearning + "environments/versions"
	endpoints    = machineLearning + "onlineEndpoints"
	deployments  = machineLearning + "onlineEndpoints/deployments"
)

func (r *resource) id() string { return r.parentID + "/" + collections[r.kind] + "/" + r.name }

// reference is the id of the resource, for another one.
func (r *resource) reference() expression {
	return expression{"azapi_resource." + r.label + ".id", r.id()}
}

// request is the body that a PUT of the resource has.
func (r *resource) request() object {
	var request object
	if r.location != "" {
		request = request.with("location", r.location)
	}
	if r.identity {
		request = request.with("identity", object{{"type", systemAssigned}})
	}
	if len(r.tags) > 0 {
		request = request.with("tags", r.tags)
	}
	return append(request, r.body...)
}

const systemAssigned = "SystemAssigned"

// withTraffic returns the last request: the endpoint with all traffic to its deployment,
// which must exist by then.
func withTraffic(endpoint *resource) *resource {
	full := *endpoint
	full.body = nil
	for _, m := range endpoint.body {
		if properties, is := m.value.(object); is && m.name == "properties" {
			m.value = properties.with("traffic", traffic())
		}
		full.body = append(full.body, m)
	}
	return &full
}

func traffic() object { return object{{deploymentName, int64(100)}} }
