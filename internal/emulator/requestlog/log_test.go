// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package requestlog

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
)

// The log keeps the latest calls of an emulator that runs for days.
func TestLogIsBounded(t *testing.T) {
	t.Parallel()
	log := New(false, nil)
	for i := range limit + 1 {
		log.Add(Request{Path: strconv.Itoa(i)})
	}
	all := log.All()
	if n := len(all); n != limit/2+1 {
		t.Errorf("%d calls are kept", n)
	}
	if first, last := all[0].Path, all[len(all)-1].Path; first != strconv.Itoa(limit/2) || last != strconv.Itoa(limit) {
		t.Errorf("from %s to %s", first, last)
	}
	if found, total, forgotten := log.After(limit-1, 100); total != limit+1 || forgotten != limit/2 || len(found) != 2 || found[0].Path != strconv.Itoa(limit-1) {
		t.Errorf("after %d: %d calls of %d", limit-1, len(found), total)
	}
}

// Bodies are kept for those who ask, the latest ones, within a bound for all.
func TestBodiesAreBounded(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("x", 5<<20)
	silent, log := New(false, nil), New(true, nil)
	for range 40 {
		silent.Add(Request{Body: body})
		log.Add(Request{Body: body})
	}
	log.Add(Request{Body: strings.Repeat("x", bodyLimit+1)}) // alone too large
	kept := 0
	for i, request := range log.requests {
		kept += len(request.Body)
		if whole := len(request.Body) == len(body); whole != (i >= 28 && i < 40) {
			t.Errorf("body %d: %d bytes", i, len(request.Body))
		}
		if i < 40 && silent.requests[i].Body != "" {
			t.Errorf("body %d is kept, and nobody asked", i)
		}
	}
	if kept > bodyLimit {
		t.Errorf("%d bytes are kept", kept)
	}
}

// A reader that comes back is given what it has missed, and no request twice.
func TestAfter(t *testing.T) {
	t.Parallel()
	added := 0
	log := New(false, nil)
	log.OnAdd(func() { added++ })
	paths := func(requests []Request) string {
		var all []string
		for _, r := range requests {
			all = append(all, r.Path)
		}
		return strings.Join(all, " ")
	}
	expect := func(n, most int, want string, wantTotal, wantForgotten int) {
		t.Helper()
		if found, total, forgotten := log.After(n, most); paths(found) != want || total != wantTotal || forgotten != wantForgotten {
			t.Errorf("after %d, at most %d: %q of %d, %d forgotten; want %q of %d, %d", n, most, paths(found), total, forgotten, want, wantTotal, wantForgotten)
		}
	}
	expect(0, 9, "", 0, 0)
	for _, path := range []string{"a", "b", "c"} {
		log.Add(Request{Path: path})
	}
	expect(0, 9, "a b c", 3, 0)
	expect(1, 9, "b c", 3, 0)
	expect(1, 1, "c", 3, 0)
	expect(3, 9, "", 3, 0)
	expect(7, 9, "", 3, 0)
	log.Reset()
	expect(3, 9, "", 3, 3)
	expect(0, 9, "", 3, 3)
	log.Add(Request{Path: "d"})
	expect(3, 9, "d", 4, 3)
	expect(0, 9, "d", 4, 3)
	if added != 4 {
		t.Errorf("%d of 4 requests were announced", added)
	}
}

// The lines have calls of the control API too, and no body.
func TestLines(t *testing.T) {
	t.Parallel()
	var lines bytes.Buffer
	log := New(true, &lines)
	log.Add(Request{Path: "/a", Body: "secret"})
	log.Line(Request{Path: "/b", Body: "secret"})
	if got := lines.String(); strings.Count(got, "\n") != 2 || !strings.Contains(got, `"/b"`) || strings.Contains(got, "secret") {
		t.Errorf("lines: %s", got)
	}
	if all := log.All(); len(all) != 1 || all[0].Body != "secret" {
		t.Errorf("remembered: %+v", all)
	}
}
