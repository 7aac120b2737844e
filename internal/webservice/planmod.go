// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// stringModifiers returns the modifiers of a string attribute: the given ones,
// then the replacement that the table of changes asks for. A value that the
// configuration leaves to the service never replaces it.
func stringModifiers(compute azureml.ComputeType, attribute string, first ...planmodifier.String) []planmodifier.String {
	if changeOf(compute, attribute) == replaces {
		return append(first, stringplanmodifier.RequiresReplaceIfConfigured())
	}
	return first
}

// objectModifiers is stringModifiers for objects.
func objectModifiers(compute azureml.ComputeType, attribute string) []planmodifier.Object {
	if changeOf(compute, attribute) == replaces {
		return []planmodifier.Object{objectplanmodifier.RequiresReplace()}
	}
	return nil
}

// keepSame plans the value of the state where the configuration spells the same
// thing in another way, so that spelling is never a difference.
type keepSame struct {
	same func(state, config string) bool
	what string
}

var (
	keepFold     = keepSame{strings.EqualFold, "Another case of the same value is not a change."}
	keepLocation = keepSame{sameLocation, "Another spelling of the same region is not a change."}
	keepConda    = keepSame{sameConda, "Another spelling of the same YAML is not a change."}
)

func (k keepSame) Description(context.Context) string         { return k.what }
func (k keepSame) MarkdownDescription(context.Context) string { return k.what }

func (k keepSame) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	// Terraform accepts the prior value in a plan only where the
	// configuration has a value too.
	if req.StateValue.IsNull() || req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if k.same(req.StateValue.ValueString(), req.ConfigValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}

// sameLocation compares regions: "West Europe" and "westeurope" are the same.
func sameLocation(a, b string) bool { return normalizeLocation(a) == normalizeLocation(b) }

// normalizeLocation returns the form of a region's name that ids use; the API
// answers with the display form for some workspaces.
func normalizeLocation(location string) string {
	return strings.ToLower(strings.ReplaceAll(location, " ", ""))
}
