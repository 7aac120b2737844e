// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package testrequest scores a service to find out whether it works: as the
// attribute test_request of the resources, after a deployment, and as the action
// mlws_invoke_service.
package testrequest

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/scoring"
)

const (
	defaultExpectStatus = 200
	// defaultTestTimeout bounds how long an endpoint that is not ready yet is
	// asked again: its router, keys and containers follow the state by moments.
	defaultTestTimeout = 2 * time.Minute
)

// model is test_request.
type model struct {
	Body         types.String `tfsdk:"body"`
	ContentType  types.String `tfsdk:"content_type"`
	ExpectStatus types.Int64  `tfsdk:"expect_status"`
	Timeout      types.String `tfsdk:"timeout"`
}

var contentTypeRule = validators.Matches(`^[a-z]+/[-+.\w]+(;.*)?$`,
	"A content type is a type and a subtype, such as application/json or text/csv.")

// The texts of both the resources and the action.
const (
	bodyText         = "The body of the scoring request: JSON, such as `jsonencode({ data = [[1, 2]] })`, unless `content_type` says otherwise. It is checked at plan."
	contentTypeText  = "The content type of the body. Default `application/json`."
	expectStatusText = "The HTTP status that the endpoint has to answer with: `100` to `599`. Default `200`."
)

var (
	timeoutText = "How long an endpoint that is not ready is asked again, as a Go duration of at least `1s`. Default `" + values.FormatDuration(defaultTestTimeout) + "`."
	statusRule  = validators.Between(100, 599, "The HTTP status")
)

// Attribute returns the attribute test_request.
func Attribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "A scoring request that has to succeed for an apply to be good. It is sent with the credential that the service asks for (the Primary key, a token, or none) " +
			"once the service is Healthy: after a create, after every update that sent something, and when this attribute changes. " +
			"An endpoint that answers 401, 403, 404, 408, 429, 502, 503 or 504, or not at all, is asked again until `timeout`, unless the answer says that `run()` itself failed. " +
			"If it fails, a created service is tainted; an updated one stays as it is, and the next apply only sends the request again. The machine that runs Terraform must reach the endpoint.",
		Attributes: map[string]schema.Attribute{
			"body": schema.StringAttribute{Required: true, MarkdownDescription: bodyText},
			"content_type": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString(scoring.JSON),
				MarkdownDescription: contentTypeText, Validators: []validator.String{contentTypeRule},
			},
			"expect_status": schema.Int64Attribute{
				Optional: true, Computed: true, Default: int64default.StaticInt64(defaultExpectStatus),
				MarkdownDescription: expectStatusText, Validators: []validator.Int64{statusRule},
			},
			"timeout": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString(values.FormatDuration(defaultTestTimeout)),
				MarkdownDescription: timeoutText, Validators: []validator.String{validators.DurationAtLeast(time.Second)},
			},
		},
	}
}

// Check refuses a body that is not JSON, unless the endpoint is expected to refuse it.
func Check(ctx context.Context, config types.Object) diag.Diagnostics {
	test := values.Decode[model](ctx, config)
	if test == nil {
		return nil
	}
	return checkBody(path.Root("test_request").AtName("body"), test.Body, test.ContentType, test.ExpectStatus)
}

func checkBody(at path.Path, body, contentType types.String, status types.Int64) diag.Diagnostics {
	var diags diag.Diagnostics
	switch {
	case !values.IsSet(body) || contentType.IsUnknown() || status.IsUnknown():
	case !contentType.IsNull() && contentType.ValueString() != scoring.JSON:
	case !status.IsNull() && status.ValueInt64() >= 400:
	case !json.Valid([]byte(body.ValueString())):
		diags.AddAttributeError(at, "The body is not JSON",
			fmt.Sprintf("%s is not valid JSON, which content_type (%s) says it is. Write it with jsonencode(), or set content_type to what it is.", at, scoring.JSON))
	}
	return diags
}
