// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package state

import (
	"strconv"
	"time"
)

// Model is one registered version. doc is its wire form without what the
// service assigns.
type Model struct {
	Name      string
	Version   int
	Framework string
	Doc       map[string]any
	V2        map[string]any `json:",omitempty"` // members that v2 alone has
	Entry     `json:"Entry"`
}

// Asset names the artifacts that a model is made of.
type Asset struct {
	ID    string
	Doc   map[string]any
	Entry `json:"Entry"`
}

// Artifact is one file of a workspace. Its bytes are a blob, which may not have
// been uploaded yet.
type Artifact struct {
	Origin, Container, Path string
	Blob                    string // opaque: a name with escapes would be escaped twice by the SDK
	Created                 time.Time
}

// Environment is one registered version; definition is in lower camel case, as
// replies are, without name and version.
type Environment struct {
	Name       string         `json:"name"`
	Version    string         `json:"version"`
	Definition map[string]any `json:"definition"`
	V2         map[string]any `json:"v2,omitempty"` // the properties of v2, if v2 has registered it
}

// Entry is what models and assets are listed by.
type Entry struct {
	Created  time.Time
	Modified time.Time
	Serial   int // in the order of registration: times may be equal
}

// ID is origin/container/path.
func (a *Artifact) ID() string { return a.Origin + "/" + a.Container + "/" + a.Path }

// ID is name:version.
func (m *Model) ID() string { return m.Name + ":" + strconv.Itoa(m.Version) }

// Model finds a version by its id, "name:version".
func (w *Workspace) Model(id string) *Model {
	for _, m := range w.Models {
		if m.ID() == id {
			return m
		}
	}
	return nil
}

// AddModel registers a version. Its number is not given again, even after a deletion.
func (w *Workspace) AddModel(m *Model) {
	if n := len(w.Models); n > 0 {
		m.Serial = w.Models[n-1].Serial + 1
	}
	w.Models = append(w.Models, m)
	w.Versions[m.Name] = max(w.Versions[m.Name], m.Version)
}

// Latest is the highest version of a model that is registered; nil if there is none.
func (w *Workspace) Latest(name string) *Model {
	var latest *Model
	for _, m := range w.Models {
		if m.Name == name && (latest == nil || m.Version > latest.Version) {
			latest = m
		}
	}
	return latest
}

// Environment finds a version; an empty version is the latest.
func (w *Workspace) Environment(name, version string) *Environment {
	versions := w.Environments[name]
	if version == "" && len(versions) > 0 {
		return versions[len(versions)-1]
	}
	for _, env := range versions {
		if env.Version == version {
			return env
		}
	}
	return nil
}

// NextEnvironmentVersion is the number after the highest version that is a number.
func (w *Workspace) NextEnvironmentVersion(name string) string {
	highest := 0
	for _, env := range w.Environments[name] {
		if n, err := strconv.Atoi(env.Version); err == nil {
			highest = max(highest, n)
		}
	}
	return strconv.Itoa(highest + 1)
}
