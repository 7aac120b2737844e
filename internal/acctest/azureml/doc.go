// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package azureml holds the tests of the client against the emulator, over real
// sockets: whole flows, with an other side that was written from the API's
// contract and not from the client.
package azureml
