// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package workspaceid is the attribute workspace_id: how it is checked, planned
// and resolved, with the provider's own workspace where it is left out.
package workspaceid

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// Name is the attribute's name.
const Name = "workspace_id"

// Validator checks that a value is the full id of a workspace.
func Validator() validator.String { return validID{} }

type validID struct{}

const rule = "The workspace is named by its full resource id."

func (validID) Description(context.Context) string         { return rule }
func (validID) MarkdownDescription(context.Context) string { return rule }

func (validID) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := resourceid.ParseWorkspace(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+Name, fmt.Sprintf("%s: %s. %s", req.Path, err, rule))
	}
}

// KeepCase plans the value of the state where the configuration differs from it
// in case only: Azure compares ids without regard to case.
func KeepCase() planmodifier.String { return keepCase{} }

type keepCase struct{}

const caseRule = "Another case of the same value is not a change."

func (keepCase) Description(context.Context) string         { return caseRule }
func (keepCase) MarkdownDescription(context.Context) string { return caseRule }

func (keepCase) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	// Terraform accepts the prior value in a plan only where the configuration
	// has a value too.
	if req.StateValue.IsNull() || req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if strings.EqualFold(req.StateValue.ValueString(), req.ConfigValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}

// Plan plans the provider's workspace where the configuration names none, and
// reports whether that moves the object. The provider's workspace may not be
// known yet: then the plan leaves it open, and apply asks again. The state is nil
// for an object that is to be created.
func Plan(config, plan types.String, state *types.String, own *resourceid.Workspace) (planned types.String, moved bool) {
	switch {
	case !config.IsNull():
		return plan, false
	case state == nil && own == nil:
		return types.StringUnknown(), false
	case state == nil:
		return types.StringValue(own.String()), false
	case own == nil || strings.EqualFold(state.ValueString(), own.String()):
		return *state, false
	}
	return types.StringValue(own.String()), true
}

// Resolve returns the workspace that a value names, or the provider's own. The
// object is what the message calls what has the attribute: resource, data source.
func Resolve(value types.String, own *resourceid.Workspace, object string) (resourceid.Workspace, diag.Diagnostics) {
	var diags diag.Diagnostics
	if !value.IsNull() && !value.IsUnknown() {
		workspace, err := resourceid.ParseWorkspace(value.ValueString())
		if err != nil {
			diags.AddAttributeError(path.Root(Name), "Invalid "+Name, err.Error()+".")
		}
		return workspace, diags
	}
	if own != nil {
		return *own, diags
	}
	diags.AddAttributeError(path.Root(Name), "The workspace is not known",
		fmt.Sprintf("Neither this %s nor the provider's configuration names a workspace. Set workspace_id here, or subscription_id, resource_group_name and workspace_name (or workspace_id) in the provider's configuration.", object))
	return resourceid.Workspace{}, diags
}
