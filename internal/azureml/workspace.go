// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"

	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// armVersion is the Resource Manager api-version that the Python SDK
// azureml-core 1.51 asks for. The model-management API takes none.
const armVersion = "2022-05-01"

// Workspace is the API of one workspace. Its first call looks the workspace up
// and discovers its hosts, once per Client.
type Workspace struct {
	client   *Client
	id       resourceid.Workspace
	info     cached[WorkspaceInfo]
	found    cached[discovered]
	services serviceReader
	changes  keyedMutex
	turns    keyedMutex
	created  sync.Map // names of the services that this process has created
}

// WorkspaceInfo is what Resource Manager knows of a workspace.
type WorkspaceInfo struct {
	ID, Name, Location, WorkspaceID, DiscoveryURL string
}

// ID returns the id that the workspace was asked for by.
func (w *Workspace) ID() resourceid.Workspace { return w.id }

// Info looks the workspace up, once per Client. A workspace that does not exist
// is a *WorkspaceNotFoundError.
func (w *Workspace) Info(ctx context.Context) (*WorkspaceInfo, error) {
	info, err := w.info.get(ctx, w.lookUp)
	if err != nil {
		return nil, err
	}
	own := *info
	return &own, nil
}

func (w *Workspace) lookUp(ctx context.Context) (*WorkspaceInfo, error) {
	get := w.armCall("")
	r, err := w.client.do(ctx, get)
	if err != nil {
		var refused *ResponseError
		if errors.As(err, &refused) && refused.StatusCode == http.StatusNotFound {
			return nil, &WorkspaceNotFoundError{ID: w.id.String(), Reason: refused.Error()}
		}
		return nil, err
	}
	var body struct {
		ID, Name, Location string
		Properties         struct{ WorkspaceID, DiscoveryURL string }
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	return &WorkspaceInfo{
		ID: body.ID, Name: body.Name, Location: body.Location,
		WorkspaceID: body.Properties.WorkspaceID, DiscoveryURL: body.Properties.DiscoveryURL,
	}, nil
}

// armCall reads the workspace, or what is below it, from Resource Manager.
func (w *Workspace) armCall(path string) call {
	return call{
		method: http.MethodGet, base: w.client.config.ResourceManagerEndpoint,
		path: escapePath(w.id.String()) + path, query: url.Values{"api-version": {armVersion}},
	}
}

// call is a request to the model-management API; path is below the workspace.
func (w *Workspace) call(ctx context.Context, method, path string) (call, error) {
	base, err := w.endpoint(ctx, modelManagement)
	if err != nil {
		return call{}, err
	}
	return call{method: method, base: base, path: "/modelmanagement/v1.0" + escapePath(w.id.String()) + path}, nil
}

// serviceCall is a request about one service; suffix is below the service.
func (w *Workspace) serviceCall(ctx context.Context, method, name, suffix string) (call, error) {
	segment, err := nameSegment("service", name)
	if err != nil {
		return call{}, err
	}
	return w.call(ctx, method, "/services/"+segment+suffix)
}

// nameSegment is a name as a path segment. The names that would address
// something else ("" the whole collection) are refused.
func nameSegment(kind, name string) (string, error) {
	if name == "" || name == "." || name == ".." {
		return "", fmt.Errorf("%q is not the name of a %s", name, kind)
	}
	return escapeSegment(name), nil
}
