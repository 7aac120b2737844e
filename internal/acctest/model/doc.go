// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package model holds the acceptance tests of the resource and the data source mlws_model.
package model
