// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package page

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/requestlog"
)

const (
	// maxListeners bounds the open pages.
	maxListeners = 32
	// tick is how often a page is told the time, and shown what happened without a
	// request: operations end when somebody looks.
	tick = 500 * time.Millisecond
	// pause is the least time between two looks, however many requests come in.
	pause = 50 * time.Millisecond
	// maxRequests is how many requests a page is sent at once, the latest ones.
	maxRequests = 500
)

// hub wakes the streams of open pages.
type hub struct {
	mu        sync.Mutex
	listeners map[chan struct{}]bool
	closed    chan struct{}
}

func newHub() *hub { return &hub{listeners: map[chan struct{}]bool{}, closed: make(chan struct{})} }

// join adds a listener, unless there are too many. A wake that the listener has not
// taken yet stands for all that follow.
func (h *hub) join() (woken chan struct{}, leave func(), joined bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.listeners) >= maxListeners {
		return nil, nil, false
	}
	woken = make(chan struct{}, 1)
	h.listeners[woken] = true
	return woken, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.listeners, woken)
	}, true
}

func (h *hub) wake() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for woken := range h.listeners {
		select {
		case woken <- struct{}{}:
		default:
		}
	}
}

func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-h.closed:
	default:
		close(h.closed)
	}
}

// events answers a stream of server-sent events: "hello" once, "clock" at every
// tick, "state" if anything that the page lists has changed, and "requests" with the
// new ones. A client that comes back names the last id that it has had, in the
// header Last-Event-ID or in the query parameter after, and misses nothing that the
// log still has. Beyond 32 clients the answer is 503. A page of another origin could
// not read the stream, and is refused so that it cannot use up the clients.
func (p *Page) events(c *api.Call) (*api.Reply, error) {
	if site := c.Request.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return nil, &api.Error{Status: http.StatusForbidden, Code: "CrossOriginRequest", Message: "The emulator refuses its events to pages of another origin."}
	}
	s := &stream{page: p, requests: p.position(cmp.Or(c.Request.Header.Get("Last-Event-ID"), c.Query("after")))}
	return &api.Reply{Status: http.StatusOK, Stream: func(w http.ResponseWriter, r *http.Request) {
		woken, leave, joined := p.hub.join()
		if !joined {
			w.Header().Set("Retry-After", "5")
			http.Error(w, fmt.Sprintf("%d pages are open already. Close one of them.", maxListeners), http.StatusServiceUnavailable)
			return
		}
		defer leave()
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Cache-Control", "no-store")
		s.run(w, r, woken)
	}}, nil
}

// position reads the id of an event: the number of requests that the client has
// seen, 0 if that was another process.
func (p *Page) position(id string) int {
	instance, number, _ := strings.Cut(id, "-")
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || instance != p.instance {
		return 0
	}
	return n
}

// stream is what one page has been told.
type stream struct {
	page      *Page
	requests  int    // of the log
	forgotten int    // of these
	state     []byte // the last that was sent
}

func (s *stream) run(w http.ResponseWriter, r *http.Request, woken <-chan struct{}) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	flusher := http.NewResponseController(w)
	next := s.hello()
	for {
		if _, err := w.Write(append(next, s.look()...)); err != nil || flusher.Flush() != nil {
			return
		}
		next = nil
		if !s.wait(r, time.After(pause), nil, nil) || !s.wait(r, nil, ticker.C, woken) {
			return
		}
	}
}

// wait returns true when one of the channels fires, and false when the stream is to end.
func (s *stream) wait(r *http.Request, paused, ticked <-chan time.Time, woken <-chan struct{}) bool {
	select {
	case <-paused:
	case <-ticked:
	case <-woken:
	case <-r.Context().Done():
		return false
	case <-s.page.hub.closed:
		return false
	}
	return true
}

func (s *stream) hello() []byte {
	return event("hello", "", map[string]any{"instance": s.page.instance})
}

// look returns the events for what is new.
func (s *stream) look() []byte {
	p := s.page
	var current []byte
	p.source.Locked(func() { current = encode(p.overview()) })
	out := event("clock", "", map[string]any{"now": p.source.Now()})
	if !bytes.Equal(current, s.state) {
		s.state = current
		out = append(out, event("state", "", json.RawMessage(current))...)
	}
	found, total, forgotten := p.log.After(s.requests, maxRequests)
	if len(found) > 0 || forgotten != s.forgotten {
		s.requests, s.forgotten = total, forgotten
		if found == nil {
			found = []requestlog.Request{}
		}
		out = append(out, event("requests", p.instance+"-"+strconv.Itoa(total), map[string]any{
			"first": total - len(found), "forgotten": forgotten, "items": found,
		})...)
	}
	return out
}

// event is one server-sent event. Its data is JSON, which has no line breaks.
func event(name, id string, data any) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "event: %s\n", name)
	if id != "" {
		fmt.Fprintf(&out, "id: %s\n", id)
	}
	fmt.Fprintf(&out, "data: %s\n\n", encode(data))
	return out.Bytes()
}

// encode never fails: the views have no type that JSON lacks.
func encode(value any) []byte {
	encoded, err := json.Marshal(value)
	if err != nil {
		panic("encode for the page: " + err.Error())
	}
	return encoded
}
