// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

const (
	// defaultMinRemaining is how long a token has to live if min_remaining is not set.
	defaultMinRemaining = 5 * time.Minute
	// renewMargin is how long before refresh_after Terraform is to come back.
	renewMargin = time.Minute
	// renewSoonest keeps Terraform from coming back in a loop, or at a time that has
	// passed, if refresh_after has passed already.
	renewSoonest = 30 * time.Second

	privateExpiry  framework.Key[time.Time] = "expiry_on"
	privateService framework.Key[string]    = "service"
)

// tokenModel is the configuration and result of data.mlws_service_token.
type tokenModel struct {
	ServiceID    types.String `tfsdk:"service_id"`
	AccessToken  types.String `tfsdk:"access_token"`
	TokenType    types.String `tfsdk:"token_type"`
	RefreshAfter types.String `tfsdk:"refresh_after"`
	ExpiryOn     types.String `tfsdk:"expiry_on"`

	fetched azureml.Token
}

var tokenOutputs = []output{
	{name: "access_token", secret: true, text: "The token (a JWT). It is sent as `Authorization: Bearer {access_token}` when scoring."},
	{name: "token_type", text: "The type of the token: `Bearer`."},
	{name: "refresh_after", text: "When to fetch a new token (RFC 3339, UTC). The token still works until `expiry_on`."},
	{name: "expiry_on", text: "When the token stops working (RFC 3339, UTC)."},
}

func (m *tokenModel) serviceID() types.String { return m.ServiceID }
func (m *tokenModel) rule() rule              { return authmode.RequireTokenAuth }

func (m *tokenModel) read(ctx context.Context, _ *framework.Data, service serviceRef, diags *diag.Diagnostics) {
	m.set(service.token(ctx, diags))
}

func (m *tokenModel) set(token azureml.Token) {
	m.fetched = token
	m.AccessToken, m.TokenType = types.StringValue(token.AccessToken), types.StringValue(token.TokenType)
	m.RefreshAfter, m.ExpiryOn = values.Time(token.RefreshAfter), values.Time(token.ExpiryOn)
}

// token fetches one token. Reader on the workspace is enough for it.
func (s serviceRef) token(ctx context.Context, diags *diag.Diagnostics) azureml.Token {
	token, err := s.workspace.CreateToken(ctx, s.id.Name)
	if err != nil {
		diags.AddError("Could not fetch a token", diagnostics.ExplainToken(ctx, s.workspace, s.String(), err))
	}
	return token
}

// tokenDataSource is data.mlws_service_token.
func tokenDataSource() datasource.DataSource {
	return &dataSource{framework.NewDataSource("service_token"), kind{
		tokenOutputs, func() reader { return &tokenModel{} },
		"A short-lived token for scoring on an AKS service with token auth. Reader on the workspace is enough to fetch one. " +
			"Every plan fetches a new token and stores it in the state; with Terraform 1.10 or later, " +
			"the ephemeral resource `mlws_service_token` leaves no trace there.",
	}}
}

// tokenEphemeralModel is the configuration and result of the ephemeral resource.
type tokenEphemeralModel struct {
	tokenModel
	MinRemaining types.String `tfsdk:"min_remaining"`
}

// read fetches a token that lives long enough. A second attempt is for a service
// that handed out a cached one which is about to end.
func (m *tokenEphemeralModel) read(ctx context.Context, data *framework.Data, service serviceRef, diags *diag.Diagnostics) {
	minimum := defaultMinRemaining
	if !m.MinRemaining.IsNull() {
		minimum, _ = time.ParseDuration(m.MinRemaining.ValueString()) // validated
	}
	var left time.Duration
	for range 2 {
		token := service.token(ctx, diags)
		if left = token.ExpiryOn.Sub(data.Clock.Now()); diags.HasError() || left >= minimum {
			m.set(token)
			return
		}
	}
	text := fmt.Sprintf("is valid for %s more", left.Round(time.Second))
	if left <= 0 {
		text = fmt.Sprintf("has been over for %s", (-left).Round(time.Second))
	}
	diags.AddAttributeError(path.Root("min_remaining"), "The token would not live long enough",
		fmt.Sprintf("The token of %s %s, and min_remaining asks for %s; fetching it again gave no longer one. Lower min_remaining, or check the clock of this machine.",
			service, text, minimum))
}

// remember stores what Renew needs, and asks Terraform for it.
func (m *tokenEphemeralModel) remember(ctx context.Context, now time.Time, resp *ephemeral.OpenResponse) {
	resp.Diagnostics.Append(privateExpiry.Set(ctx, resp.Private, m.fetched.ExpiryOn)...)
	resp.Diagnostics.Append(privateService.Set(ctx, resp.Private, m.ServiceID.ValueString())...)
	resp.RenewAt = renewAt(now, m.fetched.RefreshAfter)
}

var _ ephemeral.EphemeralResourceWithRenew = (*tokenEphemeral)(nil)

// tokenEphemeral is the ephemeral resource mlws_service_token.
type tokenEphemeral struct{ ephemeralResource }

func newTokenEphemeral() ephemeral.EphemeralResource {
	return &tokenEphemeral{ephemeralResource{framework.NewEphemeralResource("service_token"), kind{
		tokenOutputs, func() reader { return &tokenEphemeralModel{} },
		"A short-lived token for scoring on an AKS service with token auth, without a trace in state or plan. " +
			"Reader on the workspace is enough to fetch one. Terraform opens it in every plan and apply that needs it; it changes nothing on the service.",
	}}}
}

// Schema implements ephemeral.EphemeralResource.
func (e *tokenEphemeral) Schema(ctx context.Context, req ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	e.ephemeralResource.Schema(ctx, req, resp)
	resp.Schema.Attributes["min_remaining"] = schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "How long the token has to stay valid, as a Go duration. Default `5m`. A token that would end sooner is fetched once more; " +
			"if that one ends too soon as well, opening fails.",
		Validators: []validator.String{validators.DurationAtLeast(0)},
	}
}

// renewAt is when Terraform is to come back: before the token should be
// refreshed, and never in the past.
func renewAt(now, refreshAfter time.Time) time.Time {
	return notBefore(now.Add(renewSoonest), refreshAfter.Add(-renewMargin))
}

func notBefore(soonest, at time.Time) time.Time {
	if at.Before(soonest) {
		return soonest
	}
	return at
}

// Renew cannot hand out another token: the protocol has no way to. The token
// in use works beyond refresh_after, until it expires, so Terraform is asked to
// come back then, and is told if it still needs the token.
func (e *tokenEphemeral) Renew(ctx context.Context, req ephemeral.RenewRequest, resp *ephemeral.RenewResponse) {
	expiry, service := privateExpiry.Get(ctx, req.Private, &resp.Diagnostics), privateService.Get(ctx, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || e.Data == nil {
		return
	}
	if now := e.Data.Clock.Now(); now.Before(expiry) {
		resp.RenewAt = notBefore(now.Add(renewSoonest), expiry)
		return
	}
	resp.Diagnostics.AddError("The token has expired during the run",
		fmt.Sprintf("The token of %s that this run opened expired at %s, and Terraform cannot replace it while it runs. "+
			"Run it again, with a larger min_remaining or in shorter steps.", service, values.Time(expiry).ValueString()))
}
