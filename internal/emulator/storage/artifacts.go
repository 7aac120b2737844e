// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package storage

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

const artifactScope = "/artifact/v2.0" + api.WorkspaceScope

// maxArtifactPaths is how many files one metadata call may ask for; the SDK
// never sends more.
const maxArtifactPaths = 50

// Routes are the operations of the artifact API.
func (l *Layer) Routes() []api.Route {
	read, write := api.Action("workspaces/metadata/artifacts/read"), api.Action("workspaces/metadata/artifacts/write")
	const base, one = artifactScope + "/artifacts", artifactScope + "/artifacts/{origin}/{container}"
	return []api.Route{
		// Each call has two spellings: what the SDK sends, and what the specification says.
		{Method: "POST", Pattern: base + "/batch/metadata/{origin}/{container}", Operation: "CreateArtifacts", Plane: api.PlaneArtifact, Action: write, Handle: l.createArtifacts},
		{Method: "POST", Pattern: one + "/batch/metadata", Operation: "CreateArtifacts", Plane: api.PlaneArtifact, Action: write, Handle: l.createArtifacts},
		{Method: "GET", Pattern: base + "/prefix/contentinfo/{origin}/{container}/{rest...}", Operation: "ListArtifactContents", Plane: api.PlaneArtifact, Action: read, Handle: l.listArtifactContents},
		{Method: "GET", Pattern: one + "/prefix/contentinfo", Operation: "ListArtifactContents", Plane: api.PlaneArtifact, Action: read, Handle: l.listArtifactContents},
		{Method: "GET", Pattern: base + "/contentinfo/{origin}/{container}/{rest...}", Operation: "GetArtifactContent", Plane: api.PlaneArtifact, Action: read, Handle: l.getArtifactContent},
		{Method: "GET", Pattern: one + "/contentinfo", Operation: "GetArtifactContent", Plane: api.PlaneArtifact, Action: read, Handle: l.getArtifactContent},
		{Method: "GET", Pattern: base + "/metadata/{origin}/{container}/{rest...}", Operation: "GetArtifact", Plane: api.PlaneArtifact, Action: read, Handle: l.getArtifact},
		{Method: "GET", Pattern: one + "/metadata", Operation: "GetArtifact", Plane: api.PlaneArtifact, Action: read, Handle: l.getArtifact},
		{Method: "POST", Pattern: one + "/content", Operation: "UploadArtifact", Plane: api.PlaneArtifact, Action: write, Handle: l.uploadArtifact},
		{Method: "GET", Pattern: one + "/content", Operation: "DownloadArtifact", Plane: api.PlaneArtifact, Action: read, Handle: l.downloadArtifact},
		{Method: "GET", Pattern: one, Operation: "ListArtifacts", Plane: api.PlaneArtifact, Action: read, Handle: l.listArtifacts},
	}
}

func wireArtifact(a *state.Artifact) map[string]any {
	return map[string]any{
		"artifactId": a.ID(), "origin": a.Origin, "container": a.Container, "path": a.Path, "createdTime": api.Timestamp(a.Created),
		"dataPath": map[string]any{"dataStoreName": "workspaceartifactstore", "relativePath": a.ID()},
	}
}

func (l *Layer) contentInfo(c *api.Call, a *state.Artifact) map[string]any {
	return map[string]any{"contentUri": l.ContentURI(c.Workspace, a.Blob), "origin": a.Origin, "container": a.Container, "path": a.Path}
}

// artifactPath is the rest of the path, or the query's path.
func (l *Layer) artifactPath(c *api.Call) string {
	if rest, inPath := c.Params["rest"]; inPath {
		return rest
	}
	return c.Query("path")
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
func (l *Layer) createArtifacts(c *api.Call) (*api.Reply, error) {
	described := api.Fields{"paths": {Kind: api.List, Required: true, Fields: api.Fields{"path": {Kind: api.Text, Required: true}}}}
	body, err := c.Object(described)
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
		a := l.makeArtifact(c, path)
		artifacts[path], contents[path] = wireArtifact(a), l.contentInfo(c, a)
	}
	// errors must be absent, null or empty: the SDK raises on anything else.
	return api.OK(map[string]any{"artifacts": artifacts, "artifactContentInformation": contents, "errors": map[string]any{}}), nil
}

