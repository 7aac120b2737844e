// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package azureml is a client of the Azure Machine Learning v1
// model-management API. It knows nothing of Terraform.
//
// The API is flat. Below it, package attempt makes changes that must not be made
// twice and waits for them, package gather reads many services with few requests,
// package upload puts files, and package wire sends requests, finds hosts and types
// errors.
//
// A change is started by one call, and followed to its end by another:
//
//	CreateService                 WaitCreated: the service, or why it is not Healthy
//	PatchService, or an overwrite WaitUpdated: the service, or an *OldVersionError
//	DeleteService                 WaitDeleted: nil, or why the service is still there
//	RegenerateKey                 itself: the keys, or a *RegenerateError
//
// IsNotFound believes the API's own form of a 404 only.
//
// Everything here honours its context, returns typed errors with texts of one
// readable line, without secrets and never a whole response body, and may be
// used from several goroutines at once.
package azureml
