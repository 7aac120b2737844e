// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package auth holds the tests of every way to sign in, at the token endpoints of
// an emulator.
package auth
