// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// Asset names the uploaded files that a model is made of.
type Asset struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Artifacts []AssetArtifact `json:"artifacts"`
}

// AssetArtifact refers to one file, by id, or to all files below a prefix. A
// prefix matches a file of exactly that path, too.
type AssetArtifact struct {
	ID     string `json:"id,omitempty"`
	Prefix string `json:"prefix,omitempty"`
}

// URL is how a model refers to the asset.
func (a *Asset) URL() string { return "aml://asset/" + a.ID }

// CreateAsset makes an asset of all files below a prefix, which must be the
// caller's own (NewArtifactContainer): it tells the asset from others when the
// reply to the request is lost. The request is then not repeated blindly.
func (w *Workspace) CreateAsset(ctx context.Context, name, prefix string) (*Asset, error) {
	post, err := w.call(ctx, wire.Workspace, http.MethodPost, "/assets")
	if err != nil {
		return nil, err
	}
	post.Body = map[string]any{"name": name, "artifacts": []AssetArtifact{{Prefix: prefix}}}
	return register(ctx, w, registration[Asset]{
		what: fmt.Sprintf("the asset of model %q", name), post: post,
		find: func(ctx context.Context) (*Asset, error) {
			for asset, err := range listed[Asset](ctx, w, "/assets", url.Values{"name": {name}}) {
				if err != nil || slices.Contains(asset.Artifacts, AssetArtifact{Prefix: prefix}) {
					return asset, err
				}
			}
			return nil, nil
		},
		usable: func(a *Asset) bool { return a.ID != "" },
	})
}

// GetAsset reads an asset.
func (w *Workspace) GetAsset(ctx context.Context, id string) (*Asset, error) {
	get, err := w.registryCall(ctx, http.MethodGet, wire.Asset, id)
	if err != nil {
		return nil, err
	}
	r, err := w.client.Do(ctx, get)
	if err != nil {
		return nil, err
	}
	asset := &Asset{}
	if err := r.Decode(asset); err != nil {
		return nil, err
	}
	if asset.ID != id {
		return nil, r.Invalid("it is not the asset that was asked for")
	}
	return asset, nil
}

// DeleteAsset deletes an asset, not its files. One that does not exist is
// deleted already.
func (w *Workspace) DeleteAsset(ctx context.Context, id string) error {
	return w.deleteRegistered(ctx, wire.Asset, id)
}

// registryCall is a request about one model or asset.
func (w *Workspace) registryCall(ctx context.Context, method string, kind wire.Subject, id string) (wire.Call, error) {
	segment, err := wire.NameSegment(string(kind), id)
	if err != nil {
		return wire.Call{}, err
	}
	return w.call(ctx, kind, method, "/"+string(kind)+"s/"+segment)
}

func (w *Workspace) deleteRegistered(ctx context.Context, kind wire.Subject, id string) error {
	remove, err := w.registryCall(ctx, http.MethodDelete, kind, id)
	if err != nil {
		return err
	}
	if _, err = w.client.Do(ctx, remove); IsNotFound(err) {
		return nil
	}
	return err
}
