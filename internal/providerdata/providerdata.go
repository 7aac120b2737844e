// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package providerdata is what the configured provider hands to its resources,
// data sources, ephemerals, actions and lists. It exists so that they need not
// import the provider package, which imports them.
package providerdata

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/clock"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// Data is shared by everything that one provider configuration serves.
type Data struct {
	// Client talks to Azure Machine Learning. Never nil.
	Client *azureml.Client
	// Workspace is the provider's own workspace; nil where the configuration
	// names none (or its parts are not known yet), so that every object must
	// carry its own workspace_id or service_id.
	Workspace *resourceid.Workspace
	// Clock is the source of "now" for rotation and expiry.
	Clock clock.Clock
}

// From returns the Data in a ProviderData field. It is nil, without an error,
// in the validate walk, in which Terraform has not configured the provider.
func From(providerData any) (*Data, diag.Diagnostics) {
	var diags diag.Diagnostics
	if providerData == nil {
		return nil, diags
	}
	data, ok := providerData.(*Data)
	if !ok {
		diags.AddError("The provider handed over an unexpected type",
			fmt.Sprintf("Expected *providerdata.Data, got %T. This is a bug in the provider; please report it.", providerData))
	}
	return data, diags
}
