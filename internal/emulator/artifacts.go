// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/http"
	"slices"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

const artifactScope = "/artifact/v2.0" + workspaceScope

// maxArtifactPaths is how many files one metadata call may ask for; the SDK
// never sends more.
const maxArtifactPaths = 50

func artifactRoutes() []route {
	read, write := action("workspaces/metadata/artifacts/read"), action("workspaces/metadata/artifacts/write")
	const base, one = artifactScope + "/artifacts", artifactScope + "/artifacts/{origin}/{container}"
	return []route{
		// Each call has two spellings: what the SDK sends, and what the specification says.
		{method: "POST", pattern: base + "/batch/metadata/{origin}/{container}", operation: "CreateArtifacts", plane: api.PlaneArtifact, action: write, handle: createArtifacts},
		{method: "POST", pattern: one + "/batch/metadata", operation: "CreateArtifacts", plane: api.PlaneArtifact, action: write, handle: createArtifacts},
		{method: "GET", pattern: base + "/prefix/contentinfo/{origin}/{container}/{rest...}", operation: "ListArtifactContents", plane: api.PlaneArtifact, action: read, handle: listArtifactContents},
		{method: "GET", pattern: one + "/prefix/contentinfo", operation: "ListArtifactContents", plane: api.PlaneArtifact, action: read, handle: listArtifactContents},
		{method: "GET", pattern: base + "/contentinfo/{origin}/{container}/{rest...}", operation: "GetArtifactContent", plane: api.PlaneArtifact, action: read, handle: getArtifactContent},
		{method: "GET", pattern: one + "/contentinfo", operation: "GetArtifactContent", plane: api.PlaneArtifact, action: read, handle: getArtifactContent},
		{method: "GET", pattern: base + "/metadata/{origin}/{container}/{rest...}", operation: "GetArtifact", plane: api.PlaneArtifact, action: read, handle: getArtifact},
		{method: "GET", pattern: one + "/metadata", operation: "GetArtifact", plane: api.PlaneArtifact, action: read, handle: getArtifact},
		{method: "POST", pattern: one + "/content", operation: "UploadArtifact", plane: api.PlaneArtifact, action: write, handle: uploadArtifact},
		{method: "GET", pattern: one + "/content", operation: "DownloadArtifact", plane: api.PlaneArtifact, action: read, handle: downloadArtifact},
		{method: "GET", pattern: one, operation: "ListArtifacts", plane: api.PlaneArtifact, action: read, handle: listArtifacts},
	}
}

func wireArtifact(a *state.Artifact) map[string]any {
	return map[string]any{
		"artifactId": a.ID(), "origin": a.Origin, "container": a.Container, "path": a.Path, "createdTime": timestamp(a.Created),
		"dataPath": map[string]any{"dataStoreName": "workspaceartifactstore", "relativePath": a.ID()},
	}
}

func (c *call) contentInfo(a *state.Artifact) map[string]any {
	return map[string]any{"contentUri": c.contentURI(c.workspace, a.Blob), "origin": a.Origin, "container": a.Container, "path": a.Path}
}

// artifactPath is the rest of the path, or the query's path.
func (c *call) artifactPath() string {
	if rest, inPath := c.params["rest"]; inPath {
		return rest
	}
	return c.query("path")
}

func usablePath(path string) error {
	clean := path != "" && len(path) <= 1024 && !strings.HasPrefix(path, "/") && !strings.Contains(path, "\\")
	if !clean || slices.Contains(strings.Split(path, "/"), "..") {
		return api.Invalid("InvalidPath", "path", "The artifact path must be relative, with forward slashes and without '..'.")
	}
	return nil
}

// createArtifacts registers files and says where to put their bytes. Both
// maps have exactly the paths that were sent as their keys.
func createArtifacts(c *call) (*api.Reply, error) {
	described := api.Fields{"paths": {Kind: api.List, Required: true, Fields: api.Fields{"path": {Kind: api.Text, Required: true}}}}
	body, err := c.object(described)
	if err != nil {
		return nil, err
	}
	if found := described.Check(body, ""); len(found) > 0 {
		return nil, api.BadRequest(found...)
	}
	paths := body["paths"].([]any)
	if len(paths) == 0 || len(paths) > maxArtifactPaths {
		return nil, api.Invalid("InvalidValue", "paths", "Between 1 and %d paths may be given in one call, not %d.", maxArtifactPaths, len(paths))
	}
	artifacts, contents := map[string]any{}, map[string]any{}
	for _, item := range paths {
		if err := usablePath(item.(map[string]any)["path"].(string)); err != nil {
			return nil, err
		}
	}
	for _, item := range paths {
		path := item.(map[string]any)["path"].(string)
		a := c.makeArtifact(path)
		artifacts[path], contents[path] = wireArtifact(a), c.contentInfo(a)
	}
	// errors must be absent, null or empty: the SDK raises on anything else.
	return api.OK(map[string]any{"artifacts": artifacts, "artifactContentInformation": contents, "errors": map[string]any{}}), nil
}

