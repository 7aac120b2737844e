// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package testrequest

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/redact"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
	"github.com/mlws/terraform-provider-mlws/internal/scoring"
)

var (
	_ action.ActionWithConfigure      = (*invokeAction)(nil)
	_ action.ActionWithValidateConfig = (*invokeAction)(nil)
)

// Actions returns the action mlws_invoke_service.
func Actions() []func() action.Action {
	return []func() action.Action{
		func() action.Action { return &invokeAction{framework.NewAction("invoke_service")} },
	}
}

// invokeAction is mlws_invoke_service: the test request on demand, for any service.
type invokeAction struct {
	framework.Action
}

// invokeModel is its configuration.
type invokeModel struct {
	model
	ServiceID types.String `tfsdk:"service_id"`
}

func (*invokeAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Scores a service once, with the credential that its auth mode asks for (the Primary key, a token, or none), and fails if the answer has another status than expected. " +
			"Nothing is changed, and no credential is shown. It is for smoke tests at any time; `test_request` of a service does the same within an apply.",
		Attributes: map[string]schema.Attribute{
			"service_id": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "The full resource id of the service: the `id` of `mlws_aci_service`, `mlws_aks_service` or `data.mlws_service`, " +
					"or what the function `service_id` returns.",
				Validators: []validator.String{validators.ServiceID},
			},
			"body":          schema.StringAttribute{Required: true, MarkdownDescription: bodyText},
			"content_type":  schema.StringAttribute{Optional: true, MarkdownDescription: contentTypeText, Validators: []validator.String{contentTypeRule}},
			"expect_status": schema.Int64Attribute{Optional: true, MarkdownDescription: expectStatusText, Validators: []validator.Int64{statusRule}},
			"timeout":       schema.StringAttribute{Optional: true, MarkdownDescription: timeoutText, Validators: []validator.String{validators.DurationAtLeast(time.Second)}},
		},
	}
}

func (*invokeAction) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	var config invokeModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(checkBody(path.Root("body"), config.Body, config.ContentType, config.ExpectStatus)...)
	}
}

// complete returns the request with the defaults, which an action's schema cannot have.
func (m model) complete() model {
	if m.ContentType.IsNull() {
		m.ContentType = types.StringValue(scoring.JSON)
	}
	if m.ExpectStatus.IsNull() {
		m.ExpectStatus = types.Int64Value(defaultExpectStatus)
	}
	if m.Timeout.IsNull() {
		m.Timeout = types.StringValue(values.FormatDuration(defaultTestTimeout))
	}
	return m
}

// Invoke scores the service. Nothing that it reports is secret.
func (a *invokeAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config invokeModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if a.Data == nil {
		resp.Diagnostics.AddError("The provider is not configured", "A service was to be scored before the provider was configured. This is a bug in the provider; please report it.")
		return
	}
	id, err := resourceid.ParseService(config.ServiceID.ValueString())
	if err != nil { // the value may have become known only now
		resp.Diagnostics.AddAttributeError(path.Root("service_id"), "Invalid service id", err.Error()+". "+validators.ServiceID.Rule)
		return
	}
	progress := func(format string, args ...any) {
		resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(format, args...)})
	}
	object := fmt.Sprintf("service %q of workspace %q", id.Name, id.Workspace.Name)
	api := a.Data.Client.Workspace(id.Workspace)
	service, err := api.GetService(ctx, id.Name)
	if err != nil {
		resp.Diagnostics.Append(diagnostics.AtPath(path.Root("service_id"), "Could not read the service", object, err))
		return
	}
	kind := map[authmode.Credential]string{authmode.KeyCredential: "its Primary key", authmode.TokenCredential: "a token", authmode.NoCredential: "no credential, since anyone may score it"}
	progress("Scoring %s with %s", object, kind[scoring.KindFor(service)])
	r := request{Target: Target{API: api, ID: id}, test: config.complete()}
	outcome, failure := r.run(ctx, service)
	switch {
	case failure != nil && ctx.Err() != nil:
		resp.Diagnostics.AddError("The service was not scored to the end", fmt.Sprintf("The run was interrupted while service %q was being scored. Invoke the action again.", id.Name))
	case failure != nil:
		resp.Diagnostics.Append(failure)
	default:
		progress("The service answered %d in %s: %s", outcome.Answer.Status, outcome.Took.Round(time.Millisecond), orNothing(outcome.Answer.Excerpt(redact.Of(outcome.Secrets...))))
	}
}

func orNothing(text string) string {
	if text == "" {
		return "(an empty body)"
	}
	return text
}
