// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package emulator_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner/pythontest"
)

// executing opens an emulator that runs code. These tests need python3.
func executing(t *testing.T, options ...emulator.Option) *session {
	t.Helper()
	pythontest.Need(t)
	return open(t, append([]emulator.Option{emulator.WithExecution()}, options...)...)
}

// targz packs files, in the order given: name, content, name, content.
func targz(t testing.TB, files ...string) string {
	t.Helper()
	var members []tar.Header
	for i := 0; i < len(files); i += 2 {
		members = append(members, tar.Header{Name: files[i], Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(files[i+1]))})
	}
	return pack(t, members, files)
}

func pack(t testing.TB, members []tar.Header, files []string) string {
	t.Helper()
	var out bytes.Buffer
	compressed := gzip.NewWriter(&out)
	archive := tar.NewWriter(compressed)
	for i, member := range members {
		if err := archive.WriteHeader(&member); err != nil {
			t.Fatal(err)
		}
		if member.Typeflag == tar.TypeReg {
			if _, err := archive.Write([]byte(files[2*i+1])); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := compressed.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// containers numbers uploads, as the random part of their paths does.
var containers atomic.Int64

// asset uploads one file of code and returns its entry in a request.
func (s *session) asset(name, content string, more ...any) map[string]any {
	s.t.Helper()
	container := fmt.Sprintf("%08x", containers.Add(1))
	s.upload("LocalUpload", container, name, content)
	return change(map[string]any{"id": name, "url": "aml://artifact/LocalUpload/" + container + "/" + name, "mimeType": "application/octet-stream"}, more)
}

// source is the image request of a folder named src with these files, of which
// src/score.py is the entry script.
func (s *session) source(files ...string) map[string]any {
	s.t.Helper()
	for i := 0; i < len(files); i += 2 {
		files[i] = "src/" + files[i]
	}
	return s.archive(targz(s.t, files...))
}

func (s *session) archive(content string) map[string]any {
	s.t.Helper()
	return map[string]any{
		"driverProgram": "driver.py", "modelIds": []string{"raw:1"},
		"assets": []any{
			s.asset("driver.py", "raise Exception('newer images ignore the driver')", "mimeType", "application/x-python"),
			s.asset("src.tar.gz", content, "unpack", true),
		},
		"environment": map[string]any{
			"name": "e", "version": "1",
			"environmentVariables": map[string]any{"AZUREML_ENTRY_SCRIPT": "src/score.py", "AZUREML_SOURCE_DIRECTORY": "src", "GREETING": "hello"},
		},
	}
}

// script is the image request of a single src/score.py.
func (s *session) script(lines ...string) map[string]any {
	s.t.Helper()
	return s.source("score.py", strings.Join(lines, "\n")+"\n")
}

// patient is an AKS service. Its requests wait long enough for a process that is
// started again on a busy machine.
func patient(name string, image map[string]any, pairs ...any) map[string]any {
	return aks(name, append([]any{"environmentImageRequest", image, "authEnabled", false, "numReplicas", 1, "maxQueueWaitMs", 30000}, pairs...)...)
}

// ask sends text to a service and returns its answer.
func (s *session) ask(service map[string]any, body string) answer {
	s.t.Helper()
	return s.do("POST", service["scoringUri"].(string), "", body)
}

// logs reads the container log of a service.
func (s *session) logs(name string) string {
	s.t.Helper()
	content, _ := s.call("GET", "/services/"+name+"/logs?tail=5000", nil).json["content"].(string)
	return content
}

// alive tells whether a process runs; a zombie does not.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return !os.IsNotExist(err) || !procfs()
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(rest, "Z")
}

func procfs() bool {
	_, err := os.Stat("/proc/self/stat")
	return err == nil
}

// want checks an answer's status and text.
func (a answer) want(t testing.TB, what string, status int, text string) {
	t.Helper()
	if a.status != status || !strings.Contains(a.raw, text) {
		t.Errorf("%s: got %d %.300s, want %d with %s", what, a.status, a.raw, status, text)
	}
}

func mustStatus(t testing.TB, a answer, status int) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("got %d %s, want %d", a.status, a.raw, status)
	}
	return a
}
