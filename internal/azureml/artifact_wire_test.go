// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"crypto/md5"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

const (
	histPath  = "/hist/prefix/artifact/v2.0" + idPath
	signature = "c2VjcmV0LXNpZ25hdHVyZQ=="
	sas       = "?sv=2021-08-06&sig=c2VjcmV0LXNpZ25hdHVyZQ%3D%3D"
)

// fileOf is a file to upload that is held in memory.
func fileOf(path, content string) azureml.ArtifactFile {
	return azureml.ArtifactFile{Path: path, Size: int64(len(content)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(content)), nil
	}}
}

// storing makes a wire that also has an artifact API, which hands out the blob
// /blobs/container/m of the same server.
func storing(t *testing.T) *wire {
	t.Helper()
	api := newWire(t)
	api.on("GET", discPath, answer(200, `{"modelmanagement":"`+api.url+`/mm/prefix","history":"`+api.url+`/hist/prefix"}`))
	api.on("POST", histPath+"/artifacts/batch/metadata/LocalUpload/c", metadata(api.url+"/blobs/container/m"+sas, "{}"))
	return api
}

func metadata(uri, failures string) http.HandlerFunc {
	return answer(200, `{"artifacts":{"m":{"artifactId":"LocalUpload/c/m","path":"m"}},
		"artifactContentInformation":{"m":{"contentUri":"`+uri+`"}},"errors":`+failures+`}`)
}

var oneFile = []azureml.ArtifactFile{fileOf("m", "content")}

func checksum(content string) string {
	sum := md5.Sum([]byte(content))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// An upload sends what the Python SDK sends, and no token goes to the storage account.
func TestUploadOnTheWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, failures := range []string{"{}", "null"} {
			api := storing(t)
			uri := strings.Replace(api.url, "http://", "http://account.blob.local@", 1) + "/blobs/container/m" + sas
			api.on("POST", histPath+"/artifacts/batch/metadata/LocalUpload/c", metadata(uri, failures))
			api.on("PUT", "/blobs/container/m", answer(201, ""))
			if _, err := api.ws.UploadArtifacts(t.Context(), "c", oneFile); err != nil {
				t.Fatal(err)
			}
			ask := api.asked("POST", "/artifacts/batch/metadata/LocalUpload/c")[0]
			if ask.Body != `{"paths":[{"path":"m"}]}` || ask.Header.Get("Content-Type") != "application/json-patch+json; charset=utf-8" || !ask.Secret {
				t.Errorf("asked %s as %s", ask.Body, ask.Header.Get("Content-Type"))
			}
			put := api.asked("PUT", "/m")[0]
			if put.Body != "content" || !strings.Contains(put.Query, "sig=c2VjcmV0LXNpZ25hdHVyZQ%3D%3D") {
				t.Errorf("put %q with %s", put.Body, put.Query)
			}
			for name, want := range map[string]string{
				"Authorization": "", "X-Ms-Blob-Type": "BlockBlob", "If-None-Match": "*", "Content-Md5": checksum("content"),
				"X-Ms-Blob-Content-Md5": checksum("content"), "User-Agent": "mlws-test/1.2 (x)", "Content-Type": "application/octet-stream",
			} {
				if got := put.Header.Get(name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
		}
	})
}

// A blob that is there already is ours if its properties match.
func TestUploadFindsABlob(t *testing.T) {
	conflict := answer(409, "", "x-ms-error-code: BlobAlreadyExists")
	for name, tc := range map[string]struct {
		head http.HandlerFunc
		want string
	}{
		"ours by size":       {answer(200, "", "Content-Length: 7"), ""},
		"ours by MD5":        {answer(200, "", "Content-Length: 7", "Content-MD5: "+checksum("content")), ""},
		"of another size":    {answer(200, "", "Content-Length: 8"), "a file of another content (8 bytes)"},
		"of another content": {answer(200, "", "Content-Length: 7", "Content-MD5: "+checksum("CONTENT")), "a file of another content (7 bytes)"},
		"not to be seen":     {answer(403, "", "x-ms-error-code: AuthorizationPermissionMismatch"), "403 Forbidden: AuthorizationPermissionMismatch"},
	} {
		run(t, name, func(t *testing.T) {
			api := storing(t)
			api.on("PUT", "/blobs/container/m", conflict)
			api.on("HEAD", "/blobs/container/m", tc.head)
			_, err := api.ws.UploadArtifacts(t.Context(), "c", oneFile)
			if tc.want != "" {
				wantText(t, err, tc.want)
			} else if err != nil {
				t.Fatal(err)
			}
			api.wantCount("PUT", "/m", 1)
		})
	}
}

