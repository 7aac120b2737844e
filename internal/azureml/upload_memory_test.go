// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// zeros is a file without an end.
type zeros struct{}

// Read implements io.Reader.
func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// sink is a workspace with a storage account that counts the bytes and keeps none.
type sink struct {
	ws    *azureml.Workspace
	bytes atomic.Int64
}

func (s *sink) taken() int64 { return s.bytes.Swap(0) }

func newSink(tb testing.TB) *sink {
	tb.Helper()
	s := &sink{}
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPut:
			n, _ := io.Copy(io.Discard, r.Body)
			if r.URL.Query().Get("comp") != "blocklist" {
				s.bytes.Add(n)
			}
			w.WriteHeader(http.StatusCreated)
		case strings.HasPrefix(r.URL.Path, "/arm"):
			answer(200, `{"name":"ws-demo","properties":{"discoveryUrl":"`+server.URL+`/discovery"}}`)(w, r)
		case r.URL.Path == "/discovery":
			answer(200, `{"history":"`+server.URL+`"}`)(w, r)
		default:
			metadata(server.URL+"/blobs/container/m"+sas, "{}")(w, r)
		}
	}))
	tb.Cleanup(server.Close)
	client, err := azureml.NewClient(azureml.Config{
		Credential: token("bearer-of-the-test"), ResourceManagerEndpoint: server.URL + "/arm", TokenScope: "https://management.example/.default",
	})
	if err != nil {
		tb.Fatal(err)
	}
	s.ws = client.Workspace(workspaceID)
	return s
}

// peakHeap samples how far the heap grows while the work is done.
func peakHeap(tb testing.TB, work func()) uint64 {
	tb.Helper()
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var peak atomic.Uint64
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			if now.HeapAlloc > before.HeapAlloc {
				peak.Store(max(peak.Load(), now.HeapAlloc-before.HeapAlloc))
			}
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	work()
	close(done)
	<-stopped
	return peak.Load()
}
