// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// sslModel is ssl. The API never returns the certificate and key: they stay as in the state.
type sslModel struct {
	Enabled         types.Bool   `tfsdk:"enabled"`
	CertPEM         types.String `tfsdk:"cert_pem"`
	KeyPEM          types.String `tfsdk:"key_pem"`
	KeyPEMWO        types.String `tfsdk:"key_pem_wo"`
	KeyPEMWOVersion types.Int64  `tfsdk:"key_pem_wo_version"`
	CName           types.String `tfsdk:"cname"`
}

var sslTypes = values.Types(sslMembers())

func (m sslModel) object() types.Object { return values.Encode(sslTypes, m) }

func sslRow() attribute {
	return attribute{
		name: "ssl", aci: inPlace,
		note: "The address may change. Leaving it out turns TLS off.",
		nested: []nestedChange{
			{"cert_pem", inPlace, "The certificate and its key are always sent together."},
			{"key_pem_wo", inPlace, "Write-only: sent when `key_pem_wo_version` changes, and with the certificate."},
		},
		schema:  sslAttribute,
		field:   field(func(d *deployment) *types.Object { return &d.SSL }),
		expand:  expandSSL,
		flatten: flattenSSL,
		patch:   patchSSL,
	}
}

func sslAttribute(s shape) schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: s.describe("TLS for the scoring endpoint. The API never returns the certificate and key, so a change of them outside Terraform is not seen. " +
			"Leaving it out turns TLS off. The address may change with it."),
		Attributes: sslMembers(),
	}
}

func sslMembers() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"enabled": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(true),
			MarkdownDescription: "Whether TLS is on. Default `true`, which needs `cert_pem`, `key_pem` or `key_pem_wo`, and `cname`.",
		},
		"cert_pem": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "The certificate, as PEM text. A change of it is sent together with the key. An imported service has both already: leave them out until a change has to send them.",
			Validators:          rules(validators.PEM),
		},
		"key_pem": schema.StringAttribute{
			Optional: true, Sensitive: true,
			MarkdownDescription: "The certificate's private key, as PEM text. It is stored in the state; use `key_pem_wo` to keep it out. Cannot be combined with `key_pem_wo`.",
			Validators:          rules(validators.PEM),
		},
		"key_pem_wo": schema.StringAttribute{
			Optional: true, Sensitive: true, WriteOnly: true,
			MarkdownDescription: "The certificate's private key, as PEM text. Write-only: it is in no state and no plan; change `key_pem_wo_version` to send a new one. Cannot be combined with `key_pem`.",
			Validators:          rules(validators.PEM),
		},
		"key_pem_wo_version": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "A number to change whenever `key_pem_wo` changes: Terraform does not keep the key, and compares this instead.",
		},
		"cname": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "The host name that the certificate is for. Its DNS record is yours to make.",
			Validators:          rules(validators.NotEmpty),
		},
	}
}

func expandSSL(e *expander, plan *deployment) {
	request := &e.request
	ssl := values.Decode[sslModel](e.ctx, plan.SSL)
	if ssl == nil {
		request.SSLEnabled = new(false)
		return
	}
	request.SSLEnabled = values.BoolPointer(ssl.Enabled)
	request.SSLCertificate = values.StringPointer(ssl.CertPEM)
	request.CName = values.StringPointer(ssl.CName)
	if e.secrets.tlsKey != "" {
		request.SSLKey = &e.secrets.tlsKey
	}
}

// flattenSSL reads what the API returns: whether TLS is on, and the host name.
func flattenSSL(ctx context.Context, service *azureml.Service, prior, result *deployment) {
	enabled := values.IsTruePointer(service.SSLEnabled)
	before := values.Decode[sslModel](ctx, prior.SSL)
	if before == nil && !enabled {
		result.SSL = types.ObjectNull(sslTypes)
		return
	}
	after := values.OrZero(before)
	after.KeyPEMWO = types.StringNull()
	after.Enabled = types.BoolValue(enabled)
	if enabled {
		after.CName = values.ComputedString(service.CName)
	}
	result.SSL = after.object()
}

