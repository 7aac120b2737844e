// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/sync/singleflight"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/upload"
	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
	"github.com/mlws/terraform-provider-mlws/internal/keyedlock"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// Workspace is the API of one workspace. Its first call looks the workspace up
// and discovers its hosts, once per Client.
type Workspace struct {
	client   *wire.Client
	hosts    *wire.Hosts
	id       resourceid.Workspace
	services *serviceReader
	keyReads singleflight.Group // by service
	uploads  *upload.Store
	changes  keyedlock.Locks // by service
}

func newWorkspace(client *wire.Client, id resourceid.Workspace) *Workspace {
	hosts := wire.NewHosts(client, id)
	w := &Workspace{client: client, hosts: hosts, id: id, uploads: upload.New(client, hosts)}
	w.services = newServiceReader(w)
	return w
}

// ID returns the id that the workspace was asked for by.
func (w *Workspace) ID() resourceid.Workspace { return w.id }

// Info looks the workspace up, once per Client. A workspace that does not exist
// is a *WorkspaceNotFoundError.
func (w *Workspace) Info(ctx context.Context) (*WorkspaceInfo, error) {
	info, err := w.hosts.Info(ctx)
	if err != nil {
		return nil, err
	}
	return &info, nil
}

// lock lets one change at a time through to a service: the API answers 409 to
// what is sent to a service while something else runs on it, and this process
// need not compete with itself.
func (w *Workspace) lock(ctx context.Context, service string) (func(), error) {
	unlock, err := w.changes.Lock(ctx, service)
	if err != nil {
		return nil, &WaitTimeoutError{What: fmt.Sprintf("another change of service %q by this process", service), Cause: err}
	}
	return func() {
		w.changed(service)
		unlock()
	}, nil
}

// changed drops what was read of a service so far: this process has changed it, or has
// read it since.
func (w *Workspace) changed(service string) {
	w.services.gathered.Changed(service)
	w.keyReads.Forget(strings.ToLower(service))
}

// call is a request to the model-management API; path is below the workspace.
func (w *Workspace) call(ctx context.Context, about wire.Subject, method, path string) (wire.Call, error) {
	return w.hosts.Call(ctx, wire.ModelManagement, about, method, path)
}

// serviceCall is a request about one service; suffix is below the service.
func (w *Workspace) serviceCall(ctx context.Context, method, name, suffix string) (wire.Call, error) {
	segment, err := wire.NameSegment("service", name)
	if err != nil {
		return wire.Call{}, err
	}
	return w.call(ctx, wire.Service, method, "/services/"+segment+suffix)
}
