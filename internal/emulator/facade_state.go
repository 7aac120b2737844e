// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"io"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// The seed of an emulator, and the principals of its directory.
type (
	// Seed is what an emulator starts with.
	Seed = state.Seed
	// WorkspaceSeed is one workspace.
	WorkspaceSeed = state.WorkspaceSeed
	// ComputeSeed is one attached compute.
	ComputeSeed = state.ComputeSeed
	// ModelSeed is one registered model version.
	ModelSeed = state.ModelSeed
	// EnvironmentSeed is one registered environment version.
	EnvironmentSeed = state.EnvironmentSeed
	// ServiceSeed is one deployed service.
	ServiceSeed = state.ServiceSeed
	// Principal is an application that can sign in.
	Principal = state.Principal
)

// Objects of DefaultSeed, for tests and for the text of the binary.
const (
	ContributorClientID   = state.ContributorClientID
	ContributorSecret     = state.ContributorSecret
	DefaultCompute        = state.DefaultCompute
	DefaultLocation       = state.DefaultLocation
	DefaultResourceGroup  = state.DefaultResourceGroup
	DefaultSubscriptionID = state.DefaultSubscriptionID
	DefaultTenantID       = state.DefaultTenantID
	DefaultWorkspaceID    = state.DefaultWorkspaceID
	DefaultWorkspaceName  = state.DefaultWorkspaceName
	FarCompute            = state.FarCompute
	OwnerClientID         = state.OwnerClientID
	OwnerSecret           = state.OwnerSecret
	ReaderClientID        = state.ReaderClientID
	ReaderSecret          = state.ReaderSecret
)

// DefaultSeed is one workspace with two AKS clusters, three model versions, two
// environments, and one principal per built-in role.
func DefaultSeed() Seed { return state.DefaultSeed() }

// DefaultWorkspaceSeed is the workspace of DefaultSeed under another name.
func DefaultWorkspaceSeed(name string) WorkspaceSeed { return state.DefaultWorkspaceSeed(name) }

// ReadSeed reads a seed from a YAML file (JSON is YAML). Unknown members are
// errors; members left out are empty, except the tenant.
func ReadSeed(path string) (Seed, error) { return state.ReadSeed(path) }

// WriteSeed writes a seed in the form that ReadSeed takes.
func WriteSeed(w io.Writer, seed Seed) error { return state.WriteSeed(w, seed) }
