// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "testing"

// Every operation that is served has a row in a table of conformance, and no
// row is about anything else.
func TestTablesCoverTheRoutes(t *testing.T) {
	t.Parallel()
	described := map[string]bool{}
	for _, row := range ConformanceTable() {
		if row.Operation != "" {
			described[row.Operation] = true
		}
	}
	for _, row := range Neighbours() {
		described[row.Operation] = true
	}
	served := map[string]bool{}
	for _, operation := range newRouter().operations() {
		served[operation] = true
		if !described[operation] {
			t.Errorf("operation %s has no row", operation)
		}
	}
	for operation := range described {
		if !served[operation] {
			t.Errorf("the row of %s is about nothing", operation)
		}
	}
}
