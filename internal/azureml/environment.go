// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"net/http"
	"net/url"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// GetEnvironment returns the definition of a registered environment, as JSON.
// An empty version means the latest.
func (w *Workspace) GetEnvironment(ctx context.Context, name, version string) ([]byte, error) {
	segment, err := wire.NameSegment("environment", name)
	if err != nil {
		return nil, err
	}
	path := "/environments/" + segment
	if version != "" {
		path += "/versions/" + wire.EscapeSegment(version)
	}
	get, err := w.hosts.Call(ctx, wire.Environments, wire.Environment, http.MethodGet, path)
	if err != nil {
		return nil, err
	}
	r, err := w.client.Do(ctx, get)
	if err != nil {
		return nil, err
	}
	if wire.Object(r.Body) == nil {
		return nil, r.Invalid("its body is " + wire.DescribeBody(r.Body) + " instead of the definition of an environment")
	}
	return r.Body, nil
}

// maxEnvironmentPages bounds EnvironmentNames, which is for hints.
const maxEnvironmentPages = 20

// EnvironmentNames returns the names of the registered environments, in the order of
// the API, of the first pages.
func (w *Workspace) EnvironmentNames(ctx context.Context) ([]string, error) {
	get, err := w.hosts.Call(ctx, wire.Environments, wire.Workspace, http.MethodGet, "/environments/")
	if err != nil {
		return nil, err
	}
	var names []string
	for range maxEnvironmentPages {
		r, err := w.client.Do(ctx, get)
		if err != nil {
			return nil, err
		}
		var page struct {
			Value             []struct{ Name string }
			ContinuationToken string
		}
		if err := r.Decode(&page); err != nil {
			return nil, err
		}
		for _, environment := range page.Value {
			names = append(names, environment.Name)
		}
		if page.ContinuationToken == "" {
			break
		}
		get.Query = url.Values{"continuation": {page.ContinuationToken}}
	}
	return names, nil
}

// EnvironmentIdentity reads which name and version a definition is of; each is
// empty if the definition does not say.
func EnvironmentIdentity(definition []byte) (name, version string) {
	members := wire.Object(definition)
	return wire.Text(members["name"]), wire.Text(members["version"])
}
