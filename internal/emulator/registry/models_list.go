// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package registry

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// listModels answers one page, newest first: the SDK's Model(workspace, name)
// asks for a page of one and takes it for the latest version.
func (l *Layer) listModels(c *api.Call) (*api.Reply, error) {
	q := c.Request.URL.Query()
	found, next, err := l.findModels(c, q)
	if err != nil {
		return nil, err
	}
	body := map[string]any{"value": found}
	if next != "" {
		body["nextLink"] = l.nextLink(c, "/models", q, next)
	}
	return api.OK(body), nil
}

// modelListFields are the query's filters as members of a body.
var modelListFields = api.Fields{
	"name": {Kind: api.Text}, "tag": {Kind: api.Text}, "framework": {Kind: api.Text}, "description": {Kind: api.Text}, "count": {Kind: api.Integer}, "offset": {Kind: api.Integer},
	"skipToken": {Kind: api.Text}, "tags": {Kind: api.Text}, "properties": {Kind: api.Text}, "runId": {Kind: api.Text}, "datasetId": {Kind: api.Text},
	"orderBy": {Kind: api.Text, Enum: api.ListOrders}, "latestVersionOnly": {Kind: api.Boolean},
}

// listModelsByBody is the same list asked for in a body. Its next page is
// asked for by a body, or by a link.
func (l *Layer) listModelsByBody(c *api.Call) (*api.Reply, error) {
	return api.ListByBody(c, modelListFields, l.findModels, func(q url.Values, token string) string { return l.nextLink(c, "/models", q, token) })
}

func (l *Layer) findModels(c *api.Call, q url.Values) (wire []any, next string, err error) {
	order, err := api.ListOrder(q.Get("orderBy"), "CreatedAtDesc", "orderBy")
	if err != nil {
		return nil, "", err
	}
	paging, err := api.SkipToken(q, q.Get("count"), l.PageSize())
	if err != nil {
		return nil, "", err
	}
	offset := 0
	if given := q.Get("offset"); given != "" && q.Get("$skipToken") == "" {
		if offset, err = strconv.Atoi(given); err != nil || offset < 0 {
			return nil, "", api.Invalid("InvalidValue", "offset", "'offset' must be a number of models.")
		}
	}
	latestOnly, err := api.Flag(q, "latestVersionOnly")
	if err != nil {
		return nil, "", err
	}
	var found []*state.Model
	for _, m := range c.Workspace.Models {
		if modelMatches(m, q) && (!latestOnly || m == c.Workspace.Latest(m.Name)) {
			found = append(found, m)
		}
	}
	paging.Size += offset
	if found, next, err = api.Page(found, func(m *state.Model) string { return entryKey(order, m.Entry) }, paging); err != nil {
		return nil, "", err
	}
	wire = []any{}
	for _, m := range found[min(offset, len(found)):] {
		wire = append(wire, WireModel(m))
	}
	return wire, next, nil
}

func modelMatches(m *state.Model, q url.Values) bool {
	is := func(member, want string) bool {
		got, _ := m.Doc[member].(string)
		return want == "" || got == want
	}
	datasets, _ := m.Doc["datasets"].([]any)
	used := func(item any) bool {
		dataset, _ := item.(map[string]any)
		return dataset["id"] == q.Get("datasetId")
	}
	return is("name", q.Get("name")) && is("framework", q.Get("framework")) && is("description", q.Get("description")) && is("runId", q.Get("runId")) &&
		api.HasAll(m.Doc["kvTags"], q.Get("tags")) && api.HasAll(m.Doc["kvTags"], q.Get("tag")) && api.HasAll(m.Doc["properties"], q.Get("properties")) &&
		(q.Get("datasetId") == "" || slices.ContainsFunc(datasets, used))
}

// entryKey is what models and assets are listed by: a time, then the order of registration.
func entryKey(order string, entry state.Entry) string {
	serial := entry.Serial
	if strings.HasSuffix(order, "Desc") {
		serial = math.MaxInt32 - serial
	}
	return api.TimeKey(order, entry.Created, entry.Modified, fmt.Sprintf("%010d", serial))
}
