// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package emulator_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// While the disk keeps an upload or a download waiting, other calls are answered: no lock
// is held. The disk is a pipe that nobody writes to.
func TestMovingBytesHoldsNoLock(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	s := open(t, emulator.WithStateFile(state))
	content := s.artifactURL("/artifacts/LocalUpload/c1/content?path=f")
	if got := s.do("POST", content, s.bearer, "content"); got.status != http.StatusOK {
		t.Fatalf("upload: %d %s", got.status, got.raw)
	}
	var pipe string
	files, err := os.ReadDir(state + ".blobs")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.Contains(file.Name(), ".") {
			pipe = filepath.Join(state+".blobs", file.Name())
		}
	}
	if err := os.Remove(pipe); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"GET", "POST"} {
		var waiting sync.WaitGroup
		waiting.Go(func() {
			var body any
			if method == "POST" {
				body = "other"
			}
			reply, err := s.try(method, content, s.bearer, body)
			if err != nil || method == "GET" && reply.raw != "late" || method == "POST" && reply.status != http.StatusConflict {
				t.Errorf("%s: %d %s %v", method, reply.status, reply.raw, err)
			}
		})
		// The reader of a pipe waits until somebody opens it for writing, which fails before.
		var writer *os.File
		eventually(t, method+" waits for the disk", func() bool {
			descriptor, err := unix.Open(pipe, unix.O_WRONLY|unix.O_NONBLOCK, 0)
			if err == nil {
				writer = os.NewFile(uintptr(descriptor), pipe)
			}
			return err == nil
		})
		if reply := s.call("GET", "/services", nil); reply.status != http.StatusOK {
			t.Errorf("meanwhile: %d", reply.status)
		}
		if _, err := writer.WriteString("late"); err != nil {
			t.Fatal(err)
		}
		_ = writer.Close()
		waiting.Wait()
	}
}
