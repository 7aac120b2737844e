// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"net/http"
)

// ArtifactContent is what is known of the bytes of an uploaded file.
type ArtifactContent struct {
	Artifact
	Size int64
	MD5  []byte // nil where the storage account does not tell it
}

// FindArtifact looks an uploaded file up, so that an upload need not be
// repeated. Where the file has no record, or its bytes never arrived, the error
// is one that IsNotFound recognises.
func (w *Workspace) FindArtifact(ctx context.Context, container, path string) (ArtifactContent, error) {
	if err := checkArtifactPath(path); err != nil {
		return ArtifactContent{}, err
	}
	artifact := Artifact{Origin: uploadOrigin, Container: container, Path: path}
	target, err := w.artifactContent(ctx, artifact)
	if err != nil {
		return ArtifactContent{}, err
	}
	blob, err := w.newBlob(target)
	if err != nil {
		return ArtifactContent{}, err
	}
	content, err := blob.properties(ctx)
	content.Artifact = artifact
	return content, err
}

// artifactContent asks where the bytes of an artifact are.
func (w *Workspace) artifactContent(ctx context.Context, a Artifact) (contentInformation, error) {
	get, err := w.artifactCall(ctx, http.MethodGet, "/artifacts/contentinfo/"+a.Origin, a.Container, a.Path)
	if err != nil {
		return contentInformation{}, err
	}
	r, err := w.client.do(ctx, get)
	if err != nil {
		return contentInformation{}, err
	}
	var content contentInformation
	if err := r.decode(&content); err != nil {
		return contentInformation{}, err
	}
	if content.uri == "" {
		return contentInformation{}, r.invalid("it does not say where the content is")
	}
	return content, nil
}
