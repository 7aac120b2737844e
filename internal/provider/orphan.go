// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"time"
)

// EndWithTerraform ends this process within a second of the end of the process that has
// started it, and never returns before. If Terraform was killed, nobody
// waits for an answer. Without it, only the next write to the log ended it, through the broken
// pipe, and by default nothing is written. Windows keeps the id of a parent that has
// ended, so this does nothing there.
func EndWithTerraform() {
	parent := os.Getppid()
	for range time.Tick(time.Second) {
		if os.Getppid() != parent {
			os.Exit(1)
		}
	}
}