// patchSSL sends a certificate and its key together, so that they always fit each other.
func patchSSL(p *patcher, plan, state *deployment) {
	if !values.Changed(plan.SSL, state.SSL) {
		return
	}
	before, after := values.OrZero(values.Decode[sslModel](p.ctx, state.SSL)), values.OrZero(values.Decode[sslModel](p.ctx, plan.SSL))
	if !values.IsTrue(after.Enabled) {
		if values.IsTrue(before.Enabled) {
			p.replace("/sslEnabled", false)
		}
		return
	}
	turnedOn := !values.IsTrue(before.Enabled)
	if turnedOn {
		p.replace("/sslEnabled", true)
	}
	if turnedOn || values.Changed(after.CertPEM, before.CertPEM) || values.Changed(after.KeyPEM, before.KeyPEM) || values.Changed(after.KeyPEMWOVersion, before.KeyPEMWOVersion) {
		p.replace("/sslCertificate", after.CertPEM.ValueString())
		p.replace("/sslKey", p.secrets.tlsKey)
	}
	if turnedOn || values.Changed(after.CName, before.CName) {
		p.replace("/cname", after.CName.ValueString())
	}
}

// adopted reports whether TLS is configured as an import generates it, without the
// certificate and key, which the API never returns.
func (m sslModel) adopted() bool {
	return m.CertPEM.IsNull() && m.KeyPEM.IsNull() && m.KeyPEMWO.IsNull() && !m.CName.IsNull()
}

// checkCertificate refuses a plan that has to send a certificate and key, and lacks them. The
// state is nil for a new service.
func checkCertificate(ctx context.Context, config deployment, state *deployment, overwrite bool, diags *diag.Diagnostics) {
	ssl := values.Decode[sslModel](ctx, config.SSL)
	if ssl == nil || !ssl.adopted() || ssl.Enabled.IsUnknown() || values.IsFalse(ssl.Enabled) {
		return
	}
	need := "a new service needs both"
	if state != nil {
		before := values.Decode[sslModel](ctx, state.SSL)
		switch {
		case before == nil || !values.IsTrue(before.Enabled):
			need = "turning TLS on needs both"
		case overwrite:
			need = "this change deploys over the service, which needs both: Azure never returns them"
		default:
			return // the service has them
		}
	}
	diags.AddAttributeError(path.Root("ssl").AtName("cert_pem"), "TLS needs its certificate and key",
		fmt.Sprintf("ssl.cert_pem and ssl.key_pem (or ssl.key_pem_wo) are not set, and %s. Set both, or remove ssl.", need))
}

// checkSSL applies the SDK's rule that TLS needs a certificate, its key and the host name. An
// adopted service has the first two.
func checkSSL(ctx context.Context, config deployment, diags *diag.Diagnostics) {
	ssl := values.Decode[sslModel](ctx, config.SSL)
	if ssl == nil {
		return
	}
	at := path.Root("ssl")
	if values.IsSet(ssl.KeyPEM) && values.IsSet(ssl.KeyPEMWO) {
		diags.AddAttributeError(at.AtName("key_pem_wo"), "One private key only",
			"ssl.key_pem and ssl.key_pem_wo cannot both be set. Keep ssl.key_pem_wo to have the key in no state, or ssl.key_pem.")
	}
	// Enabled left out means on.
	if ssl.Enabled.IsUnknown() || values.IsFalse(ssl.Enabled) {
		return
	}
	missing := func(name, text string) {
		diags.AddAttributeError(at.AtName(name), "TLS needs a certificate, a key and a host name",
			fmt.Sprintf("With ssl.enabled, ssl.cert_pem, ssl.key_pem (or ssl.key_pem_wo) and ssl.cname are all needed, and %s is not set. Set it, or remove ssl.", text))
	}
	if ssl.CertPEM.IsNull() && !ssl.adopted() {
		missing("cert_pem", "ssl.cert_pem")
	}
	if ssl.KeyPEM.IsNull() && ssl.KeyPEMWO.IsNull() && !ssl.adopted() {
		missing("key_pem", "the key")
	}
	if ssl.CName.IsNull() {
		missing("cname", "ssl.cname")
	}
}
