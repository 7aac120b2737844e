// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package azureml is a client of the Azure Machine Learning v1
// model-management API. It knows nothing of Terraform.
//
// Everything here honours its context, returns typed errors (error.go) whose
// texts are one readable sentence and never a response body, and may be used
// from several goroutines at once.
package azureml
