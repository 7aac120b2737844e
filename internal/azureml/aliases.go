// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/attempt"
	"github.com/mlws/terraform-provider-mlws/internal/azureml/upload"
	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// ResponseError is a refused request: status, and what the body said.
type ResponseError = wire.ResponseError

// ServiceError is the error object of the API: of a refused request, of an
// operation, or of a service.
type ServiceError = wire.ServiceError

// ServiceErrorDetail is one cause of a ServiceError.
type ServiceErrorDetail = wire.ServiceErrorDetail

// WaitTimeoutError is a wait that its context ended.
type WaitTimeoutError = wire.WaitTimeoutError

// AuthenticationError is a credential that gave no token.
type AuthenticationError = wire.AuthenticationError

// ConnectionError is a request that got no reply.
type ConnectionError = wire.ConnectionError

// InvalidReplyError is a success with a content that cannot be used.
type InvalidReplyError = wire.InvalidReplyError

// InsecureEndpointError is an address to which no token may be sent.
type InsecureEndpointError = wire.InsecureEndpointError

// WorkspaceNotFoundError is a workspace that Resource Manager does not know.
type WorkspaceNotFoundError = wire.WorkspaceNotFoundError

// UndiscoveredError is a failure of a service that discovery does not name.
type UndiscoveredError = wire.UndiscoveredError

// UnknownOutcomeError is a change that may or may not have been made.
type UnknownOutcomeError = attempt.UnknownOutcomeError

// Artifact is an uploaded file.
type Artifact = upload.Artifact

// ArtifactFile is one file to upload.
type ArtifactFile = upload.File

// ArtifactContent is what is known of the bytes of an uploaded file.
type ArtifactContent = upload.Content

// UploadError is a file that was not uploaded.
type UploadError = upload.Error

// ArtifactExistsError is an upload to a path that has another content already.
type ArtifactExistsError = upload.ExistsError

// WorkspaceInfo is what Resource Manager knows of a workspace.
type WorkspaceInfo = wire.WorkspaceInfo

// Progress is something that was seen to change during a wait.
type Progress = attempt.Progress

// WithProgress has observe called, one call at a time, at each change that a wait
// within this context sees.
func WithProgress(ctx context.Context, observe func(Progress)) context.Context {
	return attempt.WithProgress(ctx, observe)
}

// NewArtifactContainer names a container for one upload, as the Python SDK does
// for models: the time, and eight digits that make it unique.
func NewArtifactContainer(now time.Time) string { return upload.NewContainer(now) }

// ArtifactPrefix is the prefix of what was uploaded to a container below a path.
func ArtifactPrefix(container, path string) string { return upload.Prefix(container, path) }
