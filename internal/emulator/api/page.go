// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package api

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// DefaultPageSize is the most items of one page, unless a behavior is set.
const DefaultPageSize = 100

// Paging is the page of a list that a caller asks for.
type Paging struct {
	Parameter string // that carries the token: a refusal names it
	Token     string // of the page before; empty is the first page
	Size      int    // the most items, at least 1
}

// Page sorts the items that passed a list's filters by their keys, and cuts out one
// page. The token of the next page names the last item, so that an item which is
// created or deleted in between moves no page boundary; it is empty after the last page.
func Page[T any](items []T, key func(T) string, p Paging) (found []T, next string, err error) {
	slices.SortFunc(items, func(a, b T) int { return strings.Compare(key(a), key(b)) })
	if p.Token != "" {
		last, err := base64.RawURLEncoding.DecodeString(p.Token)
		if err != nil {
			return nil, "", Invalid("InvalidValue", p.Parameter, "'%s' is not one that this service gave out.", p.Parameter)
		}
		items = slices.DeleteFunc(items, func(item T) bool { return key(item) <= string(last) })
	}
	if len(items) > p.Size {
		items = items[:p.Size]
		next = base64.RawURLEncoding.EncodeToString([]byte(key(items[p.Size-1])))
	}
	return items, next, nil
}

// SkipToken reads the paging of a list that continues with $skipToken. count is the size
// that the caller asks for, empty for the most that a page holds.
func SkipToken(q url.Values, count string, most int) (Paging, error) {
	p := Paging{Parameter: "$skipToken", Token: q.Get("$skipToken"), Size: most}
	if count == "" {
		return p, nil
	}
	n, err := strconv.ParseInt(count, 10, 32)
	if err != nil || n < 1 {
		return p, Invalid("InvalidValue", "count", "'count' must be a positive number.")
	}
	p.Size = min(int(n), most)
	return p, nil
}

// ListOrders are the orders of a list by time.
var ListOrders = []string{"CreatedAtDesc", "CreatedAtAsc", "UpdatedAtDesc", "UpdatedAtAsc"}

// ListOrder reads the order of a list from a parameter. A refusal has the parameter's name.
func ListOrder(given, otherwise, parameter string) (string, error) {
	if given = cmp.Or(given, otherwise); !slices.Contains(ListOrders, given) {
		return "", Invalid("InvalidValue", parameter, "'%s' must be one of %s.", parameter, strings.Join(ListOrders, ", "))
	}
	return given, nil
}

// TimeKey is the key of an item in a list of that order. tie tells items of one moment apart.
func TimeKey(order string, created, updated time.Time, tie string) string {
	at := created
	if strings.HasPrefix(order, "Updated") {
		at = updated
	}
	n := at.UnixNano()
	if strings.HasSuffix(order, "Desc") {
		n = math.MaxInt64 - n
	}
	return fmt.Sprintf("%020d.%s", n, tie)
}

// NextLink is the address of the next page: absolute, as clients need it, and with the
// query of this one. address is that of the list.
func NextLink(address string, q url.Values, token string) string {
	q.Set("$skipToken", token)
	return address + "?" + q.Encode()
}

// ListByBody answers a list with filters in a body. find gets them as the query of the
// same list. link makes the address of the next page, of the list by query: a link is
// followed by GET, which has no body.
func ListByBody(c *Call, filters Fields, find func(*Call, url.Values) ([]any, string, error), link func(q url.Values, token string) string) (*Reply, error) {
	request, err := c.Object(filters)
	if err != nil {
		return nil, err
	}
	if wrong := filters.Check(request, ""); len(wrong) > 0 {
		return nil, BadRequest(wrong...)
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
		q.Del("offset")
		body["nextLink"] = link(q, next)
	}
	return OK(body), nil
}

// Flag reads a boolean parameter in any capitals, since the SDK writes False. One that
// is not there is false.
func Flag(q url.Values, name string) (bool, error) {
	given := q.Get(name)
	switch {
	case strings.EqualFold(given, "true"):
		return true, nil
	case given == "", strings.EqualFold(given, "false"):
		return false, nil
	}
	return false, Invalid("InvalidValue", name, "'%s' must be true or false.", name)
}

// HasAll tells whether entries pass a filter of "key" and "key=value" items that are
// separated by commas. An empty filter passes.
func HasAll(entries any, filter string) bool {
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
