// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"net/http"
)

// GetEnvironment returns the definition of a registered environment, as JSON.
// An empty version means the latest.
func (w *Workspace) GetEnvironment(ctx context.Context, name, version string) ([]byte, error) {
	segment, err := nameSegment("environment", name)
	if err != nil {
		return nil, err
	}
	base, err := w.endpoint(ctx, experimentation)
	if err != nil {
		return nil, err
	}
	get := call{
		method: http.MethodGet, base: base,
		path: "/environment/v1.0" + escapePath(w.id.String()) + "/environments/" + segment,
	}
	if version != "" {
		get.path += "/versions/" + escapeSegment(version)
	}
	r, err := w.client.do(ctx, get)
	if err != nil {
		return nil, err
	}
	if object(r.body) == nil {
		return nil, r.invalid("its body is " + describeBody(r.body) + " instead of the definition of an environment")
	}
	return r.body, nil
}

// EnvironmentIdentity reads which name and version a definition is of; each is
// empty where the definition does not say.
func EnvironmentIdentity(definition []byte) (name, version string) {
	members := object(definition)
	return textOf(members["name"]), textOf(members["version"])
}
