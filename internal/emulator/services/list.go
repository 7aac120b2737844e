// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package services

import (
	"net/url"
	"slices"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// List answers one page. nextLink is there only where another page is:
// the SDK loops while the key is present and fails on a null.
func (l *Layer) List(c *api.Call) (*api.Reply, error) {
	q := c.Request.URL.Query()
	found, next, err := l.findServices(c, q)
	if err != nil {
		return nil, err
	}
	body := map[string]any{"value": found}
	if next != "" {
		body["nextLink"] = l.nextLink(c, "/services", q, next)
	}
	return api.OK(body), nil
}

// serviceListFields are the query's filters as members of a body.
var serviceListFields = api.Fields{
	"imageId": {Kind: api.Text}, "imageName": {Kind: api.Text}, "imageDigest": {Kind: api.Text}, "modelId": {Kind: api.Text}, "modelName": {Kind: api.Text},
	"name": {Kind: api.Text}, "tag": {Kind: api.Text}, "tags": {Kind: api.Text}, "properties": {Kind: api.Text}, "runId": {Kind: api.Text},
	"computeType": {Kind: api.Text, Enum: computeTypes}, "count": {Kind: api.Integer}, "skipToken": {Kind: api.Text}, "expand": {Kind: api.Boolean},
	"orderby": {Kind: api.Text, Enum: api.ListOrders},
}

// listServicesByBody is the same list asked for in a body. Its next page is
// asked for by a body, or by a link.
func (l *Layer) listServicesByBody(c *api.Call) (*api.Reply, error) {
	return api.ListByBody(c, serviceListFields, l.findServices, func(q url.Values, token string) string { return l.nextLink(c, "/services", q, token) })
}

// findServices gives the page that a query names, and the token of the next.
func (l *Layer) findServices(c *api.Call, q url.Values) (wire []any, next string, err error) {
	order, err := api.ListOrder(q.Get("orderby"), "UpdatedAtDesc", "orderby")
	if err != nil {
		return nil, "", err
	}
	paging, err := api.SkipToken(q, q.Get("count"), l.PageSize())
	if err != nil {
		return nil, "", err
	}
	var found []*state.Service
	for _, svc := range c.Workspace.Services {
		if serviceMatches(svc, q) {
			found = append(found, svc)
		}
	}
	// By name within one moment.
	key := func(svc *state.Service) string { return api.TimeKey(order, svc.Created, svc.Updated, svc.Name) }
	if found, next, err = api.Page(found, key, paging); err != nil {
		return nil, "", err
	}
	expand, err := api.Flag(q, "expand")
	if err != nil {
		return nil, "", err
	}
	wire = []any{}
	for _, svc := range found {
		wire = append(wire, l.Render(svc, expand))
	}
	return wire, next, nil
}

// nextLink is the address of the next page of a list of model management.
func (l *Layer) nextLink(c *api.Call, path string, q url.Values, token string) string {
	return api.NextLink(l.BaseURL()+api.ManagementPrefix+c.Workspace.ID+path, q, token)
}

func serviceMatches(svc *state.Service, q url.Values) bool {
	models := state.ModelIDs(svc.Doc)
	named := func(id string) bool { return strings.HasPrefix(id, q.Get("modelName")+":") }
	image, _ := svc.Doc["imageId"].(string)
	switch {
	case q.Get("name") != "" && q.Get("name") != svc.Name,
		q.Get("computeType") != "" && !strings.EqualFold(q.Get("computeType"), svc.Kind),
		q.Get("imageId") != "" && q.Get("imageId") != image,
		q.Get("imageName") != "" || q.Get("imageDigest") != "" || q.Get("runId") != "",
		q.Get("modelId") != "" && !slices.Contains(models, q.Get("modelId")),
		q.Get("modelName") != "" && !slices.ContainsFunc(models, named):
		return false
	}
	return api.HasAll(svc.Doc["kvTags"], q.Get("tags")) && api.HasAll(svc.Doc["kvTags"], q.Get("tag")) && api.HasAll(svc.Doc["properties"], q.Get("properties"))
}
