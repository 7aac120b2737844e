// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

func TestGuideIsUpToDate(t *testing.T) {
	t.Parallel()
	var want string
	for _, page := range pages {
		text, err := page.Check("../../..")
		if err != nil {
			t.Fatal(err)
		}
		want += text
	}
	if rows := strings.Count(want, "| no, 501 |"); rows != 3 {
		t.Errorf("%d operations are not served, want 3", rows)
	}
}

func TestReadmeHasTheNumberOfGeneratedRequests(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := "answers " + answered() + " generated requests"; !strings.Contains(string(readme), want) {
		t.Errorf("README.md does not say %q", want)
	}
}

func TestMeasuring(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("the memory of a process is read on Linux only")
	}
	memory, err := resident(os.Getpid())
	if err != nil || memory < 1<<20 || memory > 1<<32 {
		t.Errorf("this process has %d bytes of memory: %v", memory, err)
	}
	text := measured{Date: "2026-01-02", Go: "go1", Machine: "linux/amd64, 2 cores, x", Start: 36400 * time.Microsecond, Starts: 20, Memory: 13 << 20, Size: 25 << 19}.table()
	for _, want := range []string{"median of 20", "| 36 ms | 13 MiB | 12.5 MiB |", "2026-01-02 with go1 on linux/amd64, 2 cores, x"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
}

// The guide says which operations the provider uses. Which paths its client
// composes is read from its source, so that the claim follows the client.
func TestUsedByTheProvider(t *testing.T) {
	t.Parallel()
	source := clientSource(t)
	used := map[string]bool{} // by path
	for path, operations := range map[string][]string{
		"/models": {"RegisterModel", "ListModels", "GetModel", "PatchModel", "DeleteModel", "ModelMetrics"}, "/assets": {"CreateAsset", "ListAssets", "GetAsset", "PatchAsset", "DeleteAsset"},
		"/artifact": {"CreateArtifacts", "UploadArtifact", "GetArtifact", "ListArtifacts"}, "/providers/Microsoft.Authorization/permissions": {"ListPermissions"}, "/providers/Microsoft.MachineLearningServices/workspaces": {"ListWorkspaces"}, "/computes": {"GetCompute"},
		"/environments": {"GetEnvironment", "PutEnvironment", "ListEnvironments"}, "/logs": {"ServiceLogs"}, "/listkeys": {"ListKeys"}, "/regenerateKeys": {"RegenerateKeys"},
		"/token": {"ServiceToken"}, "/services": {"CreateService", "GetService", "ListServices", "PatchService", "DeleteService"},
		"/validate": {"ValidateService"},
	} {
		claimed := false
		for _, operation := range operations {
			claimed = claimed || claims(operation)
		}
		used[path] = strings.Contains(source, `"`+path)
		if claimed != used[path] {
			t.Errorf("%s: the client composes it: %t, the table says used: %t. Correct Provider in the table, then go run ./internal/cmd/conformance", path, used[path], claimed)
		}
	}
	if !used["/services"] || used["/validate"] {
		t.Error("the client's source is read wrongly")
	}
}

func claims(operation string) bool {
	for _, row := range emulator.ConformanceTable() {
		if row.Operation == operation && row.Provider {
			return true
		}
	}
	for _, row := range emulator.Neighbours() {
		if row.Operation == operation && row.Provider {
			return true
		}
	}
	return false
}

func clientSource(t *testing.T) string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"../../azureml/*.go", "../../azureml/*/*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: the client's source was not found: %v", pattern, err)
		}
		files = append(files, found...)
	}
	var source strings.Builder
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(raw)
	}
	return source.String()
}
