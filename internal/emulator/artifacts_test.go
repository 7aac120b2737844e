// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

func (s *session) artifactURL(path string) string {
	return s.e.ResourceManagerURL() + "/artifact/v2.0" + s.scope + path
}

func checksum(content string) string {
	sum := md5.Sum([]byte(content))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// dialLoopback resolves *.localhost, which not every resolver does.
func dialLoopback(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(host, ".localhost") {
		address = net.JoinHostPort("127.0.0.1", port)
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

// blob sends a request to a content URI as the SDK's storage client does: no
// bearer token, the checksum, and If-None-Match.
func (s *session) blob(method, uri, content string, header ...string) answer {
	s.t.Helper()
	request, err := http.NewRequest(method, uri, strings.NewReader(content))
	if err != nil {
		s.t.Fatal(err)
	}
	if method == http.MethodPut {
		request.Header.Set("x-ms-blob-type", "BlockBlob")
		request.Header.Set("If-None-Match", "*")
		request.Header.Set("Content-MD5", checksum(content))
		request.Header.Set("Content-Type", "application/octet-stream")
		request.Header.Set("x-ms-version", "2021-08-06")
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	reply, err := send(s.e, request)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply
}

// contentURI asks for the place of one file, in the SDK's spelling of the call.
func (s *session) contentURI(origin, container, path string) string {
	s.t.Helper()
	reply := s.do("POST", s.artifactURL("/artifacts/batch/metadata/"+origin+"/"+container), s.bearer, map[string]any{"paths": []any{map[string]any{"path": path}}})
	contents, _ := reply.json["artifactContentInformation"].(map[string]any)
	content, _ := contents[path].(map[string]any)
	uri, _ := content["contentUri"].(string)
	if reply.status != http.StatusOK || uri == "" {
		s.t.Fatalf("metadata: %d %s", reply.status, reply.raw)
	}
	return uri
}

func (s *session) upload(origin, container, path, content string) string {
	s.t.Helper()
	uri := s.contentURI(origin, container, path)
	if got := s.blob("PUT", uri, content); got.status != http.StatusCreated {
		s.t.Fatalf("put: %d %s", got.status, got.raw)
	}
	return uri
}

func TestArtifactMetadata(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithPathPrefix("/below"))
	paths := []any{map[string]any{"path": "folder/a b.txt"}, map[string]any{"path": "folder/ü.pkl"}}
	for _, spelling := range []string{"/artifacts/batch/metadata/LocalUpload/c1", "/artifacts/LocalUpload/c1/batch/metadata"} {
		reply := s.do("POST", s.artifactURL(spelling), s.bearer, map[string]any{"paths": paths})
		artifacts, _ := reply.json["artifacts"].(map[string]any)
		contents, _ := reply.json["artifactContentInformation"].(map[string]any)
		if reply.status != http.StatusOK || len(artifacts) != 2 || len(contents) != 2 {
			t.Fatalf("%s: %d %s", spelling, reply.status, reply.raw)
		}
		for _, p := range paths {
			path := p.(map[string]any)["path"].(string)
			a, _ := artifacts[path].(map[string]any)
			if a["artifactId"] != "LocalUpload/c1/"+path || a["path"] != path {
				t.Errorf("artifact %q: %v", path, a)
			}
			uri, err := url.Parse(contents[path].(map[string]any)["contentUri"].(string))
			if err != nil || uri.EscapedPath() != uri.Path || len(strings.Split(strings.Trim(uri.Path, "/"), "/")) < 2 || uri.Query().Get("sig") == "" {
				t.Errorf("content URI of %q: %v %v", path, uri, err)
			}
		}
		if errors, _ := reply.json["errors"].(map[string]any); len(errors) != 0 {
			t.Errorf("errors: %v", errors)
		}
	}

	many := make([]any, 51)
	for i := range many {
		many[i] = map[string]any{"path": fmt.Sprintf("f%d", i)}
	}
	for name, body := range map[string]any{
		"51 paths": map[string]any{"paths": many}, "no path": map[string]any{"paths": []any{}}, "none": map[string]any{},
		"climbing": map[string]any{"paths": []any{map[string]any{"path": "../x"}}}, "unknown": map[string]any{"paths": paths, "more": 1},
		"not JSON": "{",
	} {
		reply := s.do("POST", s.artifactURL("/artifacts/batch/metadata/LocalUpload/c2"), s.bearer, body)
		wrapped, _ := reply.json["error"].(map[string]any)
		if reply.status != http.StatusBadRequest || wrapped["code"] != "BadRequest" || reply.json["statusCode"] != nil {
			t.Errorf("%s: want a wrapped 400, got %d %s", name, reply.status, reply.raw)
		}
	}
	if got := s.do("POST", s.artifactURL("/artifacts/metadata"), s.bearer, map[string]any{}); got.status != http.StatusNotImplemented || got.json["error"] == nil {
		t.Errorf("what is not implemented: %d %s", got.status, got.raw)
	}
	reader := s.as(emulator.ReaderClientID)
	if got := reader.do("POST", s.artifactURL("/artifacts/batch/metadata/LocalUpload/c2"), reader.bearer, map[string]any{"paths": paths}); got.status != http.StatusForbidden || got.json["error"] == nil {
		t.Errorf("a Reader's upload: %d %s", got.status, got.raw)
	}
}

// Every form of content URI takes a file in one piece and gives it back.
func TestBlobInOnePiece(t *testing.T) {
	t.Parallel()
	for _, form := range []emulator.BlobHost{emulator.BlobPlain, emulator.BlobAzure, emulator.BlobUserinfo} {
		t.Run(string(form), func(t *testing.T) {
			t.Parallel()
			s := open(t, emulator.WithBlobHost(form))
			uri := s.contentURI("LocalUpload", "c1", "model.pkl")
			parsed, err := url.Parse(uri)
			if err != nil {
				t.Fatal(err)
			}
			account, _, _ := strings.Cut(strings.TrimPrefix(uri, "https://"), ".")
			switch form {
			case emulator.BlobPlain:
				if !strings.HasPrefix(uri, s.e.ResourceManagerURL()+"/") {
					t.Errorf("plain: %s", uri)
				}
			case emulator.BlobAzure:
				if parsed.Scheme != "https" || parsed.Hostname() != account+".blob.localhost" {
					t.Errorf("azure: %s", uri)
				}
			case emulator.BlobUserinfo:
				if parsed.Scheme != "https" || parsed.User.String() != account+".blob.local" || parsed.Hostname() != "127.0.0.1" {
					t.Errorf("userinfo: %s", uri)
				}
			}
			// The certificate is checked for each of these hosts by the client of send.
			if head := s.blob("HEAD", uri, ""); head.status != http.StatusNotFound || head.header.Get("x-ms-error-code") != "BlobNotFound" {
				t.Errorf("HEAD before: %d %v", head.status, head.header)
			}
			if put := s.blob("PUT", uri+"&timeout=30", "content"); put.status != http.StatusCreated || put.header.Get("Content-MD5") != checksum("content") {
				t.Errorf("PUT: %d %v", put.status, put.header)
			}
			head := s.blob("HEAD", uri, "")
			if head.status != http.StatusOK || head.header.Get("Content-Length") != "7" {
				t.Errorf("HEAD: %d %v", head.status, head.header)
			}
			if _, err := time.Parse(http.TimeFormat, head.header.Get("Last-Modified")); err != nil {
				t.Errorf("Last-Modified is not RFC 1123: %v", err)
			}
			if again := s.blob("PUT", uri, "other"); again.status != http.StatusConflict || again.header.Get("x-ms-error-code") != "BlobAlreadyExists" {
				t.Errorf("PUT again: %d %v", again.status, again.header)
			}
			if got := s.blob("GET", uri, ""); got.raw != "content" {
				t.Errorf("GET: %d %q", got.status, got.raw)
			}
		})
	}
	if _, err := emulator.New(emulator.WithBlobHost("s3")); err == nil {
		t.Error("an unknown form was taken")
	}
}

func TestBlobRefuses(t *testing.T) {
	t.Parallel()
	s := open(t)
	uri := s.contentURI("LocalUpload", "c1", "model.pkl")
	parsed, _ := url.Parse(uri)
	q := parsed.Query()
	q.Set("sig", "AAAA")
	for name, test := range map[string]struct {
		uri    string
		header []string
		status int
		code   string
	}{
		"no signature":    {strings.Split(uri, "?")[0], nil, 403, "AuthenticationFailed"},
		"wrong signature": {strings.Split(uri, "?")[0] + "?" + q.Encode(), nil, 403, "AuthenticationFailed"},
		"other blob":      {strings.Replace(uri, "?", "x?", 1), nil, 403, "AuthenticationFailed"},
		"wrong checksum":  {uri, []string{"Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA=="}, 400, "Md5Mismatch"},
		"no blob type":    {uri, []string{"x-ms-blob-type", ""}, 400, "MissingRequiredHeader"},
		"unknown comp":    {uri + "&comp=lease", nil, 405, "UnsupportedHttpVerb"},
		"no base64":       {uri + "&comp=block&blockid=!", nil, 400, "InvalidQueryParameterValue"},
		"missing block":   {uri + "&comp=blocklist", nil, 400, "InvalidXmlDocument"},
	} {
		got := s.blob("PUT", test.uri, "content", test.header...)
		if got.status != test.status || got.header.Get("x-ms-error-code") != test.code {
			t.Errorf("%s: %d %s, want %d %s", name, got.status, got.header.Get("x-ms-error-code"), test.status, test.code)
		}
	}
	if head := s.blob("HEAD", uri, ""); head.status != http.StatusNotFound {
		t.Errorf("a refused upload left a blob: %d", head.status)
	}
	s.e.AdvanceClock(25 * time.Hour)
	if got := s.blob("PUT", uri, "content"); got.status != http.StatusForbidden {
		t.Errorf("an expired signature: %d", got.status)
	}
	for _, request := range s.e.Requests() {
		if strings.Contains(request.Path, url.QueryEscape(parsed.Query().Get("sig"))) {
			t.Error("the log shows a signature")
		}
	}
}

// Files of more than 64 MiB come in blocks; their order is that of the list.
func TestBlobInBlocks(t *testing.T) {
	t.Parallel()
	s := open(t)
	uri := s.contentURI("LocalUpload", "c1", "big.bin")
	ids := []string{"MDAx", "MDAy", "MDA+"}
	for i, id := range ids {
		if got := s.blob("PUT", uri+"&comp=block&blockid="+url.QueryEscape(id), strings.Repeat(fmt.Sprint(i), 3)); got.status != http.StatusCreated {
			t.Fatalf("block: %d %s", got.status, got.raw)
		}
	}
	if got := s.blob("HEAD", uri, ""); got.status != http.StatusNotFound {
		t.Errorf("before the list: %d", got.status)
	}
	list := func(ids ...string) string {
		return `<?xml version="1.0" encoding="utf-8"?><BlockList><Latest>` + strings.Join(ids, "</Latest><Latest>") + `</Latest></BlockList>`
	}
	if got := s.blob("PUT", uri+"&comp=blocklist", list("MDAx", "bm9uZQ=="), "Content-Type", "application/xml"); got.header.Get("x-ms-error-code") != "InvalidBlockList" {
		t.Errorf("a list with an unknown block: %d %s", got.status, got.raw)
	}
	if got := s.blob("PUT", uri+"&comp=blocklist", list(ids[2], ids[0], ids[1]), "Content-Type", "application/xml"); got.status != http.StatusCreated {
		t.Fatalf("list: %d %s", got.status, got.raw)
	}
	if got := s.blob("GET", uri, ""); got.raw != "222000111" {
		t.Errorf("content: %q", got.raw)
	}
	if got := s.blob("GET", uri, "", "Range", "bytes=3-5"); got.raw != "000" || got.status != http.StatusPartialContent {
		t.Errorf("a range: %d %q", got.status, got.raw)
	}
}

// The direct upload, and both spellings of reading back.
func TestArtifactContent(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithBehavior(emulator.Behavior{PageSize: 2}))
	content := func(path string) string {
		return s.artifactURL("/artifacts/LocalUpload/c1/content?path=" + url.QueryEscape(path))
	}
	for _, path := range []string{"src/a.py", "src/b/c d.py", "src/e.py", "srcother.py"} {
		if got := s.do("POST", content(path), s.bearer, "# "+path); got.status != http.StatusOK || got.json["artifactId"] != "LocalUpload/c1/"+path {
			t.Fatalf("upload: %d %s", got.status, got.raw)
		}
	}
	if got := s.do("GET", content("src/b/c d.py"), s.bearer, nil); got.raw != "# src/b/c d.py" {
		t.Errorf("download: %q", got.raw)
	}
	if got := s.do("POST", content("src/a.py"), s.bearer, "# src/a.py"); got.status != http.StatusOK {
		t.Errorf("the same content again: %d", got.status)
	}
	if got := s.do("POST", content("src/a.py"), s.bearer, "other"); got.status != http.StatusConflict || got.json["error"] == nil {
		t.Errorf("other content: %d %s", got.status, got.raw)
	}
	if got := s.do("POST", content("src/a.py")+"&allowOverwrite=true", s.bearer, "other"); got.status != http.StatusOK {
		t.Errorf("other content on request: %d", got.status)
	}
	var found []string
	next := ""
	for range 5 {
		reply := s.do("GET", s.artifactURL("/artifacts/prefix/contentinfo/LocalUpload/c1/src?continuationToken="+url.QueryEscape(next)), s.bearer, nil)
		for _, item := range reply.json["value"].([]any) {
			found = append(found, item.(map[string]any)["path"].(string))
		}
		if next, _ = reply.json["continuationToken"].(string); next == "" {
			break
		}
	}
	if strings.Join(found, ",") != "src/a.py,src/b/c d.py,src/e.py" {
		t.Errorf("below src: %v", found)
	}
	for _, spelling := range []string{"/artifacts/prefix/contentinfo/LocalUpload/c1/src/b/c%20d.py", "/artifacts/LocalUpload/c1/prefix/contentinfo?path=src%2Fb%2Fc%20d.py"} {
		reply := s.do("GET", s.artifactURL(spelling), s.bearer, nil)
		if items, _ := reply.json["value"].([]any); len(items) != 1 || reply.json["continuationToken"] != nil {
			t.Errorf("%s: %s", spelling, reply.raw)
		}
	}
	for _, spelling := range []string{"/artifacts/contentinfo/LocalUpload/c1/src/e.py", "/artifacts/LocalUpload/c1/contentinfo?path=src/e.py"} {
		reply := s.do("GET", s.artifactURL(spelling), s.bearer, nil)
		uri, _ := reply.json["contentUri"].(string)
		if got := s.blob("GET", uri, ""); got.raw != "# src/e.py" {
			t.Errorf("%s: %d %s -> %q", spelling, reply.status, reply.raw, got.raw)
		}
	}
	if got := s.do("GET", s.artifactURL("/artifacts/contentinfo/LocalUpload/c1/none"), s.bearer, nil); got.status != http.StatusNotFound || got.json["error"] == nil {
		t.Errorf("a missing artifact: %d %s", got.status, got.raw)
	}
	if got := s.do("GET", s.artifactURL("/artifacts/LocalUpload/c1/metadata?path=src/e.py"), s.bearer, nil); got.json["artifactId"] != "LocalUpload/c1/src/e.py" {
		t.Errorf("metadata: %s", got.raw)
	}
	if got := s.do("GET", s.artifactURL("/artifacts/LocalUpload/c1?path=srcother.py"), s.bearer, nil); len(got.json["value"].([]any)) != 1 {
		t.Errorf("list: %s", got.raw)
	}
}

// Faults reach the storage leg too, by its own operation names.
func TestBlobFaults(t *testing.T) {
	t.Parallel()
	s := open(t)
	uri := s.contentURI("LocalUpload", "c1", "f")
	s.e.Fault(emulator.Fault{Operation: "PutBlob", Kind: emulator.FaultUnavailable, Times: 1})
	if got := s.blob("PUT", uri, "x"); got.status != http.StatusServiceUnavailable || got.header.Get("x-ms-error-code") == "" {
		t.Errorf("fault: %d %v", got.status, got.header)
	}
	if got := s.blob("PUT", uri, "xyxy"); got.status != http.StatusCreated {
		t.Errorf("after it: %d", got.status)
	}
	s.e.Fault(emulator.Fault{Operation: "GetBlob", Kind: emulator.FaultTruncatedJSON, Times: 1})
	if got := s.blob("GET", uri, ""); got.raw != "xy" {
		t.Errorf("truncated: %q", got.raw)
	}
	if s.e.Count("PutBlob") != 2 || s.e.Count("GetBlob") != 1 {
		t.Error("the log lacks calls of the storage leg")
	}
}
