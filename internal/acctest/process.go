// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// ProvidersOf returns the ids of the provider's processes below a terraform
// process, for a test that signals them. It reads /proc.
func ProvidersOf(t testing.TB, parent int) []int {
	t.Helper()
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", parent))
	if err != nil {
		t.Fatal(err)
	}
	var pids []int
	for _, list := range lists {
		children, _ := os.ReadFile(list) // a thread may have ended
		for _, field := range strings.Fields(string(children)) {
			pid, err := strconv.Atoi(field)
			if err != nil {
				t.Fatal(err)
			}
			pids = append(pids, ProvidersOf(t, pid)...)
			if executable, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid)); err == nil && filepath.Base(executable) == providerName {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}
