// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package pyrunner

import (
	"os/exec"
	"syscall"
)

// ownGroup makes the command the leader of a process group, so that what it
// starts can be killed with it, and signals of the terminal do not reach it.
func ownGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// killGroup kills a leader and everything in its group.
func killGroup(command *exec.Cmd) {
	_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
}
