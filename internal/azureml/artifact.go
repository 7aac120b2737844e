// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
)

// uploadOrigin is the origin of all artifacts that are uploaded from a disk.
const uploadOrigin = "LocalUpload"

// Bounds of an upload.
const (
	pathsPerCall = 50 // what one metadata call takes
	filesAtOnce  = 4
)

// ArtifactFile is one file to upload.
type ArtifactFile struct {
	Path string                        // inside the container; relative, with forward slashes
	Size int64                         // bytes; -1 where it is not known beforehand
	Open func() (io.ReadCloser, error) // may be called again for a retry
}

// Artifact is an uploaded file.
type Artifact struct{ Origin, Container, Path string }

// URL is how a deployment refers to the file.
func (a Artifact) URL() string { return "aml://artifact/" + a.id() }

func (a Artifact) id() string { return a.Origin + "/" + a.Container + "/" + a.Path }

// NewArtifactContainer names a container for one upload, as the Python SDK does
// for models: the time, and eight digits that make it unique.
func NewArtifactContainer(now time.Time) string {
	return now.UTC().Format("060102T150405") + "-" + strings.ReplaceAll(uuid.NewString(), "-", "")[:8]
}

// UploadArtifacts uploads files to a container, several at a time and streamed,
// and returns them in the order in which they were given. A file that is there
// already is never overwritten: with the same content it counts as uploaded,
// with another one it is an *ArtifactExistsError. An upload that fails may leave
// some files behind; it can be repeated. An observer of the context (WithProgress)
// hears how far it is.
func (w *Workspace) UploadArtifacts(ctx context.Context, container string, files []ArtifactFile) ([]Artifact, error) {
	artifacts := make([]Artifact, len(files))
	seen := map[string]bool{}
	for i, file := range files {
		if err := checkArtifactPath(file.Path); err != nil {
			return nil, err
		}
		if seen[file.Path] {
			return nil, fmt.Errorf("two of the files to upload have the path %q", file.Path)
		}
		seen[file.Path] = true
		artifacts[i] = Artifact{Origin: uploadOrigin, Container: container, Path: file.Path}
	}
	upload := w.newUpload(ctx, files)
	for begin := 0; begin < len(files); begin += pathsPerCall {
		// Content URIs expire: each call's files are uploaded before the next call.
		end := min(begin+pathsPerCall, len(files))
		targets, err := w.createArtifacts(ctx, container, artifacts[begin:end])
		if err != nil {
			return nil, err
		}
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(filesAtOnce)
		for i, file := range files[begin:end] {
			group.Go(func() error {
				if err := upload.put(ctx, file, targets[i]); err != nil {
					return &UploadError{Path: file.Path, Err: err}
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			return nil, err
		}
	}
	return artifacts, nil
}

func checkArtifactPath(p string) error {
	if p == "" || p == "." || path.IsAbs(p) || path.Clean(p) != p || strings.HasPrefix(p, "../") || p == ".." || strings.Contains(p, `\`) {
		return fmt.Errorf("%q is not the path of a file to upload: it must be relative, with forward slashes and without '..'", p)
	}
	return nil
}

// contentInformation says where the bytes of an artifact are. Its query is a
// secret.
type contentInformation struct {
	mask
	uri string
}

// UnmarshalJSON reads an ArtifactContentInformation.
func (c *contentInformation) UnmarshalJSON(data []byte) error {
	c.uri = textOf(object(data)["contentUri"])
	return nil
}

// createArtifacts makes room for files, and says where their bytes are to go.
func (w *Workspace) createArtifacts(ctx context.Context, container string, artifacts []Artifact) ([]contentInformation, error) {
	post, err := w.artifactCall(ctx, http.MethodPost, "/artifacts/batch/metadata/"+uploadOrigin, container)
	if err != nil {
		return nil, err
	}
	type artifactPath struct {
		Path string `json:"path"`
	}
	paths := make([]artifactPath, len(artifacts))
	for i, a := range artifacts {
		paths[i].Path = a.Path
	}
	post.body = map[string]any{"paths": paths}
	post.contentType = "application/json-patch+json; charset=utf-8"
	r, err := w.client.do(ctx, post)
	if err != nil {
		return nil, err
	}
	var body struct {
		Contents map[string]contentInformation `json:"artifactContentInformation"`
		Errors   map[string]*ServiceError      `json:"errors"` // absent, null or empty where all went well
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	targets := make([]contentInformation, len(artifacts))
	for i, a := range artifacts {
		if targets[i] = body.Contents[a.Path]; targets[i].uri != "" {
			continue
		}
		// A call whose first reply was lost may be answered for a file with "exists already".
		if targets[i], err = w.artifactContent(ctx, a); err == nil {
			continue
		}
		if !IsNotFound(err) {
			return nil, err
		}
		if reason := body.Errors[a.Path].String(); reason != "" {
			return nil, &UploadError{Path: a.Path, Err: fmt.Errorf("its artifact was refused: %s", reason)}
		}
		return nil, r.invalid(fmt.Sprintf("it does not say where the content of %q is to go", a.Path))
	}
	return targets, nil
}

// artifactCall is a request to the artifact API about a container, or about a
// file in it.
func (w *Workspace) artifactCall(ctx context.Context, method, what, container string, file ...string) (call, error) {
	segment, err := nameSegment("container of artifacts", container)
	if err != nil {
		return call{}, err
	}
	base, err := w.endpoint(ctx, history)
	if err != nil {
		return call{}, err
	}
	address := "/artifact/v2.0" + escapePath(w.id.String()) + what + "/" + segment
	for _, f := range file {
		address += "/" + escapePath(f)
	}
	return call{method: method, base: base, path: address}, nil
}
