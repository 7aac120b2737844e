// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"net/http"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// codes are folders of code in the blob storage of the workspace.
func (l *Layer) codes() versioned {
	return versioned{
		collection: "codes", noun: "Code", fields: codeProperties, fixed: []string{"codeUri"},
		read: func(w *state.Workspace, name, version string) (map[string]any, state.Audit, bool) {
			code := w.Codes[state.CodeKey(name, version)]
			if code == nil || version == "" {
				return nil, state.Audit{}, false
			}
			return api.Clone(code.Doc), code.Audit, true
		},
		list: codeVersions, container: l.getCodeContainer,
		write: func(c *api.Call, name, version string, properties map[string]any) error {
			l.putCode(c, name, version, properties)
			return nil
		},
		remove: func(w *state.Workspace, name, version string) { delete(w.Codes, state.CodeKey(name, version)) },
	}
}

func codeVersions(w *state.Workspace, name string) (versions []string) {
	for _, key := range state.SortedKeys(w.Codes) {
		if code := w.Codes[key]; strings.EqualFold(code.Name, name) && code.Version != "" {
			versions = append(versions, code.Version)
		}
	}
	return versions
}

// putCode stores a version, or the container if version is empty. Members that the
// request leaves out stay as they were.
func (l *Layer) putCode(c *api.Call, name, version string, properties map[string]any) {
	key := state.CodeKey(name, version)
	code := c.Workspace.Codes[key]
	if code == nil {
		code = &state.Code{Name: name, Version: version, Doc: map[string]any{}, Audit: l.audit(c, nil)}
		c.Workspace.Codes[key] = code
	} else {
		code.Audit = l.audit(c, &code.Audit)
	}
	for member, value := range properties {
		code.Doc[member] = value
	}
}

// putCodeContainer makes the container of versions that are to come. A PUT of a version
// needs none.
func (l *Layer) putCodeContainer(c *api.Call) (*api.Reply, error) {
	name := c.Param("name")
	given, err := body(c, ofProperties(containerProperties), name)
	if err != nil {
		return nil, err
	}
	status := http.StatusOK
	if c.Workspace.Codes[state.CodeKey(name, "")] == nil {
		status = http.StatusCreated
	}
	l.putCode(c, name, "", properties(given))
	return &api.Reply{Status: status, Body: wireCodeContainer(c.Workspace, name)}, nil
}

func wireCodeContainer(w *state.Workspace, name string) map[string]any {
	code := w.Codes[state.CodeKey(name, "")]
	return containerOf(w, "codes", name, codeVersions(w, name), api.Clone(code.Doc), code.Audit)
}

// getCodeContainer shows a container of its own, or the one that came with a version.
func (l *Layer) getCodeContainer(c *api.Call) (*api.Reply, error) {
	if name := c.Param("name"); c.Workspace.Codes[state.CodeKey(name, "")] != nil {
		return api.OK(wireCodeContainer(c.Workspace, name)), nil
	}
	return getContainer(c, l.codes())
}
