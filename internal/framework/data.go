// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package framework is what every Terraform object of this provider shares: the
// data of the configured provider, base types to embed, timeouts, the workspace
// and the identity, private state, plan modifiers, and progress. Values and
// validators are in the packages below it.
package framework

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/clock"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// Data is what the configured provider hands to all of its objects. One provider
// process has one, and it lives as long as the process.
type Data struct {
	// Client talks to Azure Machine Learning. It is never nil.
	Client *azureml.Client
	// Workspace is the provider's own workspace. It is nil if the configuration
	// names none, or if its parts are not known yet; every object must then carry
	// its own workspace_id or service_id.
	Workspace *resourceid.Workspace
	// Clock is the source of "now" for rotation and expiry.
	Clock clock.Clock
	// Rotations is what the objects that regenerate keys tell each other.
	Rotations Rotations
}

// dataOf returns the Data in a ProviderData field. It is nil, without an error,
// in the validate walk, in which Terraform has not configured the provider.
func dataOf(providerData any) (*Data, diag.Diagnostics) {
	var diags diag.Diagnostics
	if providerData == nil {
		return nil, diags
	}
	data, ok := providerData.(*Data)
	if !ok {
		diags.AddError("The provider handed over an unexpected type",
			fmt.Sprintf("Expected *framework.Data, got %T. This is a bug in the provider; please report it.", providerData))
	}
	return data, diags
}
