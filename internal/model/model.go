// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// registration is a configuration, plan or state of mlws_model.
type registration struct {
	ID               types.String   `tfsdk:"id"`
	WorkspaceID      types.String   `tfsdk:"workspace_id"`
	Name             types.String   `tfsdk:"name"`
	Path             types.String   `tfsdk:"path"`
	Description      types.String   `tfsdk:"description"`
	Tags             types.Map      `tfsdk:"tags"`
	Properties       types.Map      `tfsdk:"properties"`
	Framework        types.String   `tfsdk:"framework"`
	FrameworkVersion types.String   `tfsdk:"framework_version"`
	Timeouts         timeouts.Value `tfsdk:"timeouts"`
	ModelID          types.String   `tfsdk:"model_id"`
	Version          types.Int64    `tfsdk:"version"`
	ContentHash      types.String   `tfsdk:"content_hash"`
	URL              types.String   `tfsdk:"url"`
	CreatedAt        types.String   `tfsdk:"created_at"`
}

// set reports a value that is neither null nor unknown.
func set(value attr.Value) bool { return !value.IsNull() && !value.IsUnknown() }
