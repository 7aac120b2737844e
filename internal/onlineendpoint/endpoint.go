// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/permissions"
	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

// Auth modes of endpoints.
const (
	authKey   = "Key"
	authToken = "AMLToken"
)

// endpointResource maps what belongs to the address: credentials, names and networks.
func (m *mapper) endpointResource() *resource {
	s := m.Service
	properties := object{{"authMode", m.authMode()}}
	if s.Description != nil && *s.Description != "" {
		properties = properties.with("description", redact.Text(*s.Description))
	}
	if m.result.Target == Kubernetes {
		properties = properties.with("compute", m.compute())
	}
	if m.network() && m.result.Target == Managed {
		properties = properties.with("publicNetworkAccess", "Disabled")
	}
	if kept := m.properties(); len(kept) > 0 {
		properties = properties.with("properties", kept)
	}
	m.addresses()
	if e := s.Encryption; e != nil {
		m.block(CustomerManagedKey, "The container is encrypted with the key "+quoted(e.KeyName)+". An endpoint has no key of its own.",
			"Use a workspace that is encrypted with a customer-managed key, or agree with the owner of the data that the endpoint goes without.")
	}
	return &resource{
		label: m.label + "_endpoint", kind: endpoints, name: m.endpoint,
		parent: expression{literal(m.Workspace.String()), nil}, parentID: m.Workspace.String(),
		location: m.Location, identity: true, tags: m.tags(), body: object{{"properties", properties}},
	}
}

// credential is what scoring of the v1 service needs. The defaults of the flags differ
// by compute type (contract §4.2).
func (m *mapper) credential() authmode.Credential {
	token := m.Service.AADAuthEnabled != nil && *m.Service.AADAuthEnabled
	key := m.Service.ComputeType == azureml.ComputeAKS && !token
	if m.Service.AuthEnabled != nil {
		key = *m.Service.AuthEnabled
	}
	return authmode.Mode{Auth: key, Token: token}.Credential(authmode.Compute(m.Service.ComputeType))
}

func (m *mapper) authMode() string {
	switch m.credential() {
	case authmode.KeyCredential:
		return authKey
	case authmode.TokenCredential:
		m.warn(TokenRole, fmt.Sprintf("Clients fetch tokens with the role %s. For those of v2 they need the action %s.", permissions.FetchToken.Roles[0], strings.TrimPrefix(permissions.FetchV2Token.Text(), permissions.Namespace)),
			fmt.Sprintf("Assign %s, or a role with that action, to the identities of the clients.", permissions.FetchV2Token.Roles[0]))
		return authToken
	}
	m.block(OpenMode, "The service asks for no credential, so anyone who finds its address can score. A v2 endpoint always asks for one, so clients without a credential fail.",
		"Set auth_enabled = true on the v1 service, give the key to all clients, and read this again.")
	return authKey
}

// compute is the cluster of a Kubernetes endpoint.
func (m *mapper) compute() string {
	if m.ComputeID != "" {
		return m.ComputeID
	}
	name := "kubernetes"
	if m.Service.ComputeName != nil && *m.Service.ComputeName != "" {
		name = *m.Service.ComputeName
	}
	m.block(KubernetesCompute, "The compute of the endpoint is not known. Azure refuses the AKS compute "+quoted(name)+" of v1 for a v2 endpoint (400 NotSupported).",
		`Attach the cluster as a Kubernetes compute, and set compute_id to its id. Or set target = "Managed".`)
	return m.Workspace.String() + "/computes/" + name
}

// network reports whether the service is in a virtual network.
func (m *mapper) network() bool {
	if v := m.Service.VNet; v != nil {
		m.block(VirtualNetwork, fmt.Sprintf("The service is in the subnet %q of the virtual network %q. An endpoint is not put into a subnet. The mapping closes it to public networks.", v.SubnetName, v.VNetName),
			"Give the workspace a private endpoint in the network of the clients, and its managed network a way to what the code calls.")
		return true
	}
	if n := m.Service.Namespace; n != nil && *n != "" && m.result.Target == Kubernetes {
		m.warn(Namespace, "The service runs in the namespace "+quoted(*n)+". An endpoint runs in that of its compute.", "Attach the cluster with this namespace, if something depends on it.")
	}
	return false
}

// addresses warns about what clients see of the address.
func (m *mapper) addresses() {
	s := m.Service
	if s.SSLEnabled != nil && *s.SSLEnabled && s.ComputeType == azureml.ComputeACI {
		name := "its own host name"
		if s.CName != nil && *s.CName != "" {
			name = quoted(*s.CName)
		}
		m.warn(Certificate, "The service has a certificate for "+name+". An endpoint has the name and the certificate of Azure.",
			"Give clients the new address, or put a proxy with this name and certificate in front.")
	}
	if s.DNSNameLabel != nil && *s.DNSNameLabel != "" {
		m.warn(DNSNameLabel, "The address of the service begins with the label "+quoted(*s.DNSNameLabel)+". That of an endpoint begins with its name, which has to be unique in the region.",
			"Give clients the new address.")
	}
}

// Limits of tags in Resource Manager.
const (
	maxTags     = 50
	maxTagName  = 512
	maxTagValue = 256
)

// tags are those of the service that Resource Manager accepts.
func (m *mapper) tags() object {
	var kept object
	var dropped []string
	seen := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(m.Service.Tags)) {
		value, lower := redact.Text(m.Service.Tags[name]), strings.ToLower(name)
		reserved := strings.HasPrefix(lower, "microsoft") || strings.HasPrefix(lower, "azure") || strings.HasPrefix(lower, "windows")
		if name == "" || reserved || seen[lower] || len(kept) == maxTags || strings.ContainsAny(name, `<>%&\?/`) ||
			len([]rune(name)) > maxTagName || len([]rune(value)) > maxTagValue {
			dropped = append(dropped, quoted(redact.Cut(name, 60)))
			continue
		}
		seen[lower] = true
		kept = kept.with(name, value)
	}
	if len(dropped) > 0 {
		m.warn(Tags, fmt.Sprintf("%d of %d tags are left out: %s. Resource Manager takes 50 tags, names of 512 characters without any of <>%%&\\?/ and without its own prefixes, and values of 256 characters.",
			len(dropped), len(m.Service.Tags), strings.Join(dropped, ", ")), "Rename or shorten these tags on the v1 service, or do without them.")
	}
	return kept
}

// ofTheService are properties that v1 adds itself.
var ofTheService = []string{"hasInferenceSchema", "hasHttps"}

func (m *mapper) properties() object {
	var kept object
	for _, name := range slices.Sorted(maps.Keys(m.Service.Properties)) {
		if !slices.Contains(ofTheService, name) {
			kept = kept.with(name, redact.Text(m.Service.Properties[name]))
		}
	}
	if len(kept) > 0 {
		m.warn(Properties, fmt.Sprintf("The endpoint gets %d properties of the service. Properties of an endpoint can be added, and never be changed or removed.", len(kept)),
			"Take out of the configuration what you do not need, before the first apply.")
	}
	return kept
}
