// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package api

// Plane decides how a call is authenticated and what its errors look like.
type Plane int

// The planes.
const (
	PlaneData      Plane = iota // model management and its neighbours: bearer, flat errors
	PlaneARM                    // Resource Manager: bearer, wrapped errors
	PlaneArtifact               // artifact API: bearer, wrapped errors
	PlaneAnonymous              // discovery: no credential, flat errors
	PlaneEntra                  // token endpoint: OAuth errors
	PlaneScoring                // a service's own endpoint: plain text errors
	PlaneControl                // the emulator's own API: no credential, flat errors
)
