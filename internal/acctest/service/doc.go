// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package service holds the acceptance tests of the deployments: mlws_aci_service,
// mlws_aks_service, the data source mlws_service, and the action mlws_invoke_service.
package service
