// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package services

import (
	"cmp"
	"fmt"
	"maps"
	"strings"

	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/registry"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Create creates, or with overwrite updates. The service can be read as
// soon as the 202 is out: the SDK does so at once.
func (l *Layer) Create(c *api.Call) (*api.Reply, error) {
	body, err := c.Object(serviceFields)
	if err != nil {
		return nil, err
	}
	next, err := draftService(l.State(), c.Workspace, body)
	if err != nil {
		return nil, err
	}
	existing := c.Workspace.Services[next.Name]
	if existing == nil {
		now := l.Now()
		next.Created, next.Updated = now, now
		next.Doc["createdBy"] = l.Author(c.Principal)
		setAddress(next)
		c.Workspace.Services[next.Name] = next
		return l.accepted(l.begin(next, true, state.Effect{})), nil
	}
	if isForeign(existing) && body["overwrite"] == true {
		return nil, unsupported(existing)
	}
	if body["overwrite"] != true {
		return nil, api.Conflict("ServiceExists", "Service with name %s already exists in workspace %s.", next.Name, c.Workspace.Name)
	}
	if existing.Kind != next.Kind {
		return nil, api.Invalid("ComputeTypeMismatch", "computeType", "Service %s is of compute type %s and cannot be overwritten with %s.", next.Name, existing.Kind, next.Kind)
	}
	if err := refuseBusy(existing); err != nil {
		return nil, err
	}
	l.overwriteService(existing, c, next)
	return l.accepted(l.begin(existing, true, state.Effect{})), nil
}

// draftService checks a request and makes a service of it, without storing it.
func draftService(s *state.State, w *state.Workspace, body map[string]any) (*state.Service, error) {
	kind, _ := body["computeType"].(string)
	described := aksFields
	switch kind {
	case "AKS":
	case "ACI":
		described = aciFields
	case "AKSENDPOINT", "AMLCOMPUTE", "IOT", "MIR", "UNKNOWN":
		return nil, api.NotImplemented("The emulator does not implement services of compute type %s.", kind)
	default:
		// Without a compute type nobody can say which other fields are right.
		only := api.Fields{"computeType": commonFields["computeType"]}
		given := map[string]any{}
		if value, present := body["computeType"]; present {
			given["computeType"] = value
		}
		return nil, api.BadRequest(only.Check(given, "")...)
	}
	if found := described.Check(body, ""); len(found) > 0 {
		return nil, api.BadRequest(found...)
	}
	svc := &state.Service{Workspace: w, Name: body["name"].(string), Kind: kind, Instance: uuid.NewString()}
	if !ValidName(svc.Name) {
		return nil, api.Invalid("InvalidServiceName", "name", "The service name is invalid. It must only consist of lowercase letters, numbers, or dashes, "+
			"start with a letter, end with a letter or number, and be between 3 and 32 characters long.")
	}
	if err := fillIn(s, svc, body); err != nil {
		return nil, err
	}
	if err := imageRules(w, svc.Doc); err != nil {
		return nil, err
	}
	if err := serviceRules(svc, svc.Doc); err != nil {
		return nil, err
	}
	hideSecrets(svc, body)
	return svc, nil
}

// fillIn makes the document of a service from a request, with defaults.
func fillIn(s *state.State, svc *state.Service, body map[string]any) error {
	if svc.Kind == "ACI" {
		svc.Doc = api.WithDefaults(body, aciDefaults(normalizeRegion(svc.Workspace.Location)))
		svc.Doc["location"] = normalizeRegion(state.Region(svc.Doc))
		svc.DNSLabel, _ = body["dnsNameLabel"].(string)
		if svc.DNSLabel != "" && !dnsLabelPattern.MatchString(svc.DNSLabel) {
			return api.Invalid("InvalidDnsNameLabel", "dnsNameLabel", "The DNS name label '%s' is invalid.", svc.DNSLabel)
		}
		if labelTaken(s, svc) {
			return api.Invalid("DnsNameLabelInUse", "dnsNameLabel", "The DNS name label '%s' is already in use in %s.", svc.DNSLabel, state.Region(svc.Doc))
		}
		svc.HasCertificate, svc.HasTLSKey = !blank(body, "sslCertificate"), !blank(body, "sslKey")
		return nil
	}
	svc.Doc = api.WithDefaults(body, aksDefaults(svc.Workspace))
	if _, given := body["authEnabled"]; !given && body["aadAuthEnabled"] == true {
		// The articles deploy with token auth alone, and the SDK then leaves authEnabled out.
		svc.Doc["authEnabled"] = false
	}
	if err := checkCompute(svc.Workspace, svc.Doc); err != nil {
		return err
	}
	scaler, _ := body["autoScaler"].(map[string]any)
	_, fixed := body["numReplicas"]
	if enabled, given := scaler["autoscaleEnabled"]; enabled == true || !given && !fixed {
		svc.Doc["autoScaler"] = api.WithDefaults(scaler, autoScalerDefaults())
	} else {
		svc.Doc["autoScaler"] = api.WithDefaults(scaler, autoScalerOff())
	}
	return nil
}

// checkCompute refuses a service without a usable cluster. The SDK does not
// check for a missing deployment target and sends null.
func checkCompute(w *state.Workspace, doc map[string]any) error {
	name, _ := doc["computeName"].(string)
	if name == "" {
		return api.Invalid("MissingField", "computeName", "Must have a deployment target for an AKS web service.")
	}
	found := w.Compute(name)
	if found == nil || found.Kind != "AKS" {
		return api.Invalid("ComputeResourceNotCreated", "computeName", "The AKS compute %s was not found in workspace %s.", name, w.Name)
	}
	if found.State != state.Succeeded {
		return api.Invalid("ComputeResourceNotCreated", "computeName", "The compute %s is in provisioning state %s; it must be Succeeded.", name, found.State)
	}
	return nil
}

func labelTaken(s *state.State, svc *state.Service) bool {
	taken := false
	s.Each(func(other *state.Service) {
		sameService := other.Workspace == svc.Workspace && other.Name == svc.Name
		taken = taken || !sameService && svc.DNSLabel != "" && other.Kind == "ACI" &&
			strings.EqualFold(other.Label, svc.DNSLabel) && state.Region(other.Doc) == state.Region(svc.Doc)
	})
	return taken
}

// hideSecrets moves what is never returned out of the document, and adds what
// the service adds to properties by itself.
func hideSecrets(svc *state.Service, body map[string]any) {
	keys, _ := body["keys"].(map[string]any)
	svc.Primary, _ = keys["primaryKey"].(string)
	svc.Secondary, _ = keys["secondaryKey"].(string)
	ensureKeys(svc)
	for _, name := range []string{"keys", "overwrite", "dnsNameLabel", "deployedApiOptions", "storageInitEnabled"} {
		delete(svc.Doc, name)
	}
	if svc.Kind == "ACI" {
		svc.Doc["sslCertificate"], svc.Doc["sslKey"] = "", ""
	}
	if request, given := svc.Doc["environmentImageRequest"].(map[string]any); given {
		svc.Doc["environmentImageRequest"] = registry.WithoutRegistryPassword(request)
	}
	properties := maps.Clone(svc.Doc["properties"].(map[string]any))
	properties["hasInferenceSchema"] = "False"
	properties["hasHttps"] = "False"
	if svc.Doc["sslEnabled"] == true {
		properties["hasHttps"] = "True"
	}
	svc.Doc["properties"] = properties
	svc.Doc["id"], svc.Doc["name"], svc.Doc["computeType"] = svc.Name, svc.Name, svc.Kind
}

// ensureKeys: enabling key auth creates the keys that were not given.
func ensureKeys(svc *state.Service) {
	if svc.Doc["authEnabled"] != true {
		return
	}
	svc.SetKeys(cmp.Or(svc.Primary, newKey()), cmp.Or(svc.Secondary, newKey()), svc.Updated)
}

// setAddress gives an ACI service its name in the region's DNS and its IP.
func setAddress(svc *state.Service) {
	if svc.Kind != "ACI" {
		return
	}
	unique := state.Fingerprint(svc.ID() + svc.Instance)
	svc.Label = cmp.Or(svc.DNSLabel, svc.Name+"-"+unique)
	showAddress(svc, unique)
}

func showAddress(svc *state.Service, unique string) {
	svc.Doc["publicFqdn"] = strings.ToLower(svc.Label) + "." + state.Region(svc.Doc) + ".azurecontainer.io"
	svc.Doc["publicIp"] = fmt.Sprintf("20.%d.%d.%d", int(unique[0]), int(unique[1])+int(unique[2]), int(unique[3]))
}

// overwriteService takes over what a new request says. Keys stay (the ones in the
// request are ignored, as users of the service have found), properties are only
// ever added, and an address stays unless the request names another label.
func (l *Layer) overwriteService(svc *state.Service, c *api.Call, next *state.Service) {
	properties := maps.Clone(svc.Doc["properties"].(map[string]any))
	for key, value := range next.Doc["properties"].(map[string]any) {
		if _, there := properties[key]; !there || key == "hasHttps" {
			properties[key] = value
		}
	}
	fqdn, ip := svc.Doc["publicFqdn"], svc.Doc["publicIp"]
	regionMoved := svc.Kind == "ACI" && state.Region(svc.Doc) != state.Region(next.Doc)
	author := svc.Doc["createdBy"]
	svc.Doc, svc.Updated = next.Doc, l.Now()
	svc.Doc["properties"], svc.Doc["createdBy"] = properties, author
	svc.HasCertificate, svc.HasTLSKey = next.HasCertificate, next.HasTLSKey
	if svc.Kind == "ACI" {
		svc.Doc["publicFqdn"], svc.Doc["publicIp"] = fqdn, ip
		newLabel := next.DNSLabel != "" && !strings.EqualFold(next.DNSLabel, svc.Label)
		moved := next.DNSLabel == "" && svc.DNSLabel == "" && l.Behavior().OverwriteChangesAddress
		if newLabel || moved || regionMoved {
			svc.DNSLabel = cmp.Or(next.DNSLabel, svc.DNSLabel)
			unique := state.Fingerprint(svc.ID() + next.Instance)
			svc.Label = cmp.Or(svc.DNSLabel, svc.Name+"-"+unique)
			showAddress(svc, unique)
		}
	}
	if l.Behavior().OverwriteChangesKeys || c.Fault == api.FaultOverwriteChangesKeys {
		svc.SetKeys("", "", svc.Updated)
	}
	ensureKeys(svc)
}

// normalizeRegion turns a display name such as "West Europe" into "westeurope".
func normalizeRegion(name string) string { return strings.ToLower(strings.ReplaceAll(name, " ", "")) }
