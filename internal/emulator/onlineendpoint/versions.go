// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// versioned is one kind of what deployments are made of: code, models or environments.
// Versions are made and changed by a PUT, and there is no operation to wait for.
type versioned struct {
	collection string // in paths and ids, such as codes
	noun       string // in the names of operations, such as Code
	fields     api.Fields
	// fixed are the members that an existing version keeps.
	fixed []string
	// read gives the properties of a version.
	read func(w *state.Workspace, name, version string) (map[string]any, state.Audit, bool)
	// list gives the versions of a name.
	list func(w *state.Workspace, name string) []string
	// write makes a version, or changes what may change of one. Its errors are refusals.
	write func(c *api.Call, name, version string, properties map[string]any) error
	// container shows the name of versions; nil shows what the versions say.
	container func(c *api.Call) (*api.Reply, error)
	// services names the services of v1 that are made of a version; nil if none can be.
	services func(w *state.Workspace, name, version string) []string
	// remove deletes a version that exists.
	remove func(w *state.Workspace, name, version string)
}

// versionRoutes are the operations on the versions of one kind.
func (l *Layer) versionRoutes(v versioned) []api.Route {
	container := api.WorkspaceScope + "/" + v.collection + "/{name}"
	versions, actions := container+"/versions", "workspaces/"+v.collection+"/"
	show := v.container
	if show == nil {
		show = func(c *api.Call) (*api.Reply, error) { return getContainer(c, v) }
	}
	return []api.Route{
		arm("GET", versions, "List"+v.noun+"Versions", actions+"versions/read", func(c *api.Call) (*api.Reply, error) { return l.listVersions(c, v) }),
		arm("GET", versions+"/{version}", "Get"+v.noun+"Version", actions+"versions/read", func(c *api.Call) (*api.Reply, error) { return l.getVersion(c, v) }),
		arm("PUT", versions+"/{version}", "Put"+v.noun+"Version", actions+"versions/write", func(c *api.Call) (*api.Reply, error) { return l.putVersion(c, v) }),
		arm("DELETE", versions+"/{version}", "Delete"+v.noun+"Version", actions+"versions/delete", func(c *api.Call) (*api.Reply, error) { return l.deleteVersion(c, v) }),
		arm("GET", container, "Get"+v.noun+"Container", actions+"read", show),
	}
}

func (v versioned) id(w *state.Workspace, name, version string) string {
	return w.ID + "/" + v.collection + "/" + name + "/versions/" + version
}

// wire is the document of a version, if it exists.
func (v versioned) wire(w *state.Workspace, name, version string) (map[string]any, bool) {
	properties, audit, found := v.read(w, name, version)
	if !found {
		return nil, false
	}
	properties["provisioningState"] = succeeded
	for _, member := range []string{"isAnonymous", "isArchived"} {
		if properties[member] == nil {
			properties[member] = false
		}
	}
	for _, member := range []string{"tags", "properties"} {
		if properties[member] == nil {
			properties[member] = map[string]any{}
		}
	}
	return map[string]any{
		"id": v.id(w, name, version), "name": version, "type": "Microsoft.MachineLearningServices/workspaces/" + v.collection + "/versions",
		"properties": properties, "systemData": systemData(audit),
	}, true
}

func (l *Layer) getVersion(c *api.Call, v versioned) (*api.Reply, error) {
	if doc, found := v.wire(c.Workspace, c.Param("name"), c.Param("version")); found {
		return api.OK(doc), nil
	}
	return nil, missing(c, v.collection+"/"+c.Param("name")+"/versions/"+c.Param("version"))
}

func (l *Layer) listVersions(c *api.Call, v versioned) (*api.Reply, error) {
	name := c.Param("name")
	return l.page(c, v.list(c.Workspace, name), func(version string) map[string]any {
		doc, _ := v.wire(c.Workspace, name, version)
		return doc
	})
}

// putVersion makes a version (201), or changes what is not a part of its content (200):
// content that changes is another version.
func (l *Layer) putVersion(c *api.Call, v versioned) (*api.Reply, error) {
	name, version := c.Param("name"), c.Param("version")
	given, err := body(c, ofProperties(v.fields), version)
	if err != nil {
		return nil, err
	}
	status := http.StatusCreated
	if former, _, found := v.read(c.Workspace, name, version); found {
		status = http.StatusOK
		for _, member := range v.fixed {
			if now := properties(given)[member]; now != nil && !reflect.DeepEqual(now, former[member]) {
				return nil, api.Invalid("PropertyImmutable", "properties."+member, "Version %s of %s exists, and its '%s' cannot be changed. Make another version.", version, name, member)
			}
		}
	}
	if err := v.write(c, name, version, properties(given)); err != nil {
		return nil, err
	}
	doc, _ := v.wire(c.Workspace, name, version)
	return &api.Reply{Status: status, Body: doc}, nil
}

// deleteVersion refuses while a deployment, or a service of v1, is made of the version.
func (l *Layer) deleteVersion(c *api.Call, v versioned) (*api.Reply, error) {
	name, version := c.Param("name"), c.Param("version")
	if _, _, found := v.read(c.Workspace, name, version); !found {
		return &api.Reply{Status: http.StatusNoContent}, nil
	}
	users := c.Workspace.DeploymentsOf(v.id(c.Workspace, name, version))
	if v.services != nil {
		users = append(users, v.services(c.Workspace, name, version)...)
	}
	if len(users) > 0 {
		return nil, api.Conflict("InUse", "Version %s of %s is used by %s. Delete what uses it first.", version, name, strings.Join(users, ", "))
	}
	v.remove(c.Workspace, name, version)
	return api.OK(nil), nil
}

// getContainer shows the name that versions have in common. It comes with the first
// version.
func getContainer(c *api.Call, v versioned) (*api.Reply, error) {
	name := c.Param("name")
	versions := v.list(c.Workspace, name)
	if len(versions) == 0 {
		return nil, missing(c, v.collection+"/"+name)
	}
	_, audit, _ := v.read(c.Workspace, name, versions[0])
	return api.OK(containerOf(c.Workspace, v.collection, name, versions, map[string]any{}, audit)), nil
}

func containerOf(w *state.Workspace, collection, name string, versions []string, properties map[string]any, audit state.Audit) map[string]any {
	highest, latest := 0, any(nil)
	for _, version := range versions {
		latest = version
		if n, err := strconv.Atoi(version); err == nil {
			highest = max(highest, n)
		}
	}
	if highest > 0 {
		latest = strconv.Itoa(highest)
	}
	properties["provisioningState"], properties["latestVersion"], properties["nextVersion"] = succeeded, latest, strconv.Itoa(highest+1)
	return map[string]any{
		"id": w.ID + "/" + collection + "/" + name, "name": name, "type": "Microsoft.MachineLearningServices/workspaces/" + collection,
		"properties": properties, "systemData": systemData(audit),
	}
}
