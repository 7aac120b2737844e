// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"net/http"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/attempt"
	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// UploadArtifacts uploads files to a container, several at a time and streamed,
// and returns them in the order in which they were given. A file that is there
// already is never overwritten: with the same content it counts as uploaded,
// with another one it is an *ArtifactExistsError. An upload that fails may leave
// some files behind; it can be repeated. An observer of the context (WithProgress)
// hears how far it is.
func (w *Workspace) UploadArtifacts(ctx context.Context, container string, files []ArtifactFile) ([]Artifact, error) {
	return w.uploads.Put(ctx, container, files, attempt.ProgressOf(ctx, "the upload"))
}

// UploadOnce uploads a file to a container that is named after its content,
// unless it is there: two callers with the same content upload it once. A file
// of another size in its place is left alone, and a container beside it is used.
func (w *Workspace) UploadOnce(ctx context.Context, container string, file ArtifactFile) (Artifact, error) {
	return w.uploads.Once(ctx, container, file, attempt.ProgressOf(ctx, "the upload"))
}

// FindArtifact looks an uploaded file up, so that an upload need not be
// repeated. If the file has no record, or its bytes never arrived, the error is
// one that IsNotFound recognises.
func (w *Workspace) FindArtifact(ctx context.Context, container, path string) (ArtifactContent, error) {
	return w.uploads.Find(ctx, container, path)
}

// ContentInfoURL returns the address below which the artifact API says where the bytes
// of an artifact are. Nothing is sent but the look-up of the workspace, if there was none.
func (w *Workspace) ContentInfoURL(ctx context.Context) (string, error) {
	call, err := w.hosts.Call(ctx, wire.Artifacts, wire.File, http.MethodGet, "/artifacts/contentinfo/")
	return call.Base + call.Path, err
}
