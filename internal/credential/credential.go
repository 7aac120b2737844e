// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package credential serves the credentials of deployed services: their two
// keys with the rotation of these, and the short-lived tokens.
package credential

import (
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// Resources returns the resources of this package.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource { return &keyResource{framework.NewResource("service_key")} },
		func() resource.Resource { return &rotationResource{framework.NewResource("service_key_rotation")} },
	}
}

// DataSources returns the data sources of this package.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{tokenDataSource, keysDataSource}
}

// EphemeralResources returns the ephemeral resources of this package.
func EphemeralResources() []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{newTokenEphemeral, keysEphemeral}
}

// Actions returns the actions of this package.
func Actions() []func() action.Action {
	return []func() action.Action{
		func() action.Action { return &regenerateAction{framework.NewAction("regenerate_key")} },
	}
}
