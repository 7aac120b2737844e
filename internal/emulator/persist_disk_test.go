// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// A second emulator on the same file fails, names it, and leaves the first one alone.
func TestOneEmulatorAStateFile(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	s := open(t, emulator.WithStateFile(state), emulator.WithOperationDuration(0))
	if _, err := emulator.New(emulator.WithStateFile(state)); err == nil || !strings.Contains(err.Error(), state) {
		t.Errorf("a second emulator: %v", err)
	}
	s.deploy(aci("svc"))
	if err := s.e.Close(); err != nil {
		t.Fatal(err)
	}
	if names := emulator.Start(t, emulator.WithStateFile(state)).ServiceNames(s.scope); len(names) != 1 {
		t.Errorf("the third one has %v", names)
	}
}

// Calls that change nothing do not touch the file; a change does.
func TestReadingWritesNothing(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	s := open(t, emulator.WithStateFile(state), emulator.WithOperationDuration(0))
	s.deploy(aci("svc", "authEnabled", true))
	s.succeed(s.call("PATCH", "/services/svc", replace("/description", "x")))
	if err := os.WriteFile(state, []byte("untouched"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, call := range [][2]string{
		{"GET", "/services"},
		{"GET", "/services/svc"},
		{"POST", "/services/svc/listkeys"},
		{"POST", "/services/svc/token"},
		{"POST", "/services/list"},
		{"POST", "/models/list"},
		{"POST", "/services/validate/name/other"},
		{"DELETE", "/services/none"},
	} {
		var body any
		if strings.HasSuffix(call[1], "/list") || strings.Contains(call[1], "validate") {
			body = object{}
		}
		if reply := s.call(call[0], call[1], body); reply.status >= 500 {
			t.Errorf("%v: %d %s", call, reply.status, reply.raw)
		}
		if raw, err := os.ReadFile(state); err != nil || string(raw) != "untouched" && call[0] != "DELETE" {
			t.Errorf("%v wrote the state (%v)", call, err)
		}
	}
	if reply := s.call("POST", "/services/svc/regenerateKeys", object{"keyType": "Primary"}); reply.status != http.StatusAccepted {
		t.Fatalf("regenerate: %d", reply.status)
	}
	if raw, err := os.ReadFile(state); err != nil || !bytes.Contains(raw, []byte(`"svc"`)) {
		t.Errorf("a change is not in the state: %v", err)
	}
}

// The state does not grow with the number of operations, and so does the cost of a call.
func TestStateIsBoundedByWhatThereIs(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	s := open(t, emulator.WithStateFile(state), emulator.WithOperationDuration(0))
	s.deploy(aci("svc", "authEnabled", true))
	size := func(operations int) int64 {
		for range operations {
			if reply := s.call("POST", "/services/svc/regenerateKeys", object{"keyType": "Primary"}); reply.status != http.StatusAccepted {
				t.Fatalf("regenerate: %d %s", reply.status, reply.raw)
			}
		}
		info, err := os.Stat(state)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	few, many := size(150), size(850)
	if many > few+few/100 {
		t.Errorf("the state has %d bytes after 150 operations, and %d after 1,000", few, many)
	}
	if many > 200_000 {
		t.Errorf("the state of one service has %d bytes after 1,000 operations", many)
	}
}

// slowWriter takes its time, and says when it has begun and ended.
type slowWriter struct {
	mu           sync.Mutex
	begun        chan struct{}
	once         sync.Once
	ended, begin int
}

func (w *slowWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	w.begin++
	w.mu.Unlock()
	w.once.Do(func() { close(w.begun) })
	time.Sleep(50 * time.Millisecond)
	w.mu.Lock()
	w.ended++
	w.mu.Unlock()
	return len(p), nil
}

// Close returns when no call is being handled any more: one that reads its body, and one
// that writes its line of the log.
func TestCloseWaitsForCalls(t *testing.T) {
	t.Parallel()
	log := &slowWriter{begun: make(chan struct{})}
	directory := t.TempDir()
	state := filepath.Join(directory, "state.json")
	s := open(t, emulator.WithLog(log), emulator.WithStateFile(state))
	uri := s.contentURI("LocalUpload", "c1", "model.pkl")
	log.mu.Lock()
	log.begun, log.once, log.begin, log.ended = make(chan struct{}), sync.Once{}, 0, 0
	log.mu.Unlock()

	content, writer := io.Pipe()
	request, err := http.NewRequest(http.MethodPut, uri, content)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("x-ms-blob-type", "BlockBlob")
	var clients sync.WaitGroup
	clients.Go(func() {
		if response, err := http.DefaultClient.Do(request); err == nil {
			_ = response.Body.Close()
		}
	})
	if _, err := writer.Write([]byte("half of a model")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the upload has begun", func() bool {
		found, _ := filepath.Glob(filepath.Join(state+".blobs", ".upload-*"))
		return len(found) == 1
	})
	clients.Go(func() { _, _ = s.try("GET", s.url("/services"), s.bearer, nil) })
	<-log.begun
	if err := s.e.Close(); err != nil {
		t.Fatal(err)
	}
	log.mu.Lock()
	if log.begin != log.ended || log.ended != 2 {
		t.Errorf("%d calls have begun to write their line, %d have ended, want 2", log.begin, log.ended)
	}
	log.mu.Unlock()
	if found, _ := filepath.Glob(filepath.Join(state+".blobs", ".upload-*")); len(found) != 0 {
		t.Errorf("an upload goes on, or was left: %v", found)
	}
	_ = writer.Close()
	clients.Wait()
	if err := s.e.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
}

// A call that waits for a fault's delay does not keep Close waiting.
func TestCloseEndsDelays(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.e.Fault(emulator.Fault{Operation: "ListServices", Kind: emulator.FaultThrottle, Delay: time.Hour})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = s.try("GET", s.url("/services"), s.bearer, nil)
	}()
	eventually(t, "the call has come in", func() bool { return s.e.Count("ListServices") == 1 })
	if err := s.e.Close(); err != nil {
		t.Fatal(err)
	}
	<-ended
}

// The cost of a call does not grow with the number of operations before it.
func BenchmarkChangeAfterOperations(b *testing.B) {
	for _, before := range []int{0, 1000} {
		b.Run(fmt.Sprintf("after %d operations", before), func(b *testing.B) {
			e := emulator.Start(b, emulator.WithStateFile(filepath.Join(b.TempDir(), "state.json")), emulator.WithOperationDuration(0))
			bearer := e.AccessToken(emulator.OwnerClientID)
			send := func(method, path, body string) {
				request, err := http.NewRequest(method, e.ModelManagementURL()+"/modelmanagement/v1.0"+emulator.DefaultWorkspaceID+path, strings.NewReader(body))
				if err != nil {
					b.Fatal(err)
				}
				request.Header.Set("Authorization", "Bearer "+bearer)
				response, err := http.DefaultClient.Do(request)
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
				if response.StatusCode != http.StatusAccepted {
					b.Fatalf("%s %s: %s", method, path, response.Status)
				}
			}
			send("POST", "/services", `{"name":"svc","computeType":"ACI","authEnabled":true,"environmentImageRequest":{"modelIds":["iris:1"]}}`)
			regenerate := func() { send("POST", "/services/svc/regenerateKeys", `{"keyType":"Primary"}`) }
			for range before {
				regenerate()
			}
			b.ResetTimer()
			for b.Loop() {
				regenerate()
			}
		})
	}
}