func TestUploadHidesTheSignature(t *testing.T) {
	quoting := `<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthenticationFailed</Code><Message>The signature ` + signature + ` is wrong.
RequestId:1</Message></Error>`
	for name, put := range map[string]http.HandlerFunc{
		"refused":   answer(403, quoting, "Content-Type: application/xml"),
		"failing":   answer(503, quoting),
		"reset":     reset,
		"a page":    answer(502, htmlPage),
		"elsewhere": answer(307, "", "Location: http://127.0.0.1:1/elsewhere"+sas),
	} {
		run(t, name, func(t *testing.T) {
			api := storing(t)
			api.on("PUT", "/blobs/container/m", put)
			_, err := api.ws.UploadArtifacts(t.Context(), "c", oneFile)
			wantText(t, err, `the file "m" was not uploaded: PUT /blobs/container/m`)
			if strings.Contains(err.Error(), signature) || strings.Contains(err.Error(), "sig=") {
				t.Errorf("the signature is shown: %v", err)
			}
			for unwrapped := err; unwrapped != nil; unwrapped = errors.Unwrap(unwrapped) {
				if strings.Contains(unwrapped.Error(), signature) {
					t.Errorf("the signature is shown within: %v", unwrapped)
				}
			}
		})
	}
}

// The last error of an upload that ran out of time does not show it either.
func TestInterruptedUploadHidesTheSignature(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := storing(t)
		api.on("PUT", "/blobs/container/m", answer(503, "<Error><Code>ServerBusy</Code><Message>"+signature+" waits.</Message></Error>", "Retry-After: 60"))
		_, err := api.ws.UploadArtifacts(within(t, 500*time.Millisecond), "c", oneFile)
		wantText(t, err, `the file "m" was not uploaded: the time ran out`, "ServerBusy: (redacted) waits")
	})
}

func TestUploadToABadAddress(t *testing.T) {
	for name, tc := range map[string]struct {
		reply http.HandlerFunc
		want  string
	}{
		"not https":    {metadata("http://storage.example/container/m"+sas, "{}"), "http://storage.example was not asked, since it is not https"},
		"not absolute": {metadata("/container/m"+sas, "{}"), "is not an absolute URL"},
		"none":         {answer(200, `{"artifacts":{},"artifactContentInformation":{}}`), `it does not say where the content of "m" is to go`},
		"an error": {
			answer(200, `{"errors":{"m":{"error":{"code":"Forbidden","message":"This path is not allowed."}}}}`),
			`the file "m" was not uploaded: its artifact was refused: Forbidden: This path is not allowed`,
		},
	} {
		run(t, name, func(t *testing.T) {
			api := storing(t)
			api.on("POST", histPath+"/artifacts/batch/metadata/LocalUpload/c", tc.reply)
			api.on("GET", histPath+"/artifacts/contentinfo/LocalUpload/c/m", answer(404, `{"error":{"code":"NotFound"}}`))
			_, err := api.ws.UploadArtifacts(t.Context(), "c", oneFile)
			wantText(t, err, tc.want)
			if strings.Contains(err.Error(), "sig=") {
				t.Errorf("the signature is shown: %v", err)
			}
		})
	}
}

// A metadata call that is repeated may be told that the artifact is there: then
// the place of its bytes is asked for.
func TestUploadOfAKnownArtifact(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := storing(t)
		api.on("POST", histPath+"/artifacts/batch/metadata/LocalUpload/c", reset, answer(200, `{"errors":{"m":{"error":{"code":"ArtifactExists"}}}}`))
		api.on("GET", histPath+"/artifacts/contentinfo/LocalUpload/c/m", answer(200, `{"contentUri":"`+api.url+"/blobs/container/m"+sas+`"}`))
		api.on("PUT", "/blobs/container/m", answer(201, ""))
		if _, err := api.ws.UploadArtifacts(t.Context(), "c", oneFile); err != nil {
			t.Fatal(err)
		}
		api.wantCount("PUT", "/m", 1)
	})
}

