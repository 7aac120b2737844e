// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"cmp"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

const defaultPageSize = 100

// listServices answers one page. nextLink is there only where another page is:
// the SDK loops while the key is present and fails on a null.
func (e *Emulator) listServices(c *api.Call) (*api.Reply, error) {
	q := c.Request.URL.Query()
	found, next, err := e.findServices(c, q)
	if err != nil {
		return nil, err
	}
	body := map[string]any{"value": found}
	if next != "" {
		body["nextLink"] = e.nextLink(c, "/services", q, next)
	}
	return api.OK(body), nil
}

// serviceListFields are the query's filters as members of a body.
var serviceListFields = api.Fields{
	"imageId": {Kind: api.Text}, "imageName": {Kind: api.Text}, "imageDigest": {Kind: api.Text}, "modelId": {Kind: api.Text}, "modelName": {Kind: api.Text},
	"name": {Kind: api.Text}, "tag": {Kind: api.Text}, "tags": {Kind: api.Text}, "properties": {Kind: api.Text}, "runId": {Kind: api.Text},
	"computeType": {Kind: api.Text, Enum: computeTypes}, "count": {Kind: api.Integer}, "skipToken": {Kind: api.Text}, "expand": {Kind: api.Boolean},
	"orderby": {Kind: api.Text, Enum: listOrders},
}

// listServicesByBody is the same list asked for in a body. Its next page is a
// body as well.
func (e *Emulator) listServicesByBody(c *api.Call) (*api.Reply, error) {
	return e.listByBody(c, "/services/list", serviceListFields, e.findServices)
}

// findServices gives the page that a query names, and the token of the next.
func (e *Emulator) findServices(c *api.Call, q url.Values) (wire []any, next string, err error) {
	order := cmp.Or(q.Get("orderby"), "UpdatedAtDesc")
	var found []*state.Service
	for _, svc := range c.Workspace.Services {
		if serviceMatches(svc, q) {
			found = append(found, svc)
		}
	}
	compare, err := serviceOrder(order)
	if err != nil {
		return nil, "", err
	}
	slices.SortFunc(found, compare)
	size, err := e.countOf(q.Get("count"))
	if err != nil {
		return nil, "", err
	}
	expand, err := flagOf(q, "expand")
	if err != nil {
		return nil, "", err
	}
	if token := q.Get("$skipToken"); token != "" {
		if found, err = after(found, token, order); err != nil {
			return nil, "", err
		}
	}
	if len(found) > size {
		found = found[:size]
		next = pageToken(found[size-1], order)
	}
	wire = []any{}
	for _, svc := range found {
		wire = append(wire, e.render(svc, expand))
	}
	return wire, next, nil
}

// pageSize is the largest page of any list.
func (e *Emulator) pageSize() int {
	if e.behavior.PageSize > 0 {
		return e.behavior.PageSize
	}
	return defaultPageSize
}

func serviceMatches(svc *state.Service, q url.Values) bool {
	models := modelIDs(svc.Doc)
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
	return hasAll(svc.Doc["kvTags"], q.Get("tags")) && hasAll(svc.Doc["kvTags"], q.Get("tag")) && hasAll(svc.Doc["properties"], q.Get("properties"))
}

// hasAll reads a filter of "key" and "key=value" items separated by commas.
func hasAll(entries any, filter string) bool {
	values, _ := entries.(map[string]any)
	if filter == "" {
		return true
	}
	for item := range strings.SplitSeq(filter, ",") {
		key, want, exact := strings.Cut(item, "=")
		got, there := values[key]
		if !there || exact && got != want {
			return false
		}
	}
	return true
}

// serviceOrderKey is what a list is sorted by: a time, then the name, so that a page
// boundary is one point even among services of the same moment.
func serviceOrderKey(svc *state.Service, order string) time.Time {
	if strings.HasPrefix(order, "Created") {
		return svc.Created
	}
	return svc.Updated
}

func serviceOrder(order string) (func(a, b *state.Service) int, error) {
	sign := -1
	switch order {
	case "CreatedAtAsc", "UpdatedAtAsc":
		sign = 1
	case "CreatedAtDesc", "UpdatedAtDesc":
	default:
		return nil, api.Invalid("InvalidValue", "orderby", "'orderby' must be one of CreatedAtDesc, CreatedAtAsc, UpdatedAtDesc, UpdatedAtAsc.")
	}
	return func(a, b *state.Service) int {
		return cmp.Or(sign*serviceOrderKey(a, order).Compare(serviceOrderKey(b, order)), strings.Compare(a.Name, b.Name))
	}, nil
}

// pageToken names the last service of a page; the next page starts behind it,
// whatever was created or deleted in between.
func pageToken(last *state.Service, order string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(serviceOrderKey(last, order).UnixNano(), 10) + "|" + last.Name))
}

func after(sorted []*state.Service, token, order string) ([]*state.Service, error) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	at, name, _ := strings.Cut(string(raw), "|")
	nanoseconds, numberErr := strconv.ParseInt(at, 10, 64)
	if err != nil || numberErr != nil {
		return nil, api.Invalid("InvalidValue", "$skipToken", "'$skipToken' is not one that this service gave out.")
	}
	moment := time.Unix(0, nanoseconds)
	last := &state.Service{Name: name, Created: moment, Updated: moment}
	compare, err := serviceOrder(order)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(sorted, func(svc *state.Service) bool { return compare(svc, last) <= 0 }), nil
}
