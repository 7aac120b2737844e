// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package faults is the fault matrix: a list of operations, a list of faults, and
// for each pair what has to come of it. The pair's expectation follows from the
// properties of the two, and is never written for one pair. The tests run each pair
// with a real terraform.
package faults
