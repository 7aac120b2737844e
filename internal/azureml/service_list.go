// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"iter"
	"maps"
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

// ReadServices is ListServices for look-ups: it sends nothing if services were read
// together less than gather.Fresh ago. Its filters are those of the requests alone, so
// the caller applies them too.
func (w *Workspace) ReadServices(ctx context.Context, o ListServicesOptions) iter.Seq2[*Service, error] {
	return func(yield func(*Service, error) bool) {
		all, ok := w.services.gathered.All(ctx)
		if !ok {
			w.services.list(ctx, o)(yield)
			return
		}
		for _, service := range all {
			if !yield(service, nil) {
				return
			}
		}
	}
}

func (r *serviceReader) list(ctx context.Context, o ListServicesOptions) iter.Seq2[*Service, error] {
	return func(yield func(*Service, error) bool) {
		for service, err := range listed[Service](ctx, r.workspace, "/services", o.query()) {
			if err == nil {
				service.hide(r.workspace.client.Secrets())
			}
			if !yield(service, err) {
				return
			}
		}
	}
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
