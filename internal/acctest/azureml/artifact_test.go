// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// large is content of more than one block, which differs from block to block.
func large() string {
	content := make([]byte, 5<<20)
	random := rand.NewChaCha8([32]byte{1})
	_, _ = random.Read(content)
	return string(content)
}

func wantUploaded(t *testing.T, e *emulator.Emulator, artifacts []azureml.Artifact, files []azureml.ArtifactFile) {
	t.Helper()
	if len(artifacts) != len(files) {
		t.Fatalf("%d artifacts of %d files", len(artifacts), len(files))
	}
	for i, file := range files {
		body, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		want, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		a := artifacts[i]
		got, there := e.ArtifactContent(emulator.DefaultWorkspaceID, a.Origin+"/"+a.Container+"/"+a.Path)
		if a.Path != file.Path || !there || !bytes.Equal(got, want) {
			t.Errorf("%s: uploaded as %s, there: %t, %d of %d bytes", file.Path, a.URL(), there, len(got), len(want))
		}
	}
}

func TestUpload(t *testing.T) {
	e, ws := newEmulated(t)
	ctx := within(t, time.Minute)
	container := azureml.NewArtifactContainer(time.Date(2026, 3, 4, 5, 6, 7, 0, time.FixedZone("", 3600)))
	if !regexp.MustCompile(`^260304T040607-[0-9a-f]{8}$`).MatchString(container) {
		t.Errorf("the container is %s", container)
	}
	files := []azureml.ArtifactFile{
		fileOf("m/empty", ""), fileOf("m/large", large()), fileOf("m/with space, ü", "x"), fileOf("m/one block", strings.Repeat("y", 4<<20)),
	}
	unknown := fileOf("m/stream", large()[:4<<20+1])
	unknown.Size = -1
	files = append(files, unknown)
	for i := range 50 {
		files = append(files, fileOf(fmt.Sprintf("m/many/%d", i), fmt.Sprint(i)))
	}
	artifacts, err := ws.UploadArtifacts(ctx, container, files)
	if err != nil {
		t.Fatal(err)
	}
	wantUploaded(t, e, artifacts, files)
	if got := artifacts[1].URL(); got != "aml://artifact/LocalUpload/"+container+"/m/large" {
		t.Errorf("the URL is %s", got)
	}
	if n := e.Count("CreateArtifacts"); n != 2 {
		t.Errorf("%d metadata calls for %d files", n, len(files))
	}
	found, err := ws.FindArtifact(ctx, container, "m/large")
	if err != nil || found.Size != 5<<20 {
		t.Errorf("found %d bytes, %v", found.Size, err)
	}

	// The same again is no error, and neither does it write anything.
	if _, err = ws.UploadArtifacts(ctx, container, files[:3]); err != nil {
		t.Errorf("the same again: %v", err)
	}
	var exists *azureml.ArtifactExistsError
	if _, err = ws.UploadArtifacts(ctx, container, []azureml.ArtifactFile{fileOf("m/large", "short")}); !errors.As(err, &exists) {
		t.Errorf("other content: %v", err)
	}
	wantText(t, err, `the file "m/large" was not uploaded`, "5242880 bytes")
	wantUploaded(t, e, artifacts, files)
	if none, err := ws.UploadArtifacts(ctx, container, nil); err != nil || len(none) != 0 {
		t.Errorf("nothing to upload: %v, %v", none, err)
	}
}

// Every step survives a fault that passes, and nothing is lost or doubled.
func TestUploadWithFaults(t *testing.T) {
	files := []azureml.ArtifactFile{fileOf("m/large", large()), fileOf("m/small", "s"), fileOf("m/empty", "")}
	for _, operation := range []string{"CreateArtifacts", "PutBlob", "PutBlock", "PutBlockList"} {
		for _, kind := range []emulator.FaultKind{
			emulator.FaultThrottle, emulator.FaultInternalError, emulator.FaultUnavailable, emulator.FaultBadGateway,
			emulator.FaultResetBefore, emulator.FaultResetAfter, emulator.FaultTruncatedJSON,
		} {
			t.Run(operation+" "+string(kind), func(t *testing.T) {
				t.Parallel()
				e, ws := newEmulated(t)
				e.Fault(emulator.Fault{Operation: operation, Kind: kind, Times: 1})
				artifacts, err := ws.UploadArtifacts(within(t, time.Minute), "c1", files)
				if err != nil {
					t.Fatal(err)
				}
				wantUploaded(t, e, artifacts, files)
			})
		}
	}
}

