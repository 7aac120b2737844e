// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package requestlog remembers the calls that the emulator answered, within bounds:
// tests assert what was sent, and the page shows it live.
package requestlog

import (
	"encoding/json"
	"io"
	"sync"
	"time"
)

// Request is one call that the emulator answered (or, with Status 0, cut off).
// Operation is the route's name: EntraToken, OpenIDConfiguration,
// ManagedIdentityToken, GetWorkspace, GetCompute, ListPermissions, Discovery,
// CreateService, GetService, ListServices, PatchService, DeleteService,
// ServiceLogs, ValidateService, GetOperation, ListKeys, RegenerateKeys,
// ServiceToken, GetModel, ListModels, GetEnvironment, Score, ScoreHealth,
// ScoreSwagger, and more in the routes of each file; Unserved has none.
type Request struct {
	Method    string    `json:"method"`
	Path      string    `json:"path"` // as it came in, with the query
	Operation string    `json:"operation"`
	Status    int       `json:"status"`
	Body      string    `json:"-"` // as it came in, if the log keeps bodies: it may hold secrets, and stays in memory
	Principal string    `json:"principal,omitempty"`
	Service   string    `json:"service,omitempty"` // that the call is about
	Time      time.Time `json:"time"`
	Fault     string    `json:"fault,omitempty"`
}

const (
	// limit bounds the memory of an emulator that runs for days.
	limit = 20000
	// bodyLimit bounds the bodies that are kept, in bytes together.
	bodyLimit = 64 << 20
)

// Log is a request log. Its methods are safe for concurrent use.
type Log struct {
	bodies bool // kept
	lines  *json.Encoder
	added  func()

	mu       sync.Mutex
	size     int // of the bodies
	oldest   int // index of the first request that may have one
	before   int // requests that are forgotten
	requests []Request
}

// New makes a log. It keeps bodies if bodies is true, and writes each request as a
// line of JSON to lines unless that is nil.
func New(bodies bool, lines io.Writer) *Log {
	l := &Log{bodies: bodies, added: func() {}}
	if lines != nil {
		l.lines = json.NewEncoder(lines)
	}
	return l
}

// OnAdd has the log call added after each request that it remembers. It is set
// before the first request.
func (l *Log) OnAdd(added func()) { l.added = added }

// Add remembers a request and writes its line.
func (l *Log) Add(request Request) {
	l.add(request)
	l.added()
}

func (l *Log) add(request Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.requests) >= limit {
		for _, dropped := range l.requests[:limit/2] {
			l.size -= len(dropped.Body)
		}
		l.requests = append(l.requests[:0], l.requests[limit/2:]...)
		l.oldest = max(0, l.oldest-limit/2)
		l.before += limit / 2
	}
	if !l.bodies || len(request.Body) > bodyLimit {
		request.Body = ""
	}
	l.requests = append(l.requests, request)
	for l.size += len(request.Body); l.size > bodyLimit; l.oldest++ {
		l.size -= len(l.requests[l.oldest].Body)
		l.requests[l.oldest].Body = ""
	}
	l.write(request)
}

// Line writes a request without remembering it: a call of the control API, which
// is not what a test's client did.
func (l *Log) Line(request Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.write(request)
}

func (l *Log) write(request Request) {
	if l.lines != nil {
		_ = l.lines.Encode(request)
	}
}

// All returns the requests since the start or the last Reset, oldest first: the
// last 20,000 or fewer.
func (l *Log) All() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Request(nil), l.requests...)
}

// After returns the requests behind the first n of this process, oldest first and
// at most the last most of them; how many requests there were up to the end of
// what it returns; and how many of these the log has forgotten.
func (l *Log) After(n, most int) (found []Request, total, forgotten int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	from := min(max(n-l.before, len(l.requests)-most, 0), len(l.requests))
	return append([]Request(nil), l.requests[from:]...), l.before + len(l.requests), l.before
}

// Reset forgets the requests so far.
func (l *Log) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.before += len(l.requests)
	l.requests, l.size, l.oldest = nil, 0, 0
}
