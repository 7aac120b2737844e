// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build !windows

package main

import (
	"os"
	"runtime"
	"syscall"
)

// peakMemory returns the peak of the resident memory of a process that has ended, in bytes.
func peakMemory(ended *os.ProcessState) int64 {
	used, ok := ended.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return int64(used.Maxrss) //nolint:unconvert // as below
	}
	return int64(used.Maxrss) << 10 //nolint:unconvert // 32 bits on some systems
}
