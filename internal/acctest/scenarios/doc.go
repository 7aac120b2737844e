// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package scenarios holds the acceptance tests of what goes wrong: deployments
// that fail or never end, requests that are throttled or lost, runs that are
// interrupted or killed, and input that cannot work. Whatever happens, the state
// has to match the workspace, and no secret may show.
package scenarios
