// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
)

func aciAttributes() map[string]schema.Attribute {
	const aci = azureml.ComputeACI
	return map[string]schema.Attribute{
		"location": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: describe(aci, "location", "The Azure region to run in, such as `westeurope`. Default: the workspace's region."),
			Validators:          []validator.String{validators.NotEmpty},
			PlanModifiers:       stringModifiers(aci, "location", stringplanmodifier.UseStateForUnknown(), keepLocation),
		},
		"dns_name_label": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: describe(aci, "dns_name_label", "The first part of the service's host name: 5 to 63 letters, digits and dashes, starting with a letter and ending with a letter or digit, unique in the region. Without it, Azure makes one up."),
			Validators:          []validator.String{dnsNameLabelRule},
			PlanModifiers:       stringModifiers(aci, "dns_name_label", stringplanmodifier.UseStateForUnknown(), framework.KeepCase()),
		},
		"ssl": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: describe(aci, "ssl", "TLS for the scoring endpoint. The API never returns the certificate and key, so a change of them outside Terraform is not seen. "+
				"Leaving it out turns TLS off. The address may change with it."),
			Attributes: map[string]schema.Attribute{
				"enabled": schema.BoolAttribute{
					Optional: true, Computed: true, Default: booldefault.StaticBool(true),
					MarkdownDescription: "Whether TLS is on. Default `true`, which needs `cert_pem`, `key_pem` or `key_pem_wo`, and `cname`.",
				},
				"cert_pem": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "The certificate, as PEM text. A change of it is sent together with the key.",
					Validators:          []validator.String{validators.PEM},
				},
				"key_pem": schema.StringAttribute{
					Optional: true, Sensitive: true,
					MarkdownDescription: "The certificate's private key, as PEM text. It is stored in the state; use `key_pem_wo` to keep it out. Cannot be combined with `key_pem_wo`.",
					Validators:          []validator.String{validators.PEM},
				},
				"key_pem_wo": schema.StringAttribute{
					Optional: true, Sensitive: true, WriteOnly: true,
					MarkdownDescription: "The certificate's private key, as PEM text. Write-only: it is in no state and no plan; change `key_pem_wo_version` to send a new one. Cannot be combined with `key_pem`.",
					Validators:          []validator.String{validators.PEM},
				},
				"key_pem_wo_version": schema.Int64Attribute{
					Optional:            true,
					MarkdownDescription: "A number to change whenever `key_pem_wo` changes: Terraform does not keep the key, and compares this instead.",
				},
				"cname": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "The host name that the certificate is for. Its DNS record is yours to make.",
					Validators:          []validator.String{validators.NotEmpty},
				},
			},
		},
		"vnet": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: describe(aci, "vnet", "The virtual network to run in. It is in the workspace's resource group."),
			PlanModifiers:       objectModifiers(aci, "vnet"),
			Attributes: map[string]schema.Attribute{
				"vnet_name": schema.StringAttribute{
					Required: true, MarkdownDescription: "The name of the virtual network.", Validators: []validator.String{validators.NotEmpty},
				},
				"subnet_name": schema.StringAttribute{
					Required: true, MarkdownDescription: "The name of its subnet.", Validators: []validator.String{validators.NotEmpty},
				},
			},
		},
		"cmk": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: describe(aci, "cmk", "The customer-managed key that encrypts the data of the container group. Without it, Azure's own key does."),
			PlanModifiers:       objectModifiers(aci, "cmk"),
			Attributes: map[string]schema.Attribute{
				"vault_base_url": schema.StringAttribute{
					Required: true, MarkdownDescription: "The URL of the key vault, such as `https://example.vault.azure.net/`.", Validators: []validator.String{validators.NotEmpty},
				},
				"key_name": schema.StringAttribute{
					Required: true, MarkdownDescription: "The name of the key.", Validators: []validator.String{validators.NotEmpty},
				},
				"key_version": schema.StringAttribute{
					Required: true, MarkdownDescription: "The version of the key.", Validators: []validator.String{validators.NotEmpty},
				},
			},
		},
		"fqdn":       output("The host name of the container group."),
		"ip_address": output("The public IP address of the container group."),
	}
}
