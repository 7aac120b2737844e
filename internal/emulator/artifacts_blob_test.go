// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// A blob has one ETag and, if it is known, one Content-MD5, in every reply and after a
// restart.
func TestBlobProperties(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	s := open(t, emulator.WithStateFile(state))
	whole := s.contentURI("LocalUpload", "c1", "whole")
	put := s.blob("PUT", whole, "content")
	tag := put.header.Get("ETag")
	if len(tag) < 10 || put.header.Get("Content-MD5") != checksum("content") {
		t.Fatalf("PUT: %v", put.header)
	}
	described := func(when, uri, tag, md5 string) {
		t.Helper()
		for _, method := range []string{"HEAD", "GET"} {
			if got := s.blob(method, uri, ""); got.header.Get("ETag") != tag || got.header.Get("Content-MD5") != md5 {
				t.Errorf("%s, %s: ETag %s, MD5 %s, want %s and %s", when, method, got.header.Get("ETag"), got.header.Get("Content-MD5"), tag, md5)
			}
		}
	}
	described("in one piece", whole, tag, checksum("content"))
	part := s.blob("GET", whole, "", "Range", "bytes=0-2")
	if part.raw != "con" || part.header.Get("Content-MD5") != "" || part.header.Get("x-ms-blob-content-md5") != checksum("content") {
		t.Errorf("a range: %q %v", part.raw, part.header)
	}
	if same := s.blob("GET", whole, "", "If-None-Match", tag); same.status != http.StatusNotModified {
		t.Errorf("the content that the client has: %d", same.status)
	}

	// Of blocks, the account knows the checksum that the client says.
	blocks := func(path string, header ...string) (uri, tag string) {
		t.Helper()
		uri = s.contentURI("LocalUpload", "c1", path)
		if got := s.blob("PUT", uri+"&comp=block&blockid=MDAx", "content"); got.status != http.StatusCreated {
			t.Fatalf("block: %d", got.status)
		}
		list := s.blob("PUT", uri+"&comp=blocklist", "<BlockList><Latest>MDAx</Latest></BlockList>", header...)
		if list.status != http.StatusCreated {
			t.Fatalf("list: %d %s", list.status, list.raw)
		}
		return uri, list.header.Get("ETag")
	}
	said, saidTag := blocks("said", "x-ms-blob-content-md5", checksum("content"))
	described("blocks", said, saidTag, checksum("content"))
	silent, silentTag := blocks("silent")
	described("blocks without a checksum", silent, silentTag, "")
	if saidTag == silentTag || saidTag == tag {
		t.Error("two blobs have one ETag")
	}

	if again := s.blob("PUT", whole, "other", "If-None-Match", ""); again.status != http.StatusCreated || again.header.Get("ETag") == tag {
		t.Errorf("an overwrite: %d %v", again.status, again.header)
	} else {
		tag = again.header.Get("ETag")
	}
	if err := s.e.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, emulator.WithStateFile(state))
	for path, want := range map[string][2]string{"whole": {tag, checksum("other")}, "said": {saidTag, checksum("content")}, "silent": {silentTag, ""}} {
		info := s.do("GET", s.artifactURL("/artifacts/contentinfo/LocalUpload/c1/"+path), s.bearer, nil)
		described("after a restart, "+path, info.json["contentUri"].(string), want[0], want[1])
	}
}

// Of many uploads that must not overwrite, and that all have begun when there was no blob,
// one wins, and its content stays.
func TestOneUploadWins(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	s := open(t, emulator.WithStateFile(state))
	uri := s.contentURI("LocalUpload", "c1", "f")
	const clients = 8
	var (
		group sync.WaitGroup
		mu    sync.Mutex
		won   []string
		ends  []*io.PipeWriter
	)
	for client := range clients {
		content, end := io.Pipe()
		ends = append(ends, end)
		request, err := http.NewRequest(http.MethodPut, uri, content)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("x-ms-blob-type", "BlockBlob")
		request.Header.Set("If-None-Match", "*")
		group.Go(func() {
			reply, err := send(s.e, request)
			switch {
			case err != nil:
				t.Error(err)
			case reply.status == http.StatusCreated:
				mu.Lock()
				won = append(won, fmt.Sprintf("from %d to the end", client))
				mu.Unlock()
			case reply.status != http.StatusConflict || reply.header.Get("x-ms-error-code") != "BlobAlreadyExists":
				t.Errorf("%d %s", reply.status, reply.raw)
			}
		})
		group.Go(func() { _, _ = fmt.Fprintf(end, "from %d", client) })
	}
	eventually(t, "every upload has begun", func() bool {
		begun, _ := filepath.Glob(filepath.Join(state+".blobs", ".upload-*"))
		return len(begun) == clients
	})
	for _, end := range ends {
		group.Go(func() {
			_, _ = io.WriteString(end, " to the end")
			_ = end.Close()
		})
	}
	group.Wait()
	if got := s.blob("GET", uri, ""); len(won) != 1 || got.raw != won[0] {
		t.Errorf("%d uploads were told that they had won: %v; the blob is %q", len(won), won, got.raw)
	}
}

// The error of a blob is XML, whatever its message holds.
func TestBlobErrorsAreXML(t *testing.T) {
	t.Parallel()
	s := open(t)
	uri := s.contentURI("LocalUpload", "c1", "f")
	s.e.Fault(emulator.Fault{Operation: "PutBlob", Kind: emulator.FaultError, Message: `a < b & "c"`, Times: 1})
	if got := s.blob("PUT", uri, "x"); !strings.Contains(got.raw, "<Message>a &lt; b &amp; &#34;c&#34;</Message>") {
		t.Errorf("%d %s", got.status, got.raw)
	}
}
