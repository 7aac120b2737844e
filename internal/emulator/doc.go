// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package emulator is a local Azure Machine Learning workspace: the token
// endpoint of Entra, the lookups of Resource Manager, workspace discovery, the
// v1 model-management API, and the scoring endpoints of what was deployed.
//
// It is written from descriptions of the API (the public specification, the
// requests of the Python SDK azureml-core 1.51, the service's documentation),
// and from no recording. It shares no type with the client, so that a test of
// the client against it proves the wire and not a mirror.
//
// # Shape
//
// This package is a facade: options, listeners, the state file and the exported methods.
// Each API is a layer in a package of its own, made by New with what it needs as functions
// and other layers, and served by its Routes; layers.go wires them. A layer does not know
// this package.
//
// One Emulator has all state; nothing is global, so tests start as many as they
// like in parallel. One mutex guards the state (package state): a handler runs
// while it is locked, returns a reply or an error, and never touches the connection.
// Package api makes the bodies, and is the only one that knows the error
// envelopes (flat on the model-management API, wrapped on Resource Manager, OAuth
// on the token endpoint).
//
// Time is lazy: nothing runs in the background. An operation has a start and a
// duration on the emulator's clock, and is finished by the engine (package operations)
// at the start of the next call that comes in after its end.
//
// Only the code of services runs by itself, and only with WithExecution: package
// pyrunner has the processes, and package scoring starts and stops them. A launch and a
// scoring call take as long as the user's code does, so the mutex is unlocked
// meanwhile: the engine waits for a launch, and a score is a reply that is sent later.
//
// # Adding an operation
//
//  1. Write its handler, func(*api.Call) (*api.Reply, error), in the file of its
//     concept, in the package of its layer. The call has the parameters of the path,
//     the body, the workspace and the caller. Return api.OK(...), or an error made by
//     api.Invalid, api.NotFound, api.Conflict. What takes time is an operation of
//     package operations.
//  2. Add one line to the routes of that concept: method, pattern, operation
//     name (it names the call in the request log, in faults and in the
//     conformance table), plane (it decides authentication and error
//     envelope), and the action that the caller needs.
//  3. State belongs to a field of state.Workspace, made in NewWorkspace. Its tag is
//     its name in the state file.
//  4. A body is described by a table of fields (api.Fields), which gives the
//     strict checks: unknown field, wrong type, wrong enum, missing field.
package emulator
