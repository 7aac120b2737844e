// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

// page sorts the items that passed a list's filters and cuts out one page. The
// token of the next page names the last item, so that what is created or
// deleted in between moves no page boundary.
func page[T interface{ OrderKey(string) string }](items []T, order, token string, size int) (found []T, next string, err error) {
	ascending := strings.HasSuffix(order, "Asc")
	compare := func(a, b string) int {
		if ascending {
			return strings.Compare(a, b)
		}
		return strings.Compare(b, a)
	}
	slices.SortFunc(items, func(a, b T) int { return compare(a.OrderKey(order), b.OrderKey(order)) })
	if token != "" {
		last, err := base64.RawURLEncoding.DecodeString(token)
		if err != nil {
			return nil, "", api.Invalid("InvalidValue", "$skipToken", "'$skipToken' is not one that this service gave out.")
		}
		items = slices.DeleteFunc(items, func(item T) bool { return compare(item.OrderKey(order), string(last)) <= 0 })
	}
	if len(items) > size {
		items = items[:size]
		next = base64.RawURLEncoding.EncodeToString([]byte(items[size-1].OrderKey(order)))
	}
	return items, next, nil
}

var listOrders = []string{"CreatedAtDesc", "CreatedAtAsc", "UpdatedAtDesc", "UpdatedAtAsc"}

// listOrder reads the order of a list of models or assets, newest first by default.
func listOrder(given, parameter string) (string, error) {
	if given = cmp.Or(given, "CreatedAtDesc"); !slices.Contains(listOrders, given) {
		return "", api.Invalid("InvalidValue", parameter, "'%s' must be one of %s.", parameter, strings.Join(listOrders, ", "))
	}
	return given, nil
}

// countOf reads a page size. Unlike an offset it has no default of its own: the
// service's page size is the most that one page holds.
func (e *Emulator) countOf(given string) (int, error) {
	size := e.pageSize()
	if given == "" {
		return size, nil
	}
	n, err := strconv.ParseInt(given, 10, 32)
	if err != nil || n < 1 {
		return 0, api.Invalid("InvalidValue", "count", "'count' must be a positive number.")
	}
	return min(int(n), size), nil
}

// flagOf reads a boolean parameter in any capitals, since the SDK writes False. One that
// is not there is false.
func flagOf(q url.Values, name string) (bool, error) {
	given := q.Get(name)
	switch {
	case strings.EqualFold(given, "true"):
		return true, nil
	case given == "", strings.EqualFold(given, "false"):
		return false, nil
	}
	return false, api.Invalid("InvalidValue", name, "'%s' must be true or false.", name)
}

// nextLink is absolute, as clients need it, with the query of this page.
func (e *Emulator) nextLink(c *api.Call, path string, q url.Values, token string) string {
	q.Set("$skipToken", token)
	return e.plainBase + "/modelmanagement/v1.0" + c.Workspace.ID + path + "?" + q.Encode()
}

// listByBody answers a list with filters in a body: find gets them as the query of
// the same list.
func (e *Emulator) listByBody(c *api.Call, path string, filters api.Fields, find func(*api.Call, url.Values) ([]any, string, error)) (*api.Reply, error) {
	request, err := c.Object(filters)
	if err != nil {
		return nil, err
	}
	if wrong := filters.Check(request, ""); len(wrong) > 0 {
		return nil, api.BadRequest(wrong...)
	}
	q := url.Values{}
	for name, value := range request {
		if name == "skipToken" {
			name = "$skipToken"
		}
		if n, isNumber := value.(float64); isNumber {
			value = int64(n) // 1e+06 is no number in a query
		}
		q.Set(name, fmt.Sprint(value))
	}
	found, next, err := find(c, q)
	if err != nil {
		return nil, err
	}
	body := map[string]any{"value": found}
	if next != "" {
		request["skipToken"] = next
		delete(request, "offset")
		body["continuationToken"], body["nextRequest"] = next, request
		body["nextLink"] = e.nextLink(c, path, url.Values{}, next)
	}
	return api.OK(body), nil
}
