// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package adoption tests how a workspace comes under Terraform: 30 services, made as
// the Python SDK makes them, are found, imported, changed and rotated, and the guide
// about it is run as it is printed.
package adoption
