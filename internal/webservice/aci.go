// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// aciFields are the attributes of mlws_aci_service alone.
type aciFields struct {
	SSL          types.Object
	Location     types.String
	DNSNameLabel types.String
	VNet         types.Object
	CMK          types.Object
}

func aciAttributes() []attribute {
	return []attribute{
		sslRow(),
		text(textRow{
			name: "location", aci: replaces, chosen: true,
			note:  "Only if it is configured. Another spelling of the same region is not a change.",
			field: func(d *deployment) *types.String { return &d.Location },
			wire:  func(s *azureml.ServiceSpec) **string { return &s.Location },
			text:  "The Azure region to run in, such as `westeurope`. Default: the workspace's region.",
			read:  "The Azure region of an ACI service.",
			rules: rules(validators.NotEmpty),
			modifiers: []planmodifier.String{
				stringplanmodifier.UseStateForUnknown(),
				framework.KeepSpelling("Another spelling of the same region is not a change.", sameLocation),
			},
			same: sameLocation, sent: values.Region,
			returned: func(service *azureml.Service) *string {
				if service.Location == nil {
					return nil
				}
				return new(values.Region(*service.Location))
			},
		}),
		text(textRow{
			name: "dns_name_label", aci: replaces, chosen: true,
			note:  "Only if it is configured.",
			field: func(d *deployment) *types.String { return &d.DNSNameLabel },
			wire:  func(s *azureml.ServiceSpec) **string { return &s.DNSNameLabel },
			text: "The first part of the service's host name: 5 to 63 letters, digits and dashes, starting with a letter and ending with a letter or digit, unique in the region. " +
				"Without it, Azure makes one up.",
			read:      "The first part of the host name of an ACI service.",
			rules:     rules(dnsNameLabelRule),
			modifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown(), framework.KeepCase()},
			same:      strings.EqualFold,
			returned:  dnsNameLabel,
		}),
		object(objectRow[azureml.VNetConfiguration]{
			name: "vnet", text: "The virtual network to run in. It is in the workspace's resource group.", read: "The virtual network of an ACI service.",
			field: func(d *deployment) *types.Object { return &d.VNet },
			wire:  func(s *azureml.ServiceSpec) **azureml.VNetConfiguration { return &s.VNet },
			members: []objectMember[azureml.VNetConfiguration]{
				{"vnet_name", "The name of the virtual network.", func(v *azureml.VNetConfiguration) *string { return &v.VNetName }},
				{"subnet_name", "The name of its subnet.", func(v *azureml.VNetConfiguration) *string { return &v.SubnetName }},
			},
		}),
		object(objectRow[azureml.EncryptionProperties]{
			name: "cmk", text: "The customer-managed key that encrypts the data of the container group. Without it, Azure's own key does.", read: "The customer-managed key of an ACI service.",
			field: func(d *deployment) *types.Object { return &d.CMK },
			wire:  func(s *azureml.ServiceSpec) **azureml.EncryptionProperties { return &s.Encryption },
			members: []objectMember[azureml.EncryptionProperties]{
				{"key_name", "The name of the key.", func(e *azureml.EncryptionProperties) *string { return &e.KeyName }},
				{"key_version", "The version of the key.", func(e *azureml.EncryptionProperties) *string { return &e.KeyVersion }},
				{"vault_base_url", "The URL of the key vault, such as `https://example.vault.azure.net/`.", func(e *azureml.EncryptionProperties) *string { return &e.VaultBaseURL }},
			},
		}),
	}
}

func rules(of ...validators.String) []validator.String {
	converted := make([]validator.String, len(of))
	for i, rule := range of {
		converted[i] = rule
	}
	return converted
}

// objectRow describes an object of required strings on ACI, which only a new
// service can change. W is its type on the wire.
type objectRow[W any] struct {
	name, text, read string
	field            func(*deployment) *types.Object
	wire             func(*azureml.ServiceSpec) **W
	members          []objectMember[W] // a reply without the first has no object
}

type objectMember[W any] struct {
	name, text string
	wire       func(*W) *string
}

func object[W any](o objectRow[W]) attribute {
	members, read := map[string]schema.Attribute{}, map[string]dataschema.Attribute{}
	for _, m := range o.members {
		members[m.name] = schema.StringAttribute{Required: true, MarkdownDescription: m.text, Validators: rules(validators.NotEmpty)}
		read[m.name] = dataschema.StringAttribute{Computed: true, MarkdownDescription: m.text}
	}
	return attribute{
		name: o.name, aci: replaces,
		schema: func(s shape) schema.Attribute {
			return schema.SingleNestedAttribute{Optional: true, MarkdownDescription: s.describe(o.text), PlanModifiers: s.objects(), Attributes: members}
		},
		field: field(o.field),
		expand: func(e *expander, plan *deployment) {
			if planned := *o.field(plan); values.IsSet(planned) {
				sent := new(W)
				for _, m := range o.members {
					if text, ok := planned.Attributes()[m.name].(types.String); ok {
						*m.wire(sent) = text.ValueString()
					}
				}
				*o.wire(&e.request.ServiceSpec) = sent
			}
		},
		flatten: func(_ context.Context, service *azureml.Service, _, result *deployment) {
			found, texts := *o.wire(&service.ServiceSpec), map[string]attr.Value{}
			*o.field(result) = types.ObjectNull(values.Types(members))
			if found == nil || *o.members[0].wire(found) == "" {
				return
			}
			for _, m := range o.members {
				texts[m.name] = types.StringValue(*m.wire(found))
			}
			*o.field(result) = types.ObjectValueMust(values.Types(members), texts)
		},
		data: dataschema.SingleNestedAttribute{Computed: true, MarkdownDescription: o.read, Attributes: read},
	}
}

// dnsNameLabel returns the label of the container group: as returned, or the first
// part of its host name, since older services do not return it.
func dnsNameLabel(service *azureml.Service) *string {
	if service.DNSNameLabel != nil && *service.DNSNameLabel != "" {
		return service.DNSNameLabel
	}
	if service.PublicFQDN == nil {
		return nil
	}
	label, rest, found := strings.Cut(*service.PublicFQDN, ".")
	if !found || !strings.Contains(rest, "azurecontainer") {
		return nil
	}
	return &label
}

// sameLocation compares regions: "West Europe" and "westeurope" are the same.
func sameLocation(a, b string) bool { return values.Region(a) == values.Region(b) }

// The rule of the Python SDK azureml-core 1.51.
var dnsNameLabelRule = validators.Matches(`^[a-zA-Z][a-zA-Z0-9-]{3,61}[a-zA-Z0-9]$`,
	"A DNS name label has 5 to 63 letters, digits and dashes, starts with a letter and ends with a letter or digit.")