func TestUploadThatFails(t *testing.T) {
	_, ws := newEmulated(t)
	ctx := within(t, time.Minute)
	broken := errors.New("input/output error")
	short, long := fileOf("m", "12345"), fileOf("m", "12345")
	short.Size, long.Size = 4, 6
	for name, tc := range map[string]struct {
		file azureml.ArtifactFile
		want string
	}{
		"absolute":       {fileOf("/m", ""), `"/m" is not the path of a file to upload`},
		"climbing":       {fileOf("../m", ""), `"../m" is not the path`},
		"backslash":      {fileOf(`a\m`, ""), "is not the path"},
		"empty":          {fileOf("", ""), `"" is not the path`},
		"not to open":    {azureml.ArtifactFile{Path: "m", Open: func() (io.ReadCloser, error) { return nil, broken }}, `"m" was not uploaded: input/output error`},
		"not to read":    {azureml.ArtifactFile{Path: "m", Size: -1, Open: func() (io.ReadCloser, error) { return io.NopCloser(failing{broken}), nil }}, "it cannot be read: input/output error"},
		"longer now":     {short, "its size changed while it was read"},
		"shorter now":    {long, "its size changed while it was read"},
		"breaks off far": {azureml.ArtifactFile{Path: "m", Size: -1, Open: func() (io.ReadCloser, error) { return breaksOff(broken), nil }}, "input/output error"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ws.UploadArtifacts(ctx, "c-"+strings.ReplaceAll(name, " ", "-"), []azureml.ArtifactFile{tc.file})
			wantText(t, err, tc.want)
			if _, err := ws.FindArtifact(ctx, "c-"+strings.ReplaceAll(name, " ", "-"), "m"); !azureml.IsNotFound(err) {
				t.Errorf("something was uploaded: %v", err)
			}
		})
	}
	_, err := ws.UploadArtifacts(ctx, "c", []azureml.ArtifactFile{fileOf("m", ""), fileOf("m", "")})
	wantText(t, err, `two of the files to upload have the path "m"`)
	_, err = ws.UploadArtifacts(ctx, "", []azureml.ArtifactFile{fileOf("m", "")})
	wantText(t, err, "is not the name of a container")
	_, err = ws.FindArtifact(ctx, "c", "../m")
	wantText(t, err, "is not the path")
}

type failing struct{ err error }

// Read implements io.Reader.
func (f failing) Read([]byte) (int, error) { return 0, f.err }

func breaksOff(err error) io.ReadCloser {
	return io.NopCloser(io.MultiReader(strings.NewReader(large()), failing{err}))
}

func TestUploadIsRefused(t *testing.T) {
	e, ws := newEmulated(t)
	ctx := within(t, time.Minute)
	e.Fault(emulator.Fault{Operation: "PutBlob", Kind: emulator.FaultError, Status: 403, Code: "AuthorizationFailure", Message: "This request is not authorized to perform this operation."})
	_, err := ws.UploadArtifacts(ctx, "c", []azureml.ArtifactFile{fileOf("m", "x")})
	var refused *azureml.ResponseError
	if !errors.As(err, &refused) || refused.StatusCode != 403 || refused.Code != "AuthorizationFailure" {
		t.Fatalf("got %T %v", err, err)
	}
	wantText(t, err, "403 Forbidden: AuthorizationFailure: This request is not authorized")
	if strings.Contains(err.Error(), "sig=") {
		t.Errorf("the signature is shown: %v", err)
	}
	// The record is there, the bytes are not.
	if _, err := ws.FindArtifact(ctx, "c", "m"); !azureml.IsNotFound(err) {
		t.Errorf("got %v", err)
	}
}

