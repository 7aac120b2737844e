// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package storage serves the artifact API, and the storage account in which the bytes of
// artifacts are.
package storage

import (
	"time"
)

// Dependencies are what the layer needs of the emulator around it.
type Dependencies struct {
	Files      *Files
	Now        func() time.Time
	BaseURL    func() string // plain, with the path prefix, without a slash at the end
	SecureURL  func() string // of the TLS listener
	PathPrefix string
	PageSize   func() int
	Host       BlobHost
	Secret     func() string // signs content URIs
}

// Layer serves artifacts and blobs.
type Layer struct{ Dependencies }

// New is the layer over an emulator.
func New(d Dependencies) *Layer { return &Layer{d} }
