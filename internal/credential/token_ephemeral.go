// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
)

const (
	// defaultMinRemaining is how long a token has to live where nothing is said.
	defaultMinRemaining = 5 * time.Minute
	// renewMargin is how long before refresh_after Terraform is to come back.
	renewMargin = time.Minute
	// renewSoonest keeps a token whose refresh_after is over from being renewed
	// in a loop, or at a time that has passed.
	renewSoonest = 30 * time.Second

	privateExpiry  = "expiry_on"
	privateService = "service"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure = (*tokenEphemeral)(nil)
	_ ephemeral.EphemeralResourceWithRenew     = (*tokenEphemeral)(nil)
)

// tokenEphemeral is the ephemeral resource mlws_service_token.
type tokenEphemeral struct {
	framework.EphemeralResource
}

// tokenEphemeralModel is its configuration and result.
type tokenEphemeralModel struct {
	ServiceID    types.String `tfsdk:"service_id"`
	MinRemaining types.String `tfsdk:"min_remaining"`
	AccessToken  types.String `tfsdk:"access_token"`
	TokenType    types.String `tfsdk:"token_type"`
	RefreshAfter types.String `tfsdk:"refresh_after"`
	ExpiryOn     types.String `tfsdk:"expiry_on"`
}

func (*tokenEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A short-lived token for scoring on an AKS service with token auth, without a trace in state or plan. " +
			"Reader on the workspace is enough to fetch one. Terraform opens it in every plan and apply that needs it; it changes nothing on the service.",
		Attributes: map[string]schema.Attribute{
			"service_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: serviceIDDescription,
				Validators:          []validator.String{serviceIDValidator{}},
			},
			"min_remaining": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "How long the token has to stay valid, as a Go duration. Default `5m`. A token that would end sooner is fetched once more; " +
					"if that one ends too soon as well, opening fails.",
				Validators: []validator.String{validators.DurationAtLeast(0)},
			},
			"access_token":  schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: accessTokenDescription},
			"token_type":    schema.StringAttribute{Computed: true, MarkdownDescription: tokenTypeDescription},
			"refresh_after": schema.StringAttribute{Computed: true, MarkdownDescription: refreshAfterDescription},
			"expiry_on":     schema.StringAttribute{Computed: true, MarkdownDescription: expiryOnDescription},
		},
	}
}

// Open fetches a token. It is called in plan and apply, and changes nothing.
func (e *tokenEphemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var model tokenEphemeralModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	service, diags := refer(e.Data, model.ServiceID.ValueString())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, defaultReadTimeout)
	defer cancel()
	if _, diags := service.requireTokenAuth(ctx, authmode.TargetAdvice); diags.HasError() {
		resp.Diagnostics.Append(diags...)
		return
	}
	token, diags := e.lasting(ctx, service, model.MinRemaining)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	model.AccessToken = types.StringValue(token.AccessToken)
	model.TokenType = types.StringValue(token.TokenType)
	model.RefreshAfter = timestamp(token.RefreshAfter)
	model.ExpiryOn = timestamp(token.ExpiryOn)
	resp.Diagnostics.Append(resp.Result.Set(ctx, model)...)
	resp.Diagnostics.Append(remember(ctx, resp.Private, privateExpiry, token.ExpiryOn)...)
	resp.Diagnostics.Append(remember(ctx, resp.Private, privateService, service.String())...)
	resp.RenewAt = renewAt(e.Data.Clock.Now(), token.RefreshAfter)
}

// lasting fetches a token that lives long enough; a second attempt is for a
// service that handed out the tail of a cached one.
func (e *tokenEphemeral) lasting(ctx context.Context, service serviceRef, minRemaining types.String) (azureml.Token, diag.Diagnostics) {
	minimum := defaultMinRemaining
	if !minRemaining.IsNull() {
		minimum, _ = time.ParseDuration(minRemaining.ValueString()) // validated
	}
	var left time.Duration
	for range 2 {
		token, diags := service.token(ctx)
		if diags.HasError() {
			return token, diags
		}
		if left = token.ExpiryOn.Sub(e.Data.Clock.Now()); left >= minimum {
			return token, diags
		}
	}
	text := fmt.Sprintf("is valid for %s more", left.Round(time.Second))
	if left <= 0 {
		text = fmt.Sprintf("has been over for %s", (-left).Round(time.Second))
	}
	return azureml.Token{}, diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("min_remaining"), "The token would not live long enough",
		fmt.Sprintf("%s: the token %s, and min_remaining asks for %s; fetching it again gave no longer one. Lower min_remaining, or check the clock of this machine.",
			capitalizeFirst(service.String()), text, minimum))}
}

// renewAt is when Terraform is to come back: before the token should be
// refreshed, and never in the past.
func renewAt(now, refreshAfter time.Time) time.Time {
	at := refreshAfter.Add(-renewMargin)
	if soonest := now.Add(renewSoonest); at.Before(soonest) {
		return soonest
	}
	return at
}

// Renew cannot hand out another token: the protocol has no way to. The token
// in use works beyond refresh_after, until it expires, so Terraform is asked to
// come back then, and is told if it still needs the token.
func (e *tokenEphemeral) Renew(ctx context.Context, req ephemeral.RenewRequest, resp *ephemeral.RenewResponse) {
	var expiry time.Time
	var service string
	resp.Diagnostics.Append(recall(ctx, req.Private, privateExpiry, &expiry)...)
	resp.Diagnostics.Append(recall(ctx, req.Private, privateService, &service)...)
	if resp.Diagnostics.HasError() || e.Data == nil {
		return
	}
	if now := e.Data.Clock.Now(); now.Before(expiry) {
		resp.RenewAt = expiry
		if soonest := now.Add(renewSoonest); expiry.Before(soonest) {
			resp.RenewAt = soonest
		}
		return
	}
	resp.Diagnostics.AddError("The token has expired during the run",
		fmt.Sprintf("%s: the token that this run opened expired at %s, and Terraform cannot replace it while it runs. "+
			"Run it again, with a larger min_remaining or in shorter steps.", capitalizeFirst(service), timestamp(expiry).ValueString()))
}

func remember(ctx context.Context, private framework.PrivateWriter, key string, value any) diag.Diagnostics {
	encoded, err := json.Marshal(value)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Private data cannot be stored", err.Error())}
	}
	return private.SetKey(ctx, key, encoded)
}

func recall(ctx context.Context, private framework.PrivateReader, key string, target any) diag.Diagnostics {
	stored, diags := private.GetKey(ctx, key)
	if diags.HasError() {
		return diags
	}
	if err := json.Unmarshal(stored, target); err != nil {
		diags.AddError("Private data cannot be read", "The opened token carries no "+key+". This is a bug in the provider; please report it.")
	}
	return diags
}
