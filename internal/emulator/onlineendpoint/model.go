// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// models are the models of v1: one table for both, so a version that one API registers
// is there for the other.
func (l *Layer) models() versioned {
	return versioned{
		collection: "models", noun: "Model", fields: modelProperties, fixed: []string{"modelUri", "modelType"},
		read: func(w *state.Workspace, name, version string) (map[string]any, state.Audit, bool) {
			m := w.Model(name + ":" + version)
			if m == nil {
				return nil, state.Audit{}, false
			}
			return modelDocument(w, m), modelAudit(m), true
		},
		list: func(w *state.Workspace, name string) (versions []string) {
			for _, m := range w.Models {
				if m.Name == name {
					versions = append(versions, strconv.Itoa(m.Version))
				}
			}
			return versions
		},
		write: l.putModel,
		services: func(w *state.Workspace, name, version string) []string {
			return l.ServicesWith(w, w.Model(name+":"+version))
		},
		remove: func(w *state.Workspace, name, version string) {
			gone := w.Model(name + ":" + version)
			w.Models = slices.DeleteFunc(w.Models, func(m *state.Model) bool { return m == gone })
		},
	}
}

// onlyV2 are the members of a model that v1 does not have.
var onlyV2 = []string{"modelType", "flavors", "jobName", "stage", "isArchived", "isAnonymous", "datasets"}

// modelDocument are the properties of a model. One that v1 registered is a custom_model.
func modelDocument(w *state.Workspace, m *state.Model) map[string]any {
	doc := map[string]any{"modelType": "custom_model", "flavors": map[string]any{}}
	for name, value := range m.V2 {
		doc[name] = api.Clone(value)
	}
	doc["description"], doc["tags"], doc["properties"] = m.Doc["description"], api.Clone(m.Doc["kvTags"]), api.Clone(m.Doc["properties"])
	doc["modelUri"] = w.StorageURI(text(m.Doc, "url"))
	return doc
}

func modelAudit(m *state.Model) state.Audit {
	author, _ := m.Doc["createdBy"].(map[string]any)
	by := text(author, "userObjectId")
	return state.Audit{CreatedBy: by, ModifiedBy: by, Created: m.Created, Modified: m.Modified}
}

// putModel registers a version, or changes the texts of one. v1 counts versions, so a
// version is a number here.
func (l *Layer) putModel(c *api.Call, name, version string, properties map[string]any) error {
	number, err := strconv.ParseInt(version, 10, 32)
	if err != nil || number < 1 || number > math.MaxInt32 || strconv.FormatInt(number, 10) != version {
		return api.Invalid("InvalidVersion", "version", "The version '%s' is not a positive number. v1 and v2 share models, and v1 counts their versions.", version)
	}
	m := c.Workspace.Model(name + ":" + version)
	if m == nil {
		uri := text(properties, "modelUri")
		if !slices.Contains([]string{"azureml", "https", "http", "wasbs"}, scheme(uri)) {
			return api.Invalid("InvalidModelUri", "properties.modelUri", "'%s' is not the address of a model: it begins with azureml:// or https://.", uri)
		}
		if m, err = l.RegisterModel(c, name, int(number), map[string]any{"url": uri, "properties": properties["properties"]}); err != nil {
			return err
		}
	}
	if m.V2 == nil {
		m.V2 = map[string]any{}
	}
	for _, member := range onlyV2 {
		if value := properties[member]; value != nil {
			m.V2[member] = value
		}
	}
	for member, inV1 := range map[string]string{"description": "description", "tags": "kvTags"} {
		if value := properties[member]; value != nil {
			m.Doc[inV1] = value
		}
	}
	m.Modified = l.Now()
	return nil
}

func scheme(uri string) string {
	before, _, _ := strings.Cut(uri, "://")
	return strings.ToLower(before)
}
