// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"cmp"
	"fmt"
	"maps"
	"strings"

	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

// createService creates, or with overwrite updates. The service can be read as
// soon as the 202 is out: the SDK does so at once.
func createService(c *call) (*api.Reply, error) {
	body, err := c.object(serviceFields)
	if err != nil {
		return nil, err
	}
	next, err := c.store.draft(c.workspace, body)
	if err != nil {
		return nil, err
	}
	existing := c.workspace.services[next.name]
	if existing == nil {
		now := c.Now()
		next.created, next.updated = now, now
		next.doc["createdBy"] = c.author()
		next.setAddress()
		c.workspace.services[next.name] = next
		return c.accepted(c.begin(next, true, effect{})), nil
	}
	if existing.foreign() && body["overwrite"] == true {
		return nil, existing.unsupported()
	}
	if body["overwrite"] != true {
		return nil, api.Conflict("ServiceExists", "Service with name %s already exists in workspace %s.", next.name, c.workspace.name)
	}
	if existing.kind != next.kind {
		return nil, api.Invalid("ComputeTypeMismatch", "computeType", "Service %s is of compute type %s and cannot be overwritten with %s.", next.name, existing.kind, next.kind)
	}
	if err := existing.busy(); err != nil {
		return nil, err
	}
	existing.overwrite(c, next)
	return c.accepted(c.begin(existing, true, effect{})), nil
}

// author is the caller as a service and a model show their maker. What the
// emulator knows nothing of is left out.
func (c *call) author() map[string]any {
	return map[string]any{
		"userObjectId": c.principal.ObjectID, "userIss": c.entraIssuer(), "userTenantId": c.store.tenant, "userName": c.principal.DisplayName,
	}
}

// draft checks a request and makes a service of it, without storing it.
func (s *store) draft(w *workspace, body map[string]any) (*service, error) {
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
	svc := &service{workspace: w, name: body["name"].(string), kind: kind, instance: uuid.NewString()}
	if !validServiceName(svc.name) {
		return nil, api.Invalid("InvalidServiceName", "name", "The service name is invalid. It must only consist of lowercase letters, numbers, or dashes, "+
			"start with a letter, end with a letter or number, and be between 3 and 32 characters long.")
	}
	if err := s.fillIn(svc, body); err != nil {
		return nil, err
	}
	if err := w.imageRules(svc.doc); err != nil {
		return nil, err
	}
	if err := svc.rules(svc.doc); err != nil {
		return nil, err
	}
	svc.hideSecrets(body)
	return svc, nil
}

// fillIn makes the document of a service from a request, with defaults.
func (s *store) fillIn(svc *service, body map[string]any) error {
	if svc.kind == "ACI" {
		svc.doc = withDefaults(body, aciDefaults(normalizeRegion(svc.workspace.location)))
		svc.doc["location"] = normalizeRegion(location(svc.doc))
		svc.dnsLabel, _ = body["dnsNameLabel"].(string)
		if svc.dnsLabel != "" && !dnsLabelPattern.MatchString(svc.dnsLabel) {
			return api.Invalid("InvalidDnsNameLabel", "dnsNameLabel", "The DNS name label '%s' is invalid.", svc.dnsLabel)
		}
		if s.labelTaken(svc) {
			return api.Invalid("DnsNameLabelInUse", "dnsNameLabel", "The DNS name label '%s' is already in use in %s.", svc.dnsLabel, location(svc.doc))
		}
		svc.hasCertificate, svc.hasTLSKey = !blank(body, "sslCertificate"), !blank(body, "sslKey")
		return nil
	}
	svc.doc = withDefaults(body, aksDefaults(svc.workspace))
	if _, given := body["authEnabled"]; !given && body["aadAuthEnabled"] == true {
		// The articles deploy with token auth alone, and the SDK then leaves authEnabled out.
		svc.doc["authEnabled"] = false
	}
	if err := svc.workspace.checkCompute(svc.doc); err != nil {
		return err
	}
	scaler, _ := body["autoScaler"].(map[string]any)
	_, fixed := body["numReplicas"]
	if enabled, given := scaler["autoscaleEnabled"]; enabled == true || !given && !fixed {
		svc.doc["autoScaler"] = withDefaults(scaler, autoScalerDefaults())
	} else {
		svc.doc["autoScaler"] = withDefaults(scaler, autoScalerOff())
	}
	return nil
}

// checkCompute refuses a service without a usable cluster. The SDK does not
// check for a missing deployment target and sends null.
func (w *workspace) checkCompute(doc map[string]any) error {
	name, _ := doc["computeName"].(string)
	if name == "" {
		return api.Invalid("MissingField", "computeName", "Must have a deployment target for an AKS web service.")
	}
	found := w.compute(name)
	if found == nil || found.kind != "AKS" {
		return api.Invalid("ComputeResourceNotCreated", "computeName", "The AKS compute %s was not found in workspace %s.", name, w.name)
	}
	if found.state != stateSucceeded {
		return api.Invalid("ComputeResourceNotCreated", "computeName", "The compute %s is in provisioning state %s; it must be Succeeded.", name, found.state)
	}
	return nil
}

