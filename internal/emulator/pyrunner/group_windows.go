// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package pyrunner

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps signals of the console from the command.
func ownGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// killGroup kills the command. Windows knows no group to kill; what the script
// has started itself is not reached.
func killGroup(command *exec.Cmd) {
	_ = command.Process.Kill()
}
