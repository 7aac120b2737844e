// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package state is what the emulator remembers: workspaces, services, operations,
// models, assets, artifacts, environments and principals, as plain structs with
// the tags of the state file, and the seed that a new emulator starts with. It has
// no lock and answers no request.
package state
