// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
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

var keepLocation = framework.KeepSpelling("Another spelling of the same region is not a change.", sameLocation)

// sameLocation compares regions: "West Europe" and "westeurope" are the same.
func sameLocation(a, b string) bool { return normalizeLocation(a) == normalizeLocation(b) }

// normalizeLocation returns the form of a region's name that ids use; the API
// answers with the display form for some workspaces.
func normalizeLocation(location string) string {
	return strings.ToLower(strings.ReplaceAll(location, " ", ""))
}
