// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// UploadOnce uploads a file to a container that is named after its content,
// unless it is there: two callers with the same content upload it once. A file
// of another size in its place is left alone, and a container beside it is used.
func (w *Workspace) UploadOnce(ctx context.Context, container string, file ArtifactFile) (Artifact, error) {
	// The names of services have no slash.
	unlock, err := w.changes.lock(ctx, "upload/"+container)
	if err != nil {
		return Artifact{}, &WaitTimeoutError{What: fmt.Sprintf("another upload of %q by this process", file.Path), Cause: err}
	}
	defer unlock()
	// What cannot be looked up may be uploaded all the same: a file that is there
	// is recognised then.
	found, err := w.FindArtifact(ctx, container, file.Path)
	if err == nil && found.Size == file.Size {
		return found.Artifact, nil
	}
	if err == nil {
		container = beside(container)
	}
	uploaded, err := w.UploadArtifacts(ctx, container, []ArtifactFile{file})
	var taken *ArtifactExistsError
	if errors.As(err, &taken) {
		uploaded, err = w.UploadArtifacts(ctx, beside(container), []ArtifactFile{file})
	}
	if err != nil {
		return Artifact{}, err
	}
	return uploaded[0], nil
}

func beside(container string) string { return container + "-" + uuid.NewString()[:8] }
