// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

// plane decides how a call is authenticated and what its errors look like.
type plane int

const (
	planeData      plane = iota // model management and its neighbours: bearer, flat errors
	planeARM                    // Resource Manager: bearer, wrapped errors
	planeArtifact               // artifact API: bearer, wrapped errors
	planeAnonymous              // discovery: no credential, flat errors
	planeEntra                  // token endpoint: OAuth errors
	planeScoring                // a service's own endpoint: plain text errors
	planeControl                // the emulator's own API: no credential, flat errors
)
