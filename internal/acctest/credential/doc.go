// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package credential holds the acceptance tests of keys, rotations and tokens.
package credential
