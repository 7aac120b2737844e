// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package gather_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/gather"
)

var (
	errGone    = errors.New("gone")
	errRefused = errors.New("refused")
)

// object is what a test reads. Every single read returns Rest.
type object struct {
	Name     string `json:"name"`
	Version  int    `json:"version"`
	Rest     string `json:"rest,omitempty"`
	document []byte
}

// state is what an object was from a time on; version 0: it did not exist.
type state struct {
	from    time.Time
	version int
}

// collection is a server that keeps objects, with the history of each.
type collection struct {
	pageSize int
	latency  func() time.Duration
	pageFail func() bool
	getFail  func() bool
	lacking  func(name string) bool // an item of a page lacks a member
	getting  time.Duration          // more for a single read

	mu      sync.Mutex
	order   []string // of creation
	history map[string][]state
	gets    int
	pages   int
	walks   int
}

func newCollection(names ...string) *collection {
	never := func() bool { return false }
	c := &collection{pageSize: 100, latency: func() time.Duration { return 100 * time.Millisecond }, pageFail: never, getFail: never, lacking: func(string) bool { return false }, history: map[string][]state{}}
	for _, name := range names {
		c.set(name, 1)
	}
	return c
}

func numbered(n int) []string {
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("service-%d", i))
	}
	return names
}

// set changes an object now; 0 removes it.
func (c *collection) set(name string, version int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.version(name)
	c.history[name] = append(c.history[name], state{time.Now(), version})
	switch {
	case before == 0 && version > 0:
		c.order = append(c.order, name)
	case version == 0:
		c.order = slices.DeleteFunc(c.order, func(n string) bool { return n == name })
	}
}

// version is that of an object now; 0: it does not exist. The caller has the lock.
func (c *collection) version(name string) int {
	if h := c.history[name]; len(h) > 0 {
		return h[len(h)-1].version
	}
	return 0
}

// was reports whether an object had a version at some time of an interval.
func (c *collection) was(name string, version int, from, to time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := append([]state{{}}, c.history[name]...)
	for i, s := range all {
		ended := i+1 < len(all) && all[i+1].from.Before(from)
		if s.version == version && !ended && !s.from.After(to) {
			return true
		}
	}
	return false
}

// delay takes a request's time: its effect is at some moment of it.
func (c *collection) delay(ctx context.Context, effect func()) error {
	for i := range 2 {
		select {
		case <-time.After(c.latency() / 2):
		case <-ctx.Done():
			return ctx.Err()
		}
		if i == 0 {
			effect()
		}
	}
	return nil
}

func (c *collection) get(ctx context.Context, name string) (*object, error) {
	var found *object
	var refused bool
	time.Sleep(c.getting)
	err := c.delay(ctx, func() {
		refused = c.getFail()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.gets++
		if version := c.version(name); version > 0 {
			found = &object{Name: name, Version: version, Rest: "all"}
			found.document, _ = json.Marshal(found)
		}
	})
	switch {
	case err != nil:
		return nil, err
	case refused:
		return nil, errRefused
	case found == nil:
		return nil, errGone
	}
	return found, nil
}

func (c *collection) list(ctx context.Context) iter.Seq2[[]gather.Item, error] {
	return func(yield func([]gather.Item, error) bool) {
		c.mu.Lock()
		c.walks++
		c.mu.Unlock()
		for token, more := "", true; more; {
			var page []gather.Item
			failed := false
			err := c.delay(ctx, func() { failed, page, token, more = c.page(token) })
			if failed {
				err = errRefused
			}
			if !yield(page, err) || err != nil {
				return
			}
		}
	}
}

// page reads the page behind an object, which may be gone by now.
func (c *collection) page(token string) (failed bool, page []gather.Item, next string, more bool) {
	if c.pageFail() {
		return true, nil, "", false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pages++
	begin := 0
	if token != "" {
		_, _ = fmt.Sscanf(token, "%d", &begin)
	}
	end := min(begin+c.pageSize, len(c.order))
	for _, name := range c.order[min(begin, end):end] {
		rest := "all"
		if c.lacking(name) {
			rest = ""
		}
		document, _ := json.Marshal(object{Name: name, Version: c.version(name), Rest: rest})
		page = append(page, gather.Item{Name: name, Document: document})
	}
	// A token by position: what is deleted meanwhile makes the next page miss objects.
	return false, page, fmt.Sprint(end), end < len(c.order)
}

func (c *collection) source() gather.Source[*object] {
	return gather.Source[*object]{
		Get: c.get, Pages: c.list,
		Decode: func(document []byte) (*object, error) {
			o := &object{document: document}
			return o, json.Unmarshal(document, o)
		},
		Document: func(o *object) []byte { return o.document },
	}
}

// requests returns how many single requests and pages were sent, and forgets them.
func (c *collection) requests() (gets, pages int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	gets, pages = c.gets, c.pages
	c.gets, c.pages = 0, 0
	return gets, pages
}

// readAll reads objects as Terraform does: ten at a time.
func readAll(r *gather.Reader[*object], names []string, each func(name string, o *object, err error)) {
	var all sync.WaitGroup
	free := make(chan struct{}, 10)
	for _, name := range names {
		free <- struct{}{}
		all.Go(func() {
			o, err := r.Read(context.Background(), name)
			each(name, o, err)
			<-free
		})
	}
	all.Wait()
}

func shuffled(rng *rand.Rand, names []string) []string {
	names = slices.Clone(names)
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	return names
}
