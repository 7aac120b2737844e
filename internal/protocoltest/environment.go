// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"os"
	"strings"
	"testing"
)

// ClearEnvironment empties, for one test, the variables that a provider and its
// credentials read, as a developer's machine or a CI job may have set them.
func ClearEnvironment(t *testing.T) {
	t.Helper()
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		for _, prefix := range []string{"ARM_", "MLWS_", "AZURE", "ACTIONS_ID_", "SYSTEM_", "IDENTITY_", "MSI_"} {
			if strings.HasPrefix(name, prefix) {
				t.Setenv(name, "")
			}
		}
	}
}