// makeArtifact finds or makes the artifact of the call's container.
func (l *Layer) makeArtifact(c *api.Call, path string) *state.Artifact {
	a := &state.Artifact{Origin: c.Param("origin"), Container: c.Param("container"), Path: path, Created: l.Now()}
	if old := c.Workspace.Artifacts[a.ID()]; old != nil {
		return old
	}
	a.Blob = strings.ToLower(state.RandomText(32))
	c.Workspace.Artifacts[a.ID()] = a
	return a
}

func (l *Layer) artifact(c *api.Call) (*state.Artifact, error) {
	wanted := state.Artifact{Origin: c.Param("origin"), Container: c.Param("container"), Path: l.artifactPath(c)}
	if a := c.Workspace.Artifacts[wanted.ID()]; a != nil {
		return a, nil
	}
	return nil, api.NotFound("Artifact %s was not found in workspace %s.", wanted.ID(), c.Workspace.Name)
}

func (l *Layer) getArtifact(c *api.Call) (*api.Reply, error) {
	a, err := l.artifact(c)
	if err != nil {
		return nil, err
	}
	return api.OK(wireArtifact(a)), nil
}

func (l *Layer) getArtifactContent(c *api.Call) (*api.Reply, error) {
	a, err := l.artifact(c)
	if err != nil {
		return nil, err
	}
	return api.OK(l.contentInfo(c, a)), nil
}

// below lists a container's artifacts under a prefix, in the order of paths.
// A prefix matches a file of exactly that path as well as everything below it.
func (l *Layer) artifactsBelow(c *api.Call, prefix string) (found []*state.Artifact, next string, err error) {
	prefix = strings.Trim(prefix, "/")
	for _, a := range c.Workspace.Artifacts {
		if a.Origin != c.Param("origin") || a.Container != c.Param("container") {
			continue
		}
		if prefix == "" || a.Path == prefix || strings.HasPrefix(a.Path, prefix+"/") {
			found = append(found, a)
		}
	}
	paging := api.Paging{Parameter: "continuationToken", Token: c.Query("continuationToken"), Size: l.PageSize()}
	return api.Page(found, func(a *state.Artifact) string { return a.Path }, paging)
}

func (l *Layer) listArtifactContents(c *api.Call) (*api.Reply, error) {
	return l.listOfArtifacts(c, func(a *state.Artifact) map[string]any { return l.contentInfo(c, a) })
}

func (l *Layer) listArtifacts(c *api.Call) (*api.Reply, error) {
	return l.listOfArtifacts(c, wireArtifact)
}

func (l *Layer) listOfArtifacts(c *api.Call, show func(*state.Artifact) map[string]any) (*api.Reply, error) {
	found, next, err := l.artifactsBelow(c, l.artifactPath(c))
	if err != nil {
		return nil, err
	}
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
func (l *Layer) uploadArtifact(c *api.Call) (*api.Reply, error) {
	if err := usablePath(c.Query("path")); err != nil {
		return nil, err
	}
	if index := c.Query("index"); index != "" && index != "0" || strings.EqualFold(c.Query("append"), "true") {
		return nil, api.NotImplemented("The emulator does not implement uploads in parts; upload the whole content at once.")
	}
	a := l.makeArtifact(c, c.Query("path"))
	id, blob, reply := a.ID(), a.Blob, api.OK(wireArtifact(a))
	how := writing{onlyNew: !strings.EqualFold(c.Query("allowOverwrite"), "true"), ownMD5: true}
	return &api.Reply{Later: func(context.Context) (*api.Reply, error) {
		_, _, err := l.Files.write(blob, bytes.NewReader(c.Body), how)
		if errors.Is(err, errExists) {
			var old []byte
			if old, err = l.Files.Read(blob); err == nil && !bytes.Equal(old, c.Body) {
				err = &api.Error{Status: http.StatusConflict, Code: "ResourceConflict", Message: "Artifact " + id + " has other content already; set allowOverwrite to replace it."}
			}
		}
		return reply, err
	}}, nil
}

func (l *Layer) downloadArtifact(c *api.Call) (*api.Reply, error) {
	a, err := l.artifact(c)
	if err != nil {
		return nil, err
	}
	id, blob := a.ID(), a.Blob
	return &api.Reply{Later: func(context.Context) (*api.Reply, error) {
		content, err := l.Files.Read(blob)
		if err != nil {
			return nil, api.NotFound("Artifact %s has no content.", id)
		}
		return &api.Reply{Status: http.StatusOK, ContentType: "application/octet-stream", Body: content}, nil
	}}, nil
}
