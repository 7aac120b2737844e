// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import "os"

// peakMemory returns 0: Windows does not say it of a process that has ended.
func peakMemory(*os.ProcessState) int64 { return 0 }
