// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// Model is a registered model version, as GET returns it. What the API leaves
// out, or gives as null, is zero.
type Model struct {
	ID               string // name:version
	Name             string
	Version          int64
	URL              string // aml://asset/{id}, or where else its files are
	MimeType         string
	Framework        string
	FrameworkVersion string
	Description      string
	Tags             map[string]string
	Properties       map[string]string
	CreatedTime      Timestamp
	ModifiedTime     Timestamp
}

// UnmarshalJSON reads a model. A version that is missing is taken from the id,
// and the other way round.
func (m *Model) UnmarshalJSON(data []byte) error {
	var raw struct {
		ID, Name, URL, MimeType, Framework, FrameworkVersion, Description string

		Version      json.RawMessage
		KVTags       map[string]string
		Properties   map[string]string
		CreatedTime  Timestamp
		ModifiedTime Timestamp
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	*m = Model{
		ID: raw.ID, Name: raw.Name, URL: raw.URL, MimeType: raw.MimeType, Framework: raw.Framework, FrameworkVersion: raw.FrameworkVersion,
		Description: raw.Description, Tags: raw.KVTags, Properties: raw.Properties, CreatedTime: raw.CreatedTime, ModifiedTime: raw.ModifiedTime,
	}
	m.Version, _ = strconv.ParseInt(wire.Text(raw.Version), 10, 64)
	if name, version, ok := cutModelID(m.ID); ok && (m.Version == 0 || m.Name == "") {
		m.Name, m.Version = name, version
	} else if m.ID == "" && m.Name != "" && m.Version != 0 {
		m.ID = m.Name + ":" + strconv.FormatInt(m.Version, 10)
	}
	return nil
}

func cutModelID(id string) (name string, version int64, ok bool) {
	i := strings.LastIndexByte(id, ':')
	if i <= 0 {
		return "", 0, false
	}
	version, err := strconv.ParseInt(id[i+1:], 10, 64)
	return id[:i], version, err == nil
}

// RegisterModelRequest is what a new model version is made of.
type RegisterModelRequest struct {
	Name             string            `json:"name"`
	URL              string            `json:"url"` // of an asset that was made for this model alone
	MimeType         string            `json:"mimeType"`
	Framework        string            `json:"framework,omitempty"`
	FrameworkVersion string            `json:"frameworkVersion,omitempty"`
	Description      string            `json:"description,omitempty"`
	Tags             map[string]string `json:"kvTags,omitempty"`
	Properties       map[string]string `json:"properties,omitempty"`
}

// RegisterModel registers the next version of a model. Its URL must be the
// caller's own (CreateAsset), since it tells the version from others when the
// reply is lost. The request is then not repeated blindly.
func (w *Workspace) RegisterModel(ctx context.Context, r RegisterModelRequest) (*Model, error) {
	post, err := w.call(ctx, wire.Workspace, http.MethodPost, "/models")
	if err != nil {
		return nil, err
	}
	if r.MimeType == "" {
		r.MimeType = "application/json" // required; what the Python SDK sends of any model
	}
	post.Body = r
	return register(ctx, w, registration[Model]{
		what: fmt.Sprintf("model %q", r.Name), post: post,
		find: func(ctx context.Context) (*Model, error) {
			for m, err := range w.ListModels(ctx, r.Name) {
				if err != nil || m.URL == r.URL {
					return m, err
				}
			}
			return nil, nil
		},
		usable: func(m *Model) bool { return m.Name != "" && m.Version != 0 },
	})
}

// GetModel reads one version of a model, by "name:version".
func (w *Workspace) GetModel(ctx context.Context, id string) (*Model, error) {
	get, err := w.registryCall(ctx, http.MethodGet, wire.Model, id)
	if err != nil {
		return nil, err
	}
	return w.model(ctx, get, id)
}

func (w *Workspace) model(ctx context.Context, request wire.Call, id string) (*Model, error) {
	r, err := w.client.Do(ctx, request)
	if err != nil {
		return nil, err
	}
	m := &Model{}
	if err := r.Decode(m); err != nil {
		return nil, err
	}
	if m.Name == "" || m.Version == 0 {
		return nil, r.Invalid("it names no model and version")
	}
	if m.ID != id {
		return nil, r.Invalid("it is not the model that was asked for")
	}
	return m, nil
}

// ListModels reads the versions of a model, newest first, page by page; of all
// models if the name is empty.
func (w *Workspace) ListModels(ctx context.Context, name string) iter.Seq2[*Model, error] {
	return w.listModels(ctx, name, url.Values{})
}

func (w *Workspace) listModels(ctx context.Context, name string, query url.Values) iter.Seq2[*Model, error] {
	query.Set("orderBy", "CreatedAtDesc")
	if name != "" {
		query.Set("name", name)
	}
	return func(yield func(*Model, error) bool) {
		for m, err := range listed[Model](ctx, w, "/models", query) {
			// The API does not say whether the filter takes a name whole.
			if err == nil && name != "" && m.Name != name {
				continue
			}
			if !yield(m, err) {
				return
			}
		}
	}
}

// LatestModel reads the highest version of a model; *NoModelError if there is
// none.
func (w *Workspace) LatestModel(ctx context.Context, name string) (*Model, error) {
	if _, err := wire.NameSegment("model", name); err != nil {
		return nil, err
	}
	// The newest version is the highest: numbers are assigned in order.
	for m, err := range w.listModels(ctx, name, url.Values{"count": {"1"}}) {
		return m, err
	}
	return nil, &NoModelError{Name: name}
}

// PatchModel changes a version of a model. The operations must be idempotent
// ("replace", or "add" of the map of properties), since a request is sent again if
// its reply is lost.
func (w *Workspace) PatchModel(ctx context.Context, id string, ops []PatchOperation) (*Model, error) {
	patch, err := w.registryCall(ctx, http.MethodPatch, wire.Model, id)
	if err != nil {
		return nil, err
	}
	patch.Body, patch.ContentType = ops, "application/json-patch+json"
	return w.model(ctx, patch, id)
}

// DeleteModel deletes a version of a model. One that does not exist is deleted
// already. One that is in use is an error that IsModelInUse recognises.
func (w *Workspace) DeleteModel(ctx context.Context, id string) error {
	return w.deleteRegistered(ctx, wire.Model, id)
}
