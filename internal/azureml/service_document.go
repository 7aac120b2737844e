// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// decided are the members of a service's document that the service decides, or that
// a create body must not repeat (contract §4.5). All others are sent again when a
// service is deployed over, members that this client does not know included.
var decided = []string{
	"id", "operationId", "state", "createdTime", "updatedTime", "error", "createdBy",
	"models", "modelConfigMap", "imageDigest", "scoringUri", "swaggerUri", "publicIp", "publicFqdn", "deploymentStatus",
	"keys", "overwrite",
}

// always are members that a redeployment sends whether they change or not: both auth
// flags, because their defaults differ by compute type, and what the API never returns.
var always = []string{"name", "computeType", "overwrite", "authEnabled", "aadAuthEnabled", "sslCertificate", "sslKey"}

// UnmarshalJSON reads a service, and keeps its whole document.
func (s *Service) UnmarshalJSON(encoded []byte) error {
	type plain Service
	if err := json.Unmarshal(encoded, (*plain)(s)); err != nil {
		return err
	}
	s.document = bytes.Clone(encoded)
	return nil
}

// Over returns the request as a redeployment over a live service that changes what
// differs between before and the request, and nothing else: members of the document
// that neither of both has are sent as the service has them.
//
// A member that before has and the request has not is removed: tags and description
// are sent empty, anything else is left out. Without an image in the request, the live
// one stays. A certificate and a key that come back empty are left out, since the API
// never returns them.
func (r CreateServiceRequest) Over(live *Service, before CreateServiceRequest) (CreateServiceRequest, error) {
	r.Overwrite = true
	document, err := membersOf(live.document)
	if err != nil {
		return r, err
	}
	wanted, err := membersOf(mustMarshal(r))
	if err != nil {
		return r, err
	}
	had, err := membersOf(mustMarshal(before))
	if err != nil {
		return r, err
	}
	maps.DeleteFunc(document, func(name string, value json.RawMessage) bool {
		unreturned := (name == "sslCertificate" || name == "sslKey") && string(value) == `""`
		return unreturned || slices.Contains(decided, name)
	})
	// A service has an image of the older way to deploy, or one of models and code.
	if r.Image == nil {
		delete(wanted, "environmentImageRequest")
		delete(had, "environmentImageRequest")
	} else {
		delete(document, "imageId")
	}
	emptied := map[string]json.RawMessage{"kvTags": json.RawMessage(`{}`), "description": json.RawMessage(`""`)}
	r.document = overlay(document, wanted, had, emptied)
	return r, nil
}

// MarshalJSON writes the whole document of a redeployment.
func (r CreateServiceRequest) MarshalJSON() ([]byte, error) {
	if r.document != nil {
		return json.Marshal(r.document)
	}
	type plain CreateServiceRequest
	return json.Marshal(plain(r))
}

// overlay lays wanted over a document, object by object, and removes what had has
// and wanted has not. The image, tags and properties are whole values.
func overlay(document, wanted, had, emptied map[string]json.RawMessage) map[string]json.RawMessage {
	result := maps.Clone(document)
	for name := range had {
		if _, kept := wanted[name]; kept {
			continue
		}
		delete(result, name)
		if empty, exists := emptied[name]; exists {
			result[name] = empty
		}
	}
	for name, value := range wanted {
		if bytes.Equal(value, had[name]) && !slices.Contains(always, name) {
			continue // unchanged: as the service has it, which may be another spelling or nothing
		}
		within, isObject := objectOf(result[name])
		member, also := objectOf(value)
		switch {
		case name == "properties" && isObject && also: // they can only be added
			merged := maps.Clone(within)
			maps.Copy(merged, member)
			result[name] = mustMarshal(merged)
		case !isObject || !also || name == "environmentImageRequest" || name == "kvTags":
			result[name] = value
		default:
			before, _ := objectOf(had[name])
			result[name] = mustMarshal(overlay(within, member, before, nil))
		}
	}
	return result
}

func membersOf(encoded []byte) (map[string]json.RawMessage, error) {
	members := map[string]json.RawMessage{}
	if len(encoded) == 0 {
		return members, nil
	}
	return members, json.Unmarshal(encoded, &members)
}

// objectOf returns the members of an object; false for any other value.
func objectOf(encoded json.RawMessage) (map[string]json.RawMessage, bool) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(encoded, &members); err != nil || members == nil {
		return nil, false
	}
	return members, true
}

// mustMarshal encodes values of this package, all of which can be encoded.
func mustMarshal(value any) json.RawMessage {
	encoded, err := json.Marshal(value)
	if err != nil {
		panic("azureml: a request cannot be encoded: " + err.Error())
	}
	return encoded
}
