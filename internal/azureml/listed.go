// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// maxPages is after how many pages a listing stops, because a server may never end. A
// page has some dozens of objects.
const maxPages = 2000

// listed reads a collection of services, models or assets page by page. An error is
// yielded once, and ends the listing.
func listed[T any](ctx context.Context, w *Workspace, path string, query url.Values) iter.Seq2[*T, error] {
	return items(listedPages[T](ctx, w, path, query))
}

// listedPages is listed, and yields whole pages.
func listedPages[T any](ctx context.Context, w *Workspace, path string, query url.Values) iter.Seq2[[]*T, error] {
	return func(yield func([]*T, error) bool) {
		page, err := w.call(ctx, wire.Workspace, http.MethodGet, path)
		if err != nil {
			yield(nil, err)
			return
		}
		page.Query = query
		pages[T](ctx, w.client, page)(yield)
	}
}

// paged reads a collection from its first page on. An error is yielded once, and ends
// the listing.
func paged[T any](ctx context.Context, client *wire.Client, page wire.Call) iter.Seq2[*T, error] {
	return items(pages[T](ctx, client, page))
}

// items yields the items of pages.
func items[T any](pages iter.Seq2[[]*T, error]) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for page, err := range pages {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, item := range page {
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}

// pages reads the pages of a collection, from the first one on. The request of a page is
// sent when the page is asked for. An error is yielded once, and ends the listing.
func pages[T any](ctx context.Context, client *wire.Client, page wire.Call) iter.Seq2[[]*T, error] {
	return func(yield func([]*T, error) bool) {
		page, version := page, page.Query.Get("api-version") // the sequence may be read again
		seen := map[string]bool{}
		for range maxPages {
			items, next, err := readPage[T](ctx, client, page)
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(items, nil) || next == "" {
				return
			}
			if page.Query, err = nextQuery(next); err != nil || seen[next] {
				yield(nil, &InvalidReplyError{Method: page.Method, Path: page.Path, Problem: "its nextLink does not lead to a further page"})
				return
			}
			seen[next] = true
			if version != "" && !page.Query.Has("api-version") {
				page.Query.Set("api-version", version) // Resource Manager asks for it on every page
			}
		}
		yield(nil, &InvalidReplyError{Method: page.Method, Path: page.Path, Problem: fmt.Sprintf("it still has a nextLink after %d pages", maxPages)})
	}
}

func readPage[T any](ctx context.Context, client *wire.Client, page wire.Call) (items []*T, next string, err error) {
	reply, err := client.Do(ctx, page)
	if err != nil {
		return nil, "", err
	}
	var body struct {
		Value    []*T   `json:"value"`
		NextLink string `json:"nextLink"`
	}
	if err := reply.Decode(&body); err != nil {
		return nil, "", err
	}
	return slices.DeleteFunc(body.Value, func(item *T) bool { return item == nil }), body.NextLink, nil
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
