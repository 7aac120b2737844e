// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Pages is an API that lists one collection page by page, and ignores all filters, as
// Azure may.
type Pages struct {
	// URL is where it listens.
	URL string

	path  string
	items [][]string
	mu    sync.Mutex
	asked []url.Values
}

// ServePages lists items, which are JSON, at a path that is compared without case. A
// page that is nil is refused with 403. The server ends with the test.
func ServePages(t testing.TB, path string, items ...[]string) *Pages {
	t.Helper()
	p := &Pages{path: path, items: items}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.URL = server.URL
	return p
}

// ServeHTTP implements http.Handler.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if !strings.EqualFold(r.URL.Path, p.path) {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	p.mu.Lock()
	p.asked = append(p.asked, r.URL.Query())
	p.mu.Unlock()
	number, _ := strconv.Atoi(r.URL.Query().Get("$skipToken"))
	page := p.items[number]
	if page == nil {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"code":"Forbidden","statusCode":403,"message":"No."}`)
		return
	}
	next := ""
	if number+1 < len(p.items) {
		next = fmt.Sprintf(`,"nextLink":"https://elsewhere.example%s?$skipToken=%d"`, p.path, number+1)
	}
	fmt.Fprintf(w, `{"value":[%s]%s}`, strings.Join(page, ","), next)
}

// Requests are the queries of the requests so far.
func (p *Pages) Requests() []url.Values {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}
