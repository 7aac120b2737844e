// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
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
	Body      string    `json:"-"` // as it came in, if WithRequestBodies asks for it: it may hold secrets, and stays in memory
	Principal string    `json:"principal,omitempty"`
	Time      time.Time `json:"time"`
	Fault     string    `json:"fault,omitempty"`
}

// requestLogLimit bounds the memory of an emulator that runs for days.
const requestLogLimit = 20000

// requestBodyLimit bounds the bodies that are kept, in bytes together.
const requestBodyLimit = 64 << 20

type requestLog struct {
	bodies   bool // kept
	mu       sync.Mutex
	size     int // of the bodies
	oldest   int // index of the first request that may have one
	requests []Request
	lines    *json.Encoder
}

// AddModel remembers a request and writes its line.
func (l *requestLog) add(request Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.requests) >= requestLogLimit {
		for _, dropped := range l.requests[:requestLogLimit/2] {
			l.size -= len(dropped.Body)
		}
		l.requests = append(l.requests[:0], l.requests[requestLogLimit/2:]...)
		l.oldest = max(0, l.oldest-requestLogLimit/2)
	}
	if !l.bodies || len(request.Body) > requestBodyLimit {
		request.Body = ""
	}
	l.requests = append(l.requests, request)
	for l.size += len(request.Body); l.size > requestBodyLimit; l.oldest++ {
		l.size -= len(l.requests[l.oldest].Body)
		l.requests[l.oldest].Body = ""
	}
	l.write(request)
}

// line writes a request without remembering it: a call of the control API, which
// is not what a test's client did.
func (l *requestLog) line(request Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.write(request)
}

func (l *requestLog) write(request Request) {
	if l.lines != nil {
		_ = l.lines.Encode(request)
	}
}

// Requests returns the calls since the start or the last ResetRequests, oldest
// first. The emulator keeps the last 20,000 or fewer.
func (e *Emulator) Requests() []Request {
	e.log.mu.Lock()
	defer e.log.mu.Unlock()
	return append([]Request(nil), e.log.requests...)
}

// ResetRequests forgets the calls so far.
func (e *Emulator) ResetRequests() {
	e.log.mu.Lock()
	defer e.log.mu.Unlock()
	e.log.requests, e.log.size, e.log.oldest = nil, 0, 0
}

// Count returns how many logged calls were of this operation.
func (e *Emulator) Count(operation string) int {
	n := 0
	for _, request := range e.Requests() {
		if request.Operation == operation {
			n++
		}
	}
	return n
}
