// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package webservice serves the deployments: the resources mlws_aci_service and
// mlws_aks_service, also as list resources, the data sources mlws_service and
// mlws_services, and the action mlws_invoke_service.
//
// Both resources are one implementation: what differs between the compute types
// is their schema, and the fields in expand, flatten and patch.
package webservice

import (
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	tflist "github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/testrequest"
)

// Resources returns the resources of this package.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource { return newServiceResource(azureml.ComputeACI) },
		func() resource.Resource { return newServiceResource(azureml.ComputeAKS) },
	}
}

// DataSources returns the data sources of this package.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		func() datasource.DataSource { return &serviceDataSource{framework.NewDataSource("service")} },
		func() datasource.DataSource { return &servicesDataSource{framework.NewDataSource("services")} },
	}
}

// ListResources returns the list resources of this package.
func ListResources() []func() tflist.ListResource {
	return []func() tflist.ListResource{
		func() tflist.ListResource { return newServiceList(azureml.ComputeACI) },
		func() tflist.ListResource { return newServiceList(azureml.ComputeAKS) },
	}
}

// Actions returns the actions of this package.
func Actions() []func() action.Action {
	return testrequest.Actions()
}
