// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"net/url"
	"strings"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

type workspaceIDValidator struct{}

func (workspaceIDValidator) Description(context.Context) string { return "must be a workspace id" }

func (v workspaceIDValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (workspaceIDValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := resourceid.ParseWorkspace(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid workspace id", err.Error()+".")
	}
}

type uuidValidator struct{}

func (uuidValidator) Description(context.Context) string { return "must be a UUID" }

func (v uuidValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (uuidValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if !isUUID(req.ConfigValue.ValueString()) {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid subscription id", req.Path.String()+" must be the UUID of a subscription, not its name; az account list shows both.")
	}
}

// isUUID accepts the form with four dashes only, which is what Azure accepts.
func isUUID(text string) bool {
	_, err := uuid.Parse(text)
	return err == nil && len(text) == 36
}

type cloudValidator struct{}

func (cloudValidator) Description(context.Context) string {
	return "must be public, usgovernment or china"
}

func (v cloudValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (cloudValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := auth.ParseCloud(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Unknown Azure cloud", err.Error()+".")
	}
}

// urlValidator checks an endpoint; azidentity refuses an authority without TLS
// even on loopback.
type urlValidator struct{ httpsOnly bool }

func (v urlValidator) Description(context.Context) string {
	if v.httpsOnly {
		return "must be an https URL"
	}
	return "must be an https URL, or an http URL of this machine"
}

func (v urlValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v urlValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if reason := v.check(req.ConfigValue.ValueString()); reason != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid endpoint", req.Path.String()+" "+reason+".")
	}
}

// check returns what is wrong with a URL, or "".
func (v urlValidator) check(raw string) string {
	if err := auth.CheckURL(raw); err != nil {
		return err.Error()
	}
	if u, err := url.Parse(raw); v.httpsOnly && (err != nil || u.Scheme != "https") {
		return "must be https: Microsoft Entra ID, or what stands in for it, is reached over TLS only"
	}
	return ""
}

// excludes refuses an argument beside others that say the same in another form.
type excludes struct{ others []string }

func (v excludes) Description(context.Context) string {
	return "cannot be set together with " + strings.Join(v.others, ", ")
}

func (v excludes) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v excludes) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	for _, other := range v.others {
		var value types.String
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(other), &value)...)
		if value.IsNull() || value.IsUnknown() { // unknown may become null
			continue
		}
		resp.Diagnostics.AddAttributeError(req.Path, "Two arguments for one thing",
			req.Path.String()+" and "+other+" are both set, and stand for the same thing. Remove one of the two.")
	}
}
