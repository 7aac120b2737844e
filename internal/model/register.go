// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package model is mlws_model, the registered version of a model, as a resource
// and as a data source.
package model

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// Resources returns the resources of this package.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &modelResource{framework.NewResource("model")} }}
}

// DataSources returns the data sources of this package.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return &modelDataSource{framework.NewDataSource("model")} }}
}
