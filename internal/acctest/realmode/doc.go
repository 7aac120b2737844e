// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package realmode tests that the acceptance tests can be pointed at a workspace
// that is not theirs, by the environment alone.
package realmode
