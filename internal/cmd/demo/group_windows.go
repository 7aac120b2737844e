// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os/exec"
	"syscall"
)

// ownProcessGroup keeps signals of the terminal from the command.
func ownProcessGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// endProcessGroup ends a command; on Windows, what it has started ends by itself.
func endProcessGroup(command *exec.Cmd) error { return command.Process.Kill() }
