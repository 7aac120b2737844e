// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package gather reads many objects of a collection with few requests: reads that come
// together share one walk over the list of the collection. It knows no request and no
// kind of object.
package gather

import (
	"context"
	"encoding/json"
	"iter"
	"strings"
	"sync"
	"time"
)

// Few is how many reads within Fresh are single requests. The next one begins a walk.
const Few = 8

// Fresh is how long after its begin a walk answers reads that begin. A process that
// outlives a plan never plans from older data.
const Fresh = 30 * time.Second

// limit bounds a walk. Its readers have to have time for a single request after it.
const limit = time.Minute

// Item is one object of a list.
type Item struct {
	Name     string
	Document json.RawMessage
}

// Source is a collection of objects. Their names differ in more than case.
type Source[T any] struct {
	// Get reads one object.
	Get func(ctx context.Context, name string) (T, error)
	// Pages reads the list of all objects, in an order that a change of an object keeps.
	// The request of a page is sent when the page is asked for. An error ends it.
	Pages func(ctx context.Context) iter.Seq2[[]Item, error]
	// Decode makes an object of an item of the list.
	Decode func(document []byte) (T, error)
	// Document returns what Get has made an object of.
	Document func(T) []byte
}

// Reader reads the objects of a collection for refreshes and look-ups. A read may miss a
// change that somebody else made within Fresh before it began, but none that this process
// made and reported (see Changed). Safe for concurrent use.
type Reader[T any] struct {
	source Source[T]

	mu      sync.Mutex
	event   chan struct{} // closed at the next event that a reader may wait for
	begun   []time.Time   // when the last Few reads began
	single  []Item        // what the last Few single reads have returned
	pending int           // single reads that have not ended
	walk    *walk         // the latest one; nil for none
	whole   bool          // an item was seen to have all that a single read returns
	lacking bool          // and one that lacks members of it: no list answers reads
	changes int           // calls of Changed
	changed map[string]int
}

// walk is one reading of the list.
type walk struct {
	began    time.Time
	changes  int // of this process, when it began
	readers  int
	pages    int
	running  bool
	complete bool // it has ended, and met no error
	items    map[string]item
	order    []string
}

type item struct {
	document []byte
	changes  int // of this process, when its page was asked for
}

// New makes a reader; it sends nothing.
func New[T any](source Source[T]) *Reader[T] {
	return &Reader[T]{source: source, event: make(chan struct{}), changed: map[string]int{}}
}

// Read reads one object: from the latest walk, from one that it begins if many reads have
// come together, or by a single request. A single request also answers if the walk does
// not have the object or meets an error, so every error is that of a single read, or that
// of ctx.
func (r *Reader[T]) Read(ctx context.Context, name string) (T, error) {
	r.mu.Lock()
	w, key := r.join(), strings.ToLower(name)
	for w != nil {
		found, known := w.items[key]
		if r.lacking || known && found.changes < r.changed[key] || !known && !w.running {
			break
		}
		if known && r.whole {
			object, err := r.source.Decode(found.document)
			if err != nil {
				break // the single read explains it
			}
			r.mu.Unlock()
			return object, nil
		}
		if known && !w.running && r.pending == 0 {
			break // nothing can show that items are whole, so a single read has to
		}
		if err := r.wait(ctx); err != nil {
			r.mu.Unlock()
			var none T
			return none, err
		}
	}
	r.pending++
	r.mu.Unlock()
	object, err := r.source.Get(ctx, name)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pending--
	if err == nil {
		r.single = append(last(r.single, Few-1), Item{key, r.source.Document(object)})
		r.compare(key)
	}
	r.tell()
	return object, err
}

// All returns all objects, in the order of the list, if the latest walk can answer: it is
// fresh and has read all, and this process has changed nothing since it began. It begins
// no walk.
func (r *Reader[T]) All(ctx context.Context) ([]T, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.walk
	if w == nil || time.Since(w.began) > Fresh {
		return nil, false
	}
	for w.running {
		if r.wait(ctx) != nil {
			return nil, false
		}
	}
	if !w.complete || r.lacking || !r.whole || w.changes != r.changes {
		return nil, false
	}
	all := make([]T, 0, len(w.order))
	for _, key := range w.order {
		object, err := r.source.Decode(w.items[key].document)
		if err != nil {
			return nil, false
		}
		all = append(all, object)
	}
	return all, true
}

// Changed drops what was read of an object so far. It is called when a change of it that
// this process made has ended, well or not, and when this process has read it elsewhere:
// no later read returns an older state.
func (r *Reader[T]) Changed(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changes++
	r.changed[strings.ToLower(name)] = r.changes
	r.tell()
}

// join returns the walk that answers a read which begins now; nil for a single read.
func (r *Reader[T]) join() *walk {
	now := time.Now()
	many := len(r.begun) == Few && now.Sub(r.begun[0]) <= Fresh
	r.begun = append(last(r.begun, Few-1), now)
	if r.walk == nil || now.Sub(r.walk.began) > Fresh {
		if !many || r.lacking {
			return nil
		}
		r.walk = &walk{began: now, changes: r.changes, readers: Few, running: true, items: map[string]item{}}
		go r.run(r.walk)
	}
	r.walk.readers++
	return r.walk
}

// run walks. Its context is of its own: it must not end with the reader that began it.
func (r *Reader[T]) run(w *walk) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	changes, complete := w.changes, true
	for page, err := range r.source.Pages(ctx) {
		if err != nil {
			complete = false
			break
		}
		r.mu.Lock()
		for _, each := range page {
			key := strings.ToLower(each.Name)
			if _, known := w.items[key]; !known {
				w.order = append(w.order, key)
			}
			w.items[key] = item{each.Document, changes}
			r.compare(key)
		}
		w.pages++
		// For few objects of a large collection, single reads cost less. A walk of items
		// that lack members answers nobody.
		complete = w.pages < 2*w.readers && !r.lacking
		changes = r.changes
		r.tell()
		r.mu.Unlock()
		if !complete {
			break
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	w.running, w.complete = false, complete
	r.tell()
}

// compare compares an item of the latest walk with what a single read has returned, if
// there are both.
func (r *Reader[T]) compare(key string) {
	if r.walk == nil {
		return
	}
	found, known := r.walk.items[key]
	for _, single := range r.single {
		if known && single.Name == key {
			whole := !lacks(found.document, single.Document)
			r.whole, r.lacking = r.whole || whole, r.lacking || !whole
		}
	}
}

// wait waits for the next event, without the lock. It returns ctx's error if that ends.
func (r *Reader[T]) wait(ctx context.Context) error {
	event := r.event
	r.mu.Unlock()
	defer r.mu.Lock()
	select {
	case <-event:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// tell wakes all readers that wait.
func (r *Reader[T]) tell() {
	close(r.event)
	r.event = make(chan struct{})
}

// last returns the last n elements.
func last[E any](all []E, n int) []E { return all[max(0, len(all)-n):] }