func TestUploadIsInterrupted(t *testing.T) {
	e, ws := newEmulated(t)
	e.Fault(emulator.Fault{Operation: "PutBlock", Kind: emulator.FaultUnavailable, RetryAfter: time.Minute})
	begun := time.Now()
	_, err := ws.UploadArtifacts(within(t, 300*time.Millisecond), "c", []azureml.ArtifactFile{fileOf("m", large()), fileOf("n", large())})
	var timeout *azureml.WaitTimeoutError
	if !errors.As(err, &timeout) || !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) > 10*time.Second {
		t.Fatalf("got %T %v after %s", err, err, time.Since(begun))
	}
	wantText(t, err, "the time ran out while waiting for")
}

// A file that is in the workspace is not sent again, whoever sent it, and other
// files are not touched.
func TestUploadOnce(t *testing.T) {
	e, ws := newEmulated(t)
	ctx := within(t, time.Minute)
	const container = "0123456789abcdef0123456789abcdef"
	file := fileOf("code.tar.gz", "content")
	var group errgroup.Group
	urls := make([]string, 4)
	for i := range urls {
		group.Go(func() error {
			uploaded, err := ws.UploadOnce(ctx, container, file)
			urls[i] = uploaded.URL()
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, url := range urls {
		if url != "aml://artifact/LocalUpload/"+container+"/code.tar.gz" {
			t.Errorf("the URL is %s", url)
		}
	}
	if n := e.Count("PutBlob"); n != 1 {
		t.Errorf("%d uploads at once, want 1", n)
	}

	longer := fileOf("code.tar.gz", "longer content")
	uploaded, err := ws.UploadOnce(ctx, container, longer)
	if err != nil || !strings.HasPrefix(uploaded.Container, container+"-") {
		t.Fatalf("beside another file: %+v, %v", uploaded, err)
	}
	wantUploaded(t, e, []azureml.Artifact{uploaded}, []azureml.ArtifactFile{longer})

	// If nothing can be looked up, the upload finds out what is there.
	for name, want := range map[string]string{"content": container, "other content": container + "-"} {
		e.Fault(emulator.Fault{Operation: "GetArtifactContent", Kind: emulator.FaultError, Status: 403, Times: 1})
		blind := fileOf("code.tar.gz", name)
		uploaded, err := ws.UploadOnce(ctx, container, blind)
		if err != nil || !strings.HasPrefix(uploaded.Container, want) || (len(uploaded.Container) > len(container)) != strings.HasSuffix(want, "-") {
			t.Errorf("%s without a look: %+v, %v", name, uploaded, err)
			continue
		}
		wantUploaded(t, e, []azureml.Artifact{uploaded}, []azureml.ArtifactFile{blind})
	}
}

// A file of the same size and another content is told from the one that is there: the
// storage account says the checksum, of files in one piece and in blocks.
func TestUploadComparesChecksums(t *testing.T) {
	_, ws := newEmulated(t)
	ctx := within(t, time.Minute)
	for name, content := range map[string]string{"small": "content", "large": large()} {
		file, other := fileOf(name, content), fileOf(name, "X"+content[1:])
		if _, err := ws.UploadArtifacts(ctx, "c", []azureml.ArtifactFile{file}); err != nil {
			t.Fatal(err)
		}
		if found, err := ws.FindArtifact(ctx, "c", name); err != nil || len(found.MD5) != 16 {
			t.Errorf("%s: its checksum is %x (%v)", name, found.MD5, err)
		}
		if _, err := ws.UploadArtifacts(ctx, "c", []azureml.ArtifactFile{file}); err != nil {
			t.Errorf("%s, again: %v", name, err)
		}
		var taken *azureml.ArtifactExistsError
		if _, err := ws.UploadArtifacts(ctx, "c", []azureml.ArtifactFile{other}); !errors.As(err, &taken) {
			t.Errorf("%s, with another content: %v", name, err)
		}
	}
}