func (w *workspace) compute(name string) *compute { return w.computes[strings.ToLower(name)] }

func (s *store) labelTaken(svc *service) bool {
	taken := false
	s.each(func(other *service) {
		sameService := other.workspace == svc.workspace && other.name == svc.name
		taken = taken || !sameService && svc.dnsLabel != "" && other.kind == "ACI" &&
			strings.EqualFold(other.label, svc.dnsLabel) && location(other.doc) == location(svc.doc)
	})
	return taken
}

// hideSecrets moves what is never returned out of the document, and adds what
// the service adds to properties by itself.
func (svc *service) hideSecrets(body map[string]any) {
	keys, _ := body["keys"].(map[string]any)
	svc.primary, _ = keys["primaryKey"].(string)
	svc.secondary, _ = keys["secondaryKey"].(string)
	svc.ensureKeys()
	for _, name := range []string{"keys", "overwrite", "dnsNameLabel", "deployedApiOptions", "storageInitEnabled"} {
		delete(svc.doc, name)
	}
	if svc.kind == "ACI" {
		svc.doc["sslCertificate"], svc.doc["sslKey"] = "", ""
	}
	if request, given := svc.doc["environmentImageRequest"].(map[string]any); given {
		svc.doc["environmentImageRequest"] = withoutRegistryPassword(request)
	}
	properties := maps.Clone(svc.doc["properties"].(map[string]any))
	properties["hasInferenceSchema"] = "False"
	properties["hasHttps"] = "False"
	if svc.doc["sslEnabled"] == true {
		properties["hasHttps"] = "True"
	}
	svc.doc["properties"] = properties
	svc.doc["id"], svc.doc["name"], svc.doc["computeType"] = svc.name, svc.name, svc.kind
}

// ensureKeys: enabling key auth creates the keys that were not given.
func (svc *service) ensureKeys() {
	if svc.doc["authEnabled"] != true {
		return
	}
	svc.primary, svc.secondary = cmp.Or(svc.primary, newKey()), cmp.Or(svc.secondary, newKey())
}

func withoutRegistryPassword(request map[string]any) map[string]any {
	out := api.Clone(request)
	environment, _ := out["environment"].(map[string]any)
	docker, _ := environment["docker"].(map[string]any)
	if registry, given := docker["baseImageRegistry"].(map[string]any); given {
		delete(registry, "username")
		delete(registry, "password")
	}
	return out
}

// setAddress gives an ACI service its name in the region's DNS and its IP.
func (svc *service) setAddress() {
	if svc.kind != "ACI" {
		return
	}
	unique := fingerprint(svc.id() + svc.instance)
	svc.label = cmp.Or(svc.dnsLabel, svc.name+"-"+unique)
	svc.showAddress(unique)
}

func (svc *service) showAddress(unique string) {
	svc.doc["publicFqdn"] = strings.ToLower(svc.label) + "." + location(svc.doc) + ".azurecontainer.io"
	svc.doc["publicIp"] = fmt.Sprintf("20.%d.%d.%d", int(unique[0]), int(unique[1])+int(unique[2]), int(unique[3]))
}

// overwrite takes over what a new request says. Keys stay (the ones in the
// request are ignored, as users of the service have found), properties are only
// ever added, and an address stays unless the request names another label.
func (svc *service) overwrite(c *call, next *service) {
	properties := maps.Clone(svc.doc["properties"].(map[string]any))
	for key, value := range next.doc["properties"].(map[string]any) {
		if _, there := properties[key]; !there || key == "hasHttps" {
			properties[key] = value
		}
	}
	fqdn, ip := svc.doc["publicFqdn"], svc.doc["publicIp"]
	regionMoved := svc.kind == "ACI" && location(svc.doc) != location(next.doc)
	author := svc.doc["createdBy"]
	svc.doc, svc.updated = next.doc, c.Now()
	svc.doc["properties"], svc.doc["createdBy"] = properties, author
	svc.hasCertificate, svc.hasTLSKey = next.hasCertificate, next.hasTLSKey
	if svc.kind == "ACI" {
		svc.doc["publicFqdn"], svc.doc["publicIp"] = fqdn, ip
		newLabel := next.dnsLabel != "" && !strings.EqualFold(next.dnsLabel, svc.label)
		moved := next.dnsLabel == "" && svc.dnsLabel == "" && c.behavior.OverwriteChangesAddress
		if newLabel || moved || regionMoved {
			svc.dnsLabel = cmp.Or(next.dnsLabel, svc.dnsLabel)
			unique := fingerprint(svc.id() + next.instance)
			svc.label = cmp.Or(svc.dnsLabel, svc.name+"-"+unique)
			svc.showAddress(unique)
		}
	}
	if c.behavior.OverwriteChangesKeys || c.fault != nil && c.fault.Kind == FaultOverwriteChangesKeys {
		svc.primary, svc.secondary = "", ""
	}
	svc.ensureKeys()
}

// normalizeRegion turns a display name such as "West Europe" into "westeurope".
func normalizeRegion(name string) string { return strings.ToLower(strings.ReplaceAll(name, " ", "")) }
