// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package upload puts files into the storage of a workspace: the artifact API
// says where the bytes go, and the storage account takes them.
package upload

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

	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
	"github.com/mlws/terraform-provider-mlws/internal/keyedlock"
	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

// Store uploads files to the storage of one workspace.
type Store struct {
	client *wire.Client
	hosts  *wire.Hosts
	locks  keyedlock.Locks // by container
}

// New makes a store; it sends nothing.
func New(client *wire.Client, hosts *wire.Hosts) *Store { return &Store{client: client, hosts: hosts} }

// uploadOrigin is the origin of all artifacts that are uploaded from a disk.
const uploadOrigin = "LocalUpload"

// Bounds of an upload.
const (
	pathsPerCall = 50 // what one metadata call takes
	filesAtOnce  = 4
)

// File is one file to upload.
type File struct {
	Path string                        // inside the container; relative, with forward slashes
	Size int64                         // bytes; -1 if it is not known beforehand
	Open func() (io.ReadCloser, error) // may be called again for a retry
}

// Artifact is an uploaded file.
type Artifact struct{ Origin, Container, Path string }

// URL is how a deployment refers to the file.
func (a Artifact) URL() string { return "aml://artifact/" + a.id() }

func (a Artifact) id() string { return a.Origin + "/" + a.Container + "/" + a.Path }

// NewContainer names a container for one upload, as the Python SDK does
// for models: the time, and eight digits that make it unique.
func NewContainer(now time.Time) string {
	return now.UTC().Format("060102T150405") + "-" + strings.ReplaceAll(uuid.NewString(), "-", "")[:8]
}

// Put uploads files to a container, several at a time and streamed,
// and returns them in the order in which they were given. A file that is there
// already is never overwritten: with the same content it counts as uploaded,
// with another one it is an *ExistsError. An upload that fails may leave
// some files behind; it can be repeated. report hears how far it is.
func (s *Store) Put(ctx context.Context, container string, files []File, report func(string)) ([]Artifact, error) {
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
	upload := s.newUpload(files, report)
	for begin := 0; begin < len(files); begin += pathsPerCall {
		// Content URIs expire: each call's files are uploaded before the next call.
		end := min(begin+pathsPerCall, len(files))
		targets, err := s.create(ctx, container, artifacts[begin:end])
		if err != nil {
			return nil, err
		}
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(filesAtOnce)
		for i, file := range files[begin:end] {
			group.Go(func() error {
				if err := upload.put(ctx, file, targets[i]); err != nil {
					return &Error{Path: file.Path, Err: err}
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

// location says where the bytes of an artifact are. Its query is a
// secret.
type location struct {
	redact.Hidden
	uri string
}

// UnmarshalJSON reads an ContentInformation.
func (c *location) UnmarshalJSON(data []byte) error {
	c.uri = wire.Text(wire.Object(data)["contentUri"])
	return nil
}

// create registers files, and returns where their bytes go.
func (s *Store) create(ctx context.Context, container string, artifacts []Artifact) ([]location, error) {
	post, err := s.call(ctx, http.MethodPost, "/artifacts/batch/metadata/"+uploadOrigin, container)
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
	post.Body = map[string]any{"paths": paths}
	post.ContentType = "application/json-patch+json; charset=utf-8"
	r, err := s.client.Do(ctx, post)
	if err != nil {
		return nil, err
	}
	var body struct {
		Contents map[string]location           `json:"artifactContentInformation"`
		Errors   map[string]*wire.ServiceError `json:"errors"` // absent, null or empty where all went well
	}
	if err := r.Decode(&body); err != nil {
		return nil, err
	}
	targets := make([]location, len(artifacts))
	for i, a := range artifacts {
		if targets[i] = body.Contents[a.Path]; targets[i].uri != "" {
			continue
		}
		// If the first reply to this call was lost, the second may say "exists already" for a file.
		if targets[i], err = s.locate(ctx, a); err == nil {
			continue
		}
		if wire.Gone(err) != wire.File {
			return nil, err
		}
		refusal := body.Errors[a.Path]
		refusal.Hide(s.client.Secrets())
		if reason := refusal.String(); reason != "" {
			return nil, &Error{Path: a.Path, Err: fmt.Errorf("its artifact was refused: %s", reason)}
		}
		return nil, r.Invalid(fmt.Sprintf("it does not say where the content of %q is to go", a.Path))
	}
	return targets, nil
}

// call is a request to the artifact API about a container, or about a file in it.
func (s *Store) call(ctx context.Context, method, what, container string, file ...string) (wire.Call, error) {
	segment, err := wire.NameSegment("container of artifacts", container)
	if err != nil {
		return wire.Call{}, err
	}
	path := what + "/" + segment
	for _, f := range file {
		path += "/" + wire.EscapePath(f)
	}
	return s.hosts.Call(ctx, wire.Artifacts, wire.File, method, path)
}

// Prefix is the prefix of what was uploaded to a container below a path.
func Prefix(container, path string) string { return uploadOrigin + "/" + container + "/" + path }
