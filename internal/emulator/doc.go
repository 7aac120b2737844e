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
// One Emulator holds everything; there is no global state, so tests start as
// many as they like in parallel. One mutex guards the state (package state): a handler runs
// with it held, returns a reply or an error, and never touches the connection.
// Package api makes the bodies, and is the only one that knows the error
// envelopes (flat on the model-management API, wrapped on Resource Manager, OAuth
// on the token endpoint).
//
// Time is lazy: nothing runs in the background. An operation has a start and a
// duration on the emulator's clock, and is settled (see operations.go) at the
// start of the next call that comes in after its end.
//
// The one thing that does run is the code of services, where WithExecution asks
// for it: package pyrunner has the processes, execute.go what a deployment does
// with them. A launch and a scoring call take as long as the user's code does,
// so neither holds the mutex: the first is waited for by settle, the second is
// what a reply gives later.
//
// # Adding an operation
//
//  1. Write its handler, func(c *call) (*reply, error), in the file of its
//     concept. Read path parameters with c.param, the body with c.object or
//     c.array, the workspace from c.workspace. Return ok(...), accepted(...),
//     or an error made by badRequest, notFound, conflict.
//  2. Add one line to the routes of that concept: method, pattern, operation
//     name (it names the call in the request log, in faults and in the
//     conformance table), plane (it decides authentication and error
//     envelope), and the action that the caller needs.
//  3. State belongs to a field of state.Workspace, made in NewWorkspace. Its tag is
//     its name in the state file.
//  4. A body is described by a table of fields (api.Fields), which gives the
//     strict checks: unknown field, wrong type, wrong enum, missing field.
package emulator
