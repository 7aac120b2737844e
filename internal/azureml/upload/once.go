// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// Once uploads a file to a container that is named after its content,
// unless it is there: two callers with the same content upload it once. A file
// of another size in its place is left alone, and a container beside it is used.
func (s *Store) Once(ctx context.Context, container string, file File, report func(string)) (Artifact, error) {
	unlock, err := s.locks.Lock(ctx, container)
	if err != nil {
		return Artifact{}, &wire.WaitTimeoutError{What: fmt.Sprintf("another upload of %q by this process", file.Path), Cause: err}
	}
	defer unlock()
	// If the file cannot be looked up, upload it anyway: the upload recognises a file
	// that is there already.
	found, err := s.Find(ctx, container, file.Path)
	if err == nil && found.Size == file.Size {
		return found.Artifact, nil
	}
	if err == nil {
		container = beside(container)
	}
	uploaded, err := s.Put(ctx, container, []File{file}, report)
	var taken *ExistsError
	if errors.As(err, &taken) {
		uploaded, err = s.Put(ctx, beside(container), []File{file}, report)
	}
	if err != nil {
		return Artifact{}, err
	}
	return uploaded[0], nil
}

func beside(container string) string { return container + "-" + uuid.NewString()[:8] }