func TestFindArtifact(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := storing(t)
		api.on("GET", histPath+"/artifacts/contentinfo/LocalUpload/c/m", answer(200, `{"contentUri":"`+api.url+"/blobs/container/m"+sas+`"}`))
		api.on("HEAD", "/blobs/container/m", answer(200, "", "Content-Length: 7", "Content-MD5: "+checksum("content")), answer(404, "", "x-ms-error-code: BlobNotFound"))
		found, err := api.ws.FindArtifact(t.Context(), "c", "m")
		if err != nil || found.Size != 7 || base64.StdEncoding.EncodeToString(found.MD5) != checksum("content") {
			t.Errorf("found %+v, %v", found, err)
		}
		if _, err := api.ws.FindArtifact(t.Context(), "c", "m"); !azureml.IsNotFound(err) {
			t.Errorf("without bytes: %v", err)
		}
		api.on("GET", histPath+"/artifacts/contentinfo/LocalUpload/c/m", answer(200, `{}`), answer(404, `{"error":{"code":"NotFound"}}`))
		_, err = api.ws.FindArtifact(t.Context(), "c", "m")
		wantText(t, err, "it does not say where the content is")
		if _, err := api.ws.FindArtifact(t.Context(), "c", "m"); !azureml.IsNotFound(err) {
			t.Errorf("without a record: %v", err)
		}
		for _, e := range append(api.asked("HEAD", "/m"), api.asked("PUT", "/m")...) {
			if e.Secret {
				t.Error("the token was sent to the storage account")
			}
		}
	})
}

// 300 MB take no more memory than 3: what an upload holds is a fixed number of
// blocks. The peak of the heap is reported, and bounded.
func BenchmarkUpload300MB(b *testing.B) {
	const size = 300 << 20
	server := newSink(b)
	file := azureml.ArtifactFile{Path: "m", Size: size, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.LimitReader(zeros{}, size)), nil
	}}
	for b.Loop() {
		peak := peakHeap(b, func() {
			if _, err := server.ws.UploadArtifacts(b.Context(), "c", []azureml.ArtifactFile{file}); err != nil {
				b.Fatal(err)
			}
		})
		if got := server.taken(); got != size {
			b.Fatalf("%d bytes arrived", got)
		}
		b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
		if peak > 128<<20 {
			b.Fatalf("the heap grew to %d MiB", peak>>20)
		}
	}
}

// A file that is there is not sent again; another one in its place is left alone.
func TestUploadOnceLooksFirst(t *testing.T) {
	for name, tc := range map[string]struct {
		head   http.HandlerFunc
		put    http.HandlerFunc // to the container itself
		beside bool
		puts   int
	}{
		"there":           {answer(200, "", "Content-Length: 7"), nil, false, 0},
		"another size":    {answer(200, "", "Content-Length: 8"), nil, true, 1},
		"not there":       {answer(404, "", "x-ms-error-code: BlobNotFound"), answer(201, ""), false, 1},
		"not to be seen":  {answer(403, ""), answer(201, ""), false, 1},
		"there meanwhile": {answer(404, "", "x-ms-error-code: BlobNotFound"), answer(409, "", "x-ms-error-code: BlobAlreadyExists"), true, 2},
	} {
		run(t, name, func(t *testing.T) {
			api := storing(t)
			api.on("GET", histPath+"/artifacts/contentinfo/LocalUpload/c/m", answer(200, `{"contentUri":"`+api.url+"/blobs/container/m"+sas+`"}`))
			api.on("HEAD", "/blobs/container/m", tc.head, answer(200, "", "Content-Length: 8"))
			if tc.put != nil {
				api.on("PUT", "/blobs/container/m", tc.put)
			}
			api.other = metadata(api.url+"/blobs/beside/m"+sas, "{}") // of a container with a name of its own
			api.on("PUT", "/blobs/beside/m", answer(201, ""))
			uploaded, err := api.ws.UploadOnce(t.Context(), "c", oneFile[0])
			if err != nil || strings.HasPrefix(uploaded.Container, "c-") != tc.beside || !tc.beside && uploaded.Container != "c" {
				t.Errorf("got %+v, %v", uploaded, err)
			}
			api.wantCount("PUT", "/m", tc.puts)
		})
	}
}
