// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package wire sends single requests to Azure: the pipeline and its policies,
// the hosts of a workspace, the reading of replies, and the errors of requests.
// It knows the forms of the APIs, and none of their objects.
package wire
