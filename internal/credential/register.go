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
)

// Resources returns the resources of this package.
func Resources() []func() resource.Resource {
	shared := newRotations()
	return []func() resource.Resource{
		func() resource.Resource { return &keyResource{rotations: shared} },
		func() resource.Resource { return &rotationResource{rotations: shared} },
	}
}

// DataSources returns the data sources of this package.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		func() datasource.DataSource { return &tokenDataSource{} },
		func() datasource.DataSource { return &keysDataSource{} },
	}
}

// EphemeralResources returns the ephemeral resources of this package.
func EphemeralResources() []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		func() ephemeral.EphemeralResource { return &tokenEphemeral{} },
		func() ephemeral.EphemeralResource { return &keysEphemeral{} },
	}
}

// Actions returns the actions of this package.
func Actions() []func() action.Action {
	return []func() action.Action{
		func() action.Action { return &regenerateAction{} },
	}
}
