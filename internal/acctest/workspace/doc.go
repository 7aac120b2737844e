// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package workspace holds the acceptance tests of the data sources about workspaces.
package workspace
