// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package codearchive turns a folder of code, or one file, into what is
// uploaded: the same bytes and the same hash on every machine, from every
// checkout. It knows the ignore files, and the driver program that older serving
// images import.
package codearchive
