// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package state

import (
	"net/url"
	"strings"
)

// artifactStore is the datastore of artifacts, and artifactContainer its container in the
// storage account of the workspace.
const (
	artifactStore     = "workspaceartifactstore"
	artifactContainer = "azureml"
)

// StorageAccount is the name of the workspace's storage account.
func (w *Workspace) StorageAccount() string { return "st" + Fingerprint(w.ID) }

// StorageURI is an address of v1 in the form of v2: the datastore's. Others stay.
func (w *Workspace) StorageURI(address string) string {
	prefix, ours := w.ArtifactPrefix(address)
	if !ours || scheme(address) != "aml" {
		return address
	}
	return "azureml:/" + w.ID + "/datastores/" + artifactStore + "/paths/" + prefix
}

// ArtifactPrefix is the artifact that an address names, or the prefix of those in the
// folder that it names. Addresses are aml://artifact and aml://asset of v1, azureml://
// with the datastore of artifacts, and https:// with the workspace's storage account.
// ours is false for all others.
func (w *Workspace) ArtifactPrefix(address string) (prefix string, ours bool) {
	_, rest, _ := strings.Cut(address, "://")
	switch scheme(address) {
	case "aml":
		kind, id, _ := strings.Cut(rest, "/")
		if kind == "asset" {
			return w.assetPrefix(id), true
		}
		prefix, ours = id, kind == "artifact"
	case "azureml":
		_, prefix, ours = strings.Cut(rest, "/datastores/"+artifactStore+"/paths/")
		scope := strings.TrimPrefix(w.ID, "/") + "/"
		if here, is := strings.CutPrefix(rest, "datastores/"+artifactStore+"/paths/"); is {
			prefix, ours = here, true
		} else if !strings.EqualFold(rest[:min(len(rest), len(scope))], scope) {
			ours = false
		}
	case "https", "http":
		u, err := url.Parse(address)
		if err != nil {
			return "", false
		}
		account, _, _ := strings.Cut(u.Hostname(), ".")
		below, inContainer := strings.CutPrefix(u.Path, "/"+artifactContainer+"/")
		prefix, ours = below, inContainer && account == w.StorageAccount()
	}
	return strings.Trim(prefix, "/"), ours
}

// assetPrefix is where the first artifact of an asset is; its id if the asset is not
// known, as that of a seed.
func (w *Workspace) assetPrefix(id string) string {
	if asset := w.Assets[id]; asset != nil {
		items, _ := asset.Doc["artifacts"].([]any)
		for _, item := range items {
			names, _ := item.(map[string]any)
			for _, member := range []string{"prefix", "id"} {
				if named, _ := names[member].(string); named != "" {
					return strings.Trim(named, "/")
				}
			}
		}
	}
	return id
}

// ArtifactsAt are the artifact of an id and those below it, in their order. The name is
// what stands behind the prefix, empty for the artifact itself.
func (w *Workspace) ArtifactsAt(prefix string) (names []string, found []*Artifact) {
	for _, id := range SortedKeys(w.Artifacts) {
		if id == prefix {
			names, found = append(names, ""), append(found, w.Artifacts[id])
		} else if name, below := strings.CutPrefix(id, prefix+"/"); below {
			names, found = append(names, name), append(found, w.Artifacts[id])
		}
	}
	return names, found
}

func scheme(address string) string {
	before, _, has := strings.Cut(address, "://")
	if !has {
		return ""
	}
	return strings.ToLower(before)
}