// makeArtifact finds or makes the artifact of the call's container.
func (c *call) makeArtifact(path string) *state.Artifact {
	a := &state.Artifact{Origin: c.param("origin"), Container: c.param("container"), Path: path, Created: c.Now()}
	if old := c.workspace.Artifacts[a.ID()]; old != nil {
		return old
	}
	a.Blob = strings.ToLower(state.RandomText(32))
	c.workspace.Artifacts[a.ID()] = a
	return a
}

func (c *call) artifact() (*state.Artifact, error) {
	wanted := state.Artifact{Origin: c.param("origin"), Container: c.param("container"), Path: c.artifactPath()}
	if a := c.workspace.Artifacts[wanted.ID()]; a != nil {
		return a, nil
	}
	return nil, api.NotFound("Artifact %s was not found in workspace %s.", wanted.ID(), c.workspace.Name)
}

func getArtifact(c *call) (*api.Reply, error) {
	a, err := c.artifact()
	if err != nil {
		return nil, err
	}
	return api.OK(wireArtifact(a)), nil
}

func getArtifactContent(c *call) (*api.Reply, error) {
	a, err := c.artifact()
	if err != nil {
		return nil, err
	}
	return api.OK(c.contentInfo(a)), nil
}

// below lists a container's artifacts under a prefix, in the order of paths.
// A prefix matches a file of exactly that path as well as everything below it.
func (c *call) artifactsBelow(prefix string) (found []*state.Artifact, next string) {
	prefix = strings.Trim(prefix, "/")
	for _, id := range state.SortedKeys(c.workspace.Artifacts) {
		a := c.workspace.Artifacts[id]
		if a.Origin != c.param("origin") || a.Container != c.param("container") || a.Path <= c.query("continuationToken") {
			continue
		}
		if prefix == "" || a.Path == prefix || strings.HasPrefix(a.Path, prefix+"/") {
			found = append(found, a)
		}
	}
	if size := c.pageSize(); len(found) > size {
		found = found[:size]
		next = found[size-1].Path
	}
	return found, next
}

func listArtifactContents(c *call) (*api.Reply, error) {
	return c.listOfArtifacts(c.contentInfo)
}

func listArtifacts(c *call) (*api.Reply, error) {
	return c.listOfArtifacts(wireArtifact)
}

func (c *call) listOfArtifacts(show func(*state.Artifact) map[string]any) (*api.Reply, error) {
	found, next := c.artifactsBelow(c.artifactPath())
	value := []any{}
	for _, a := range found {
		value = append(value, show(a))
	}
	body := map[string]any{"value": value}
	if next != "" {
		body["continuationToken"] = next
	}
	return api.OK(body), nil
}

// uploadArtifact takes the bytes in one call. Content that is there already is
// replaced only on request, unless it is the same: a repeated call does no harm.
func uploadArtifact(c *call) (*api.Reply, error) {
	if err := usablePath(c.query("path")); err != nil {
		return nil, err
	}
	if index := c.query("index"); index != "" && index != "0" || strings.EqualFold(c.query("append"), "true") {
		return nil, api.NotImplemented("The emulator does not implement uploads in parts; upload the whole content at once.")
	}
	a := c.makeArtifact(c.query("path"))
	if !strings.EqualFold(c.query("allowOverwrite"), "true") {
		same, there := c.blobs.has(a.Blob, c.body)
		if there && !same {
			return nil, &api.Error{Status: http.StatusConflict, Code: "ResourceConflict", Message: "Artifact " + a.ID() + " has other content already; set allowOverwrite to replace it."}
		}
	}
	if err := c.blobs.put(a.Blob, c.body); err != nil {
		return nil, err
	}
	return api.OK(wireArtifact(a)), nil
}

func downloadArtifact(c *call) (*api.Reply, error) {
	a, err := c.artifact()
	if err != nil {
		return nil, err
	}
	content, err := c.blobs.read(a.Blob)
	if err != nil {
		return nil, api.NotFound("Artifact %s has no content.", a.ID())
	}
	return &api.Reply{Status: http.StatusOK, ContentType: "application/octet-stream", Body: content}, nil
}
