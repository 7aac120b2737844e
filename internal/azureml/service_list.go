// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// ListServicesOptions filters a listing; zero values do not filter.
type ListServicesOptions struct {
	Name, ModelName, ModelID, ComputeType string
	// Tags and Properties must all be present; an empty value asks for the key only.
	Tags, Properties map[string]string
	// PageSize is how many services the service is asked to return at once.
	PageSize int
}

// ListServices reads all services, page by page, with their models. An error is
// yielded once, and ends the listing.
func (w *Workspace) ListServices(ctx context.Context, o ListServicesOptions) iter.Seq2[*Service, error] {
	return w.services.list(ctx, o)
}

func (r *serviceReader) list(ctx context.Context, o ListServicesOptions) iter.Seq2[*Service, error] {
	return func(yield func(*Service, error) bool) {
		page, err := r.workspace.call(ctx, http.MethodGet, "/services")
		if err != nil {
			yield(nil, err)
			return
		}
		page.query = o.query()
		seen := map[string]bool{}
		for {
			services, next, err := r.page(ctx, page)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, s := range services {
				if !yield(s, nil) {
					return
				}
			}
			if next == "" {
				return
			}
			if page.query, err = nextQuery(next); err != nil || seen[next] {
				yield(nil, &InvalidReplyError{Method: page.method, Path: page.path, Problem: "its nextLink does not lead to a further page"})
				return
			}
			seen[next] = true
		}
	}
}

func (r *serviceReader) page(ctx context.Context, page call) ([]*Service, string, error) {
	reply, err := r.workspace.client.do(ctx, page)
	if err != nil {
		return nil, "", err
	}
	var body struct {
		Value    []*Service `json:"value"`
		NextLink string     `json:"nextLink"`
	}
	if err := reply.decode(&body); err != nil {
		return nil, "", err
	}
	return slices.DeleteFunc(body.Value, func(s *Service) bool { return s == nil }), body.NextLink, nil
}

// nextQuery takes the query of an absolute nextLink. Its host and path are not
// followed: the listing's own address is known, and the link may name a host
// behind a gateway, to which no token must be sent.
func nextQuery(link string) (url.Values, error) {
	u, err := url.Parse(link)
	if err != nil {
		return nil, err
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err == nil && len(query) == 0 {
		err = fmt.Errorf("the link has no query")
	}
	return query, err
}

func (o ListServicesOptions) query() url.Values {
	query := url.Values{"expand": {"true"}}
	for name, value := range map[string]string{
		"name": o.Name, "modelName": o.ModelName, "modelId": o.ModelID, "computeType": o.ComputeType,
		"tags": pairs(o.Tags), "properties": pairs(o.Properties),
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if o.PageSize > 0 {
		query.Set("count", strconv.Itoa(o.PageSize))
	}
	return query
}

// pairs writes a filter as the API reads it: "key" or "key=value", by commas.
func pairs(m map[string]string) string {
	var items []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		item := key
		if m[key] != "" {
			item += "=" + m[key]
		}
		items = append(items, item)
	}
	return strings.Join(items, ",")
}
