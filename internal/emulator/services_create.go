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
	existing := c.workspace.Services[next.Name]
	if existing == nil {
		now := c.Now()
		next.Created, next.Updated = now, now
		next.Doc["createdBy"] = c.author()
		next.setAddress()
		c.workspace.Services[next.Name] = next
		return c.accepted(c.begin(next, true, effect{})), nil
	}
	if existing.foreign() && body["overwrite"] == true {
		return nil, existing.unsupported()
	}
	if body["overwrite"] != true {
		return nil, api.Conflict("ServiceExists", "Service with name %s already exists in workspace %s.", next.Name, c.workspace.Name)
	}
	if existing.Kind != next.Kind {
		return nil, api.Invalid("ComputeTypeMismatch", "computeType", "Service %s is of compute type %s and cannot be overwritten with %s.", next.Name, existing.Kind, next.Kind)
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
		"userObjectId": c.principal.ObjectID, "userIss": c.entraIssuer(), "userTenantId": c.store.Tenant, "userName": c.principal.DisplayName,
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
	svc := &service{Workspace: w, Name: body["name"].(string), Kind: kind, Instance: uuid.NewString()}
	if !validServiceName(svc.Name) {
		return nil, api.Invalid("InvalidServiceName", "name", "The service name is invalid. It must only consist of lowercase letters, numbers, or dashes, "+
			"start with a letter, end with a letter or number, and be between 3 and 32 characters long.")
	}
	if err := s.fillIn(svc, body); err != nil {
		return nil, err
	}
	if err := w.imageRules(svc.Doc); err != nil {
		return nil, err
	}
	if err := svc.rules(svc.Doc); err != nil {
		return nil, err
	}
	svc.hideSecrets(body)
	return svc, nil
}

