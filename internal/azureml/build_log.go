// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// buildLogTime bounds how long a build log is waited for: the error that it
// explains is known already.
const buildLogTime = 20 * time.Second

// BuildFailed reports whether the operation ended without success while it built the
// image. The container log has nothing to say then: it is that of an earlier image.
func (o *Operation) BuildFailed() bool {
	step := strings.ToLower(o.SubOperationType)
	return o.ended() && !o.succeeded() && (step == "buildenvironment" || step == "buildimage")
}

// BuildLogError is the log of a failed image build that could not be read.
type BuildLogError struct {
	Address string // without its signature; "" if Azure gave none
	Err     error
}

// Error says where the log is, and why it could not be read.
func (e *BuildLogError) Error() string {
	return fmt.Sprintf("the build log at %s could not be read: %v", e.Address, e.Err)
}

// Unwrap gives the reason.
func (e *BuildLogError) Unwrap() error { return e.Err }

// BuildLog returns the log of an operation that failed while it built the image; ""
// if Azure names none. It is read from the storage of the workspace: once, without a
// token, over https (or http on loopback), and without following a redirect. It fails
// with *BuildLogError. The packages and commands of the build decide what it holds: it
// may have secrets.
func (w *Workspace) BuildLog(ctx context.Context, o Operation) (string, error) {
	if o.buildLog == "" {
		return "", nil
	}
	u, err := url.Parse(o.buildLog)
	if err != nil || !u.IsAbs() || u.Host == "" {
		return "", &BuildLogError{Err: errors.New("the address that Azure gives for it is not a URL")}
	}
	ctx, cancel := context.WithTimeout(ctx, buildLogTime)
	defer cancel()
	log, err := w.client.ReadSigned(ctx, u)
	if err != nil {
		return "", &BuildLogError{Address: u.Scheme + "://" + u.Host + u.EscapedPath(), Err: err}
	}
	return string(log), nil
}
