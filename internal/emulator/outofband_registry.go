// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/registry"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// ArtifactIDs returns the ids (origin/container/path) of a workspace's uploaded
// files, sorted.
func (e *Emulator) ArtifactIDs(workspaceID string) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	w := e.store.WorkspaceByID(workspaceID)
	if w == nil {
		return nil
	}
	return state.SortedKeys(w.Artifacts)
}

// ArtifactContent returns the bytes of a file that was uploaded; false where
// there is no such artifact, or its bytes never came.
func (e *Emulator) ArtifactContent(workspaceID, id string) ([]byte, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	w := e.store.WorkspaceByID(workspaceID)
	if w == nil || w.Artifacts[id] == nil {
		return nil, false
	}
	content, err := e.files.Read(w.Artifacts[id].Blob)
	return content, err == nil
}

// AssetCount returns how many assets a workspace has.
func (e *Emulator) AssetCount(workspaceID string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if w := e.store.WorkspaceByID(workspaceID); w != nil {
		return len(w.Assets)
	}
	return 0
}

// ModelIDs returns the ids (name:version) of a workspace's models, oldest first.
func (e *Emulator) ModelIDs(workspaceID string) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	w := e.store.WorkspaceByID(workspaceID)
	if w == nil {
		return nil
	}
	var ids []string
	for _, m := range w.Models {
		ids = append(ids, m.ID())
	}
	return ids
}

// ModelJSON returns a model as GET answers.
func (e *Emulator) ModelJSON(workspaceID, id string) (map[string]any, bool) {
	var body map[string]any
	err := e.withModel(workspaceID, id, func(_ *state.Workspace, m *state.Model) error {
		raw, err := json.Marshal(registry.WireModel(m))
		if err != nil {
			return err
		}
		return json.Unmarshal(raw, &body)
	})
	return body, err == nil
}

// EditModel changes a model as another person would. The function gets its wire
// form without id, version and times.
func (e *Emulator) EditModel(workspaceID, id string, edit func(map[string]any)) error {
	return e.withModel(workspaceID, id, func(_ *state.Workspace, m *state.Model) error {
		doc := api.Clone(m.Doc)
		edit(doc)
		m.Doc, m.Modified = doc, e.Now()
		return nil
	})
}

// RemoveModel deletes a model as another person would, whatever uses it.
func (e *Emulator) RemoveModel(workspaceID, id string) error {
	return e.withModel(workspaceID, id, func(w *state.Workspace, m *state.Model) error {
		w.Models = slices.DeleteFunc(w.Models, func(other *state.Model) bool { return other == m })
		return nil
	})
}

func (e *Emulator) withModel(workspaceID, id string, f func(*state.Workspace, *state.Model) error) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	w := e.store.WorkspaceByID(workspaceID)
	if w == nil {
		return fmt.Errorf("the emulator has no workspace %s", workspaceID)
	}
	m := w.Model(id)
	if m == nil {
		return fmt.Errorf("the emulator has no model %s in %s", id, workspaceID)
	}
	return f(w, m)
}

// AssetPrefixes returns what an asset refers to: prefixes of artifact ids.
func (e *Emulator) AssetPrefixes(workspaceID, id string) ([]string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	w := e.store.WorkspaceByID(workspaceID)
	if w == nil || w.Assets[id] == nil {
		return nil, fmt.Errorf("the emulator has no asset %s in %s", id, workspaceID)
	}
	var prefixes []string
	artifacts, _ := w.Assets[id].Doc["artifacts"].([]any)
	for _, item := range artifacts {
		artifact, _ := item.(map[string]any)
		if prefix, isText := artifact["prefix"].(string); isText {
			prefixes = append(prefixes, prefix)
		}
	}
	return prefixes, nil
}
