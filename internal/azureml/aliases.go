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

// The errors of requests; package wire describes them.
type (
	ResponseError          = wire.ResponseError
	ServiceError           = wire.ServiceError
	ServiceErrorDetail     = wire.ServiceErrorDetail
	WaitTimeoutError       = wire.WaitTimeoutError
	AuthenticationError    = wire.AuthenticationError
	ConnectionError        = wire.ConnectionError
	InvalidReplyError      = wire.InvalidReplyError
	InsecureEndpointError  = wire.InsecureEndpointError
	WorkspaceNotFoundError = wire.WorkspaceNotFoundError
	UnknownOutcomeError    = attempt.UnknownOutcomeError
)

// Files and their uploads; package upload describes them.
type (
	Artifact            = upload.Artifact
	ArtifactFile        = upload.File
	ArtifactContent     = upload.Content
	UploadError         = upload.Error
	ArtifactExistsError = upload.ExistsError
)

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
