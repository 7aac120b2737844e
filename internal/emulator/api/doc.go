// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package api is what the handlers of every API of the emulator share: replies,
// refusals in the envelope of each API, and the tables of fields that say which
// requests are valid, the routes, and the call that a handler is given. It changes no
// state.
package api
