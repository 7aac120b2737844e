// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"net/http"
)

// Content is what is known of the bytes of an uploaded file.
type Content struct {
	Artifact
	Size int64
	MD5  []byte // nil if the storage account does not tell it
}

// Find looks an uploaded file up, so that an upload need not be
// repeated. Where the file has no record, or its bytes never arrived, the error
// is one that IsNotFound recognises.
func (s *Store) Find(ctx context.Context, container, path string) (Content, error) {
	if err := checkArtifactPath(path); err != nil {
		return Content{}, err
	}
	artifact := Artifact{Origin: uploadOrigin, Container: container, Path: path}
	target, err := s.locate(ctx, artifact)
	if err != nil {
		return Content{}, err
	}
	blob, err := s.newBlob(target)
	if err != nil {
		return Content{}, err
	}
	content, err := blob.properties(ctx)
	content.Artifact = artifact
	return content, err
}

// locate asks where the bytes of an artifact are.
func (s *Store) locate(ctx context.Context, a Artifact) (location, error) {
	get, err := s.call(ctx, http.MethodGet, "/artifacts/contentinfo/"+a.Origin, a.Container, a.Path)
	if err != nil {
		return location{}, err
	}
	r, err := s.client.Do(ctx, get)
	if err != nil {
		return location{}, err
	}
	var content location
	if err := r.Decode(&content); err != nil {
		return location{}, err
	}
	if content.uri == "" {
		return location{}, r.Invalid("it does not say where the content is")
	}
	return content, nil
}
