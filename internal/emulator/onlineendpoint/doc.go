// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package onlineendpoint serves the v2 part of Resource Manager: online endpoints and
// their deployments, versions of code, models and environments, the operations that a
// change starts, and the scoring addresses of endpoints. Models and environments are
// those of v1: what one API registers, the other one reads.
//
// The tables of fields are written from Azure's own types of api-version 2026-05-01,
// and operations and headers from the public description of Resource Manager, in which
// a change is answered with Azure-AsyncOperation or Location. Rules that no source has
// are named as own choices in the conformance page.
package onlineendpoint