// fillIn makes the document of a service from a request, with defaults.
func (s *store) fillIn(svc *service, body map[string]any) error {
	if svc.Kind == "ACI" {
		svc.Doc = withDefaults(body, aciDefaults(normalizeRegion(svc.Workspace.Location)))
		svc.Doc["location"] = normalizeRegion(location(svc.Doc))
		svc.DNSLabel, _ = body["dnsNameLabel"].(string)
		if svc.DNSLabel != "" && !dnsLabelPattern.MatchString(svc.DNSLabel) {
			return api.Invalid("InvalidDnsNameLabel", "dnsNameLabel", "The DNS name label '%s' is invalid.", svc.DNSLabel)
		}
		if s.labelTaken(svc) {
			return api.Invalid("DnsNameLabelInUse", "dnsNameLabel", "The DNS name label '%s' is already in use in %s.", svc.DNSLabel, location(svc.Doc))
		}
		svc.HasCertificate, svc.HasTLSKey = !blank(body, "sslCertificate"), !blank(body, "sslKey")
		return nil
	}
	svc.Doc = withDefaults(body, aksDefaults(svc.Workspace))
	if _, given := body["authEnabled"]; !given && body["aadAuthEnabled"] == true {
		// The articles deploy with token auth alone, and the SDK then leaves authEnabled out.
		svc.Doc["authEnabled"] = false
	}
	if err := svc.Workspace.checkCompute(svc.Doc); err != nil {
		return err
	}
	scaler, _ := body["autoScaler"].(map[string]any)
	_, fixed := body["numReplicas"]
	if enabled, given := scaler["autoscaleEnabled"]; enabled == true || !given && !fixed {
		svc.Doc["autoScaler"] = withDefaults(scaler, autoScalerDefaults())
	} else {
		svc.Doc["autoScaler"] = withDefaults(scaler, autoScalerOff())
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
	if found == nil || found.Kind != "AKS" {
		return api.Invalid("ComputeResourceNotCreated", "computeName", "The AKS compute %s was not found in workspace %s.", name, w.Name)
	}
	if found.State != stateSucceeded {
		return api.Invalid("ComputeResourceNotCreated", "computeName", "The compute %s is in provisioning state %s; it must be Succeeded.", name, found.State)
	}
	return nil
}

func (w *workspace) compute(name string) *compute { return w.Computes[strings.ToLower(name)] }

func (s *store) labelTaken(svc *service) bool {
	taken := false
	s.each(func(other *service) {
		sameService := other.Workspace == svc.Workspace && other.Name == svc.Name
		taken = taken || !sameService && svc.DNSLabel != "" && other.Kind == "ACI" &&
			strings.EqualFold(other.Label, svc.DNSLabel) && location(other.Doc) == location(svc.Doc)
	})
	return taken
}

// hideSecrets moves what is never returned out of the document, and adds what
// the service adds to properties by itself.
func (svc *service) hideSecrets(body map[string]any) {
	keys, _ := body["keys"].(map[string]any)
	svc.Primary, _ = keys["primaryKey"].(string)
	svc.Secondary, _ = keys["secondaryKey"].(string)
	svc.ensureKeys()
	for _, name := range []string{"keys", "overwrite", "dnsNameLabel", "deployedApiOptions", "storageInitEnabled"} {
		delete(svc.Doc, name)
	}
	if svc.Kind == "ACI" {
		svc.Doc["sslCertificate"], svc.Doc["sslKey"] = "", ""
	}
	if request, given := svc.Doc["environmentImageRequest"].(map[string]any); given {
		svc.Doc["environmentImageRequest"] = withoutRegistryPassword(request)
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
func (svc *service) ensureKeys() {
	if svc.Doc["authEnabled"] != true {
		return
	}
	svc.Primary, svc.Secondary = cmp.Or(svc.Primary, newKey()), cmp.Or(svc.Secondary, newKey())
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
	if svc.Kind != "ACI" {
		return
	}
	unique := fingerprint(svc.id() + svc.Instance)
	svc.Label = cmp.Or(svc.DNSLabel, svc.Name+"-"+unique)
	svc.showAddress(unique)
}

func (svc *service) showAddress(unique string) {
	svc.Doc["publicFqdn"] = strings.ToLower(svc.Label) + "." + location(svc.Doc) + ".azurecontainer.io"
	svc.Doc["publicIp"] = fmt.Sprintf("20.%d.%d.%d", int(unique[0]), int(unique[1])+int(unique[2]), int(unique[3]))
}

// overwrite takes over what a new request says. Keys stay (the ones in the
// request are ignored, as users of the service have found), properties are only
// ever added, and an address stays unless the request names another label.
func (svc *service) overwrite(c *call, next *service) {
	properties := maps.Clone(svc.Doc["properties"].(map[string]any))
	for key, value := range next.Doc["properties"].(map[string]any) {
		if _, there := properties[key]; !there || key == "hasHttps" {
			properties[key] = value
		}
	}
	fqdn, ip := svc.Doc["publicFqdn"], svc.Doc["publicIp"]
	regionMoved := svc.Kind == "ACI" && location(svc.Doc) != location(next.Doc)
	author := svc.Doc["createdBy"]
	svc.Doc, svc.Updated = next.Doc, c.Now()
	svc.Doc["properties"], svc.Doc["createdBy"] = properties, author
	svc.HasCertificate, svc.HasTLSKey = next.HasCertificate, next.HasTLSKey
	if svc.Kind == "ACI" {
		svc.Doc["publicFqdn"], svc.Doc["publicIp"] = fqdn, ip
		newLabel := next.DNSLabel != "" && !strings.EqualFold(next.DNSLabel, svc.Label)
		moved := next.DNSLabel == "" && svc.DNSLabel == "" && c.behavior.OverwriteChangesAddress
		if newLabel || moved || regionMoved {
			svc.DNSLabel = cmp.Or(next.DNSLabel, svc.DNSLabel)
			unique := fingerprint(svc.id() + next.Instance)
			svc.Label = cmp.Or(svc.DNSLabel, svc.Name+"-"+unique)
			svc.showAddress(unique)
		}
	}
	if c.behavior.OverwriteChangesKeys || c.fault != nil && c.fault.Kind == FaultOverwriteChangesKeys {
		svc.Primary, svc.Secondary = "", ""
	}
	svc.ensureKeys()
}

// normalizeRegion turns a display name such as "West Europe" into "westeurope".
func normalizeRegion(name string) string { return strings.ToLower(strings.ReplaceAll(name, " ", "")) }
