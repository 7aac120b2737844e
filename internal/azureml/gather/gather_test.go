// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package gather_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/gather"
)

// run runs a subtest in synthetic time.
func run(t *testing.T, name string, test func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
}

// Requests depend on what is read, and not on how many come at once or in which order.
func TestRequests(t *testing.T) {
	for name, tc := range map[string]struct {
		size, reads int
		change      func(*collection)
		gets, pages int
	}{
		"one":                    {500, 1, nil, 1, 0},
		"few":                    {500, gather.Few, nil, gather.Few, 0},
		"one more":               {50, gather.Few + 1, nil, gather.Few, 1},
		"many":                   {500, 500, nil, gather.Few, 5},
		"a last page of one":     {501, 501, nil, gather.Few, 6},
		"small pages":            {500, 500, func(c *collection) { c.pageSize = 20 }, gather.Few, 25},
		"slow pages":             {500, 500, func(c *collection) { c.latency = alternating(time.Millisecond, 2*time.Second) }, gather.Few, 5},
		"a list that fails":      {500, 500, func(c *collection) { c.pageFail = func() bool { return true } }, 500, 0},
		"items that lack a part": {90, 90, func(c *collection) { c.lacking = func(string) bool { return true } }, 90, 1},
	} {
		for seed := range uint64(5) {
			run(t, name, func(t *testing.T) {
				c := newCollection(numbered(tc.size)...)
				if tc.change != nil {
					tc.change(c)
				}
				r := gather.New(c.source())
				readAll(r, shuffled(rand.New(rand.NewPCG(seed, 0)), numbered(tc.size))[:tc.reads], func(name string, o *object, err error) {
					if err != nil || o.Name != name || o.Rest == "" {
						t.Errorf("%s: %v, %v", name, o, err)
					}
				})
				time.Sleep(time.Minute) // the walk ends
				if gets, pages := c.requests(); gets != tc.gets || pages != tc.pages {
					t.Errorf("%d single reads and %d pages, want %d and %d", gets, pages, tc.gets, tc.pages)
				}
			})
		}
	}
}

// No item is believed before it is known that items have all that a single read returns.
func TestItemsThatLackAPart(t *testing.T) {
	for name, lacking := range map[string]func(string) bool{
		"all":  func(string) bool { return true },
		"some": func(name string) bool { return name == "service-0" },
	} {
		for getting, most := range map[time.Duration]int{0: 1, time.Second: 4} {
			run(t, fmt.Sprintf("%s, single reads take %s more", name, getting), func(t *testing.T) {
				c := newCollection(numbered(20)...)
				c.lacking, c.getting, c.pageSize = lacking, getting, 5
				r := gather.New(c.source())
				for range 2 {
					for range 2 {
						readAll(r, numbered(20), func(name string, o *object, err error) {
							if err != nil || o.Rest == "" {
								t.Errorf("%s: %v, %v", name, o, err)
							}
						})
					}
					if _, ok := r.All(t.Context()); ok {
						t.Error("a listing is answered from such items")
					}
					time.Sleep(gather.Fresh)
				}
				if gets, pages := c.requests(); gets < 60 || pages < 1 || pages > most {
					t.Errorf("%d single reads and %d pages", gets, pages)
				}
			})
		}
	}
}

func alternating(a, b time.Duration) func() time.Duration {
	var mu sync.Mutex
	return func() time.Duration {
		mu.Lock()
		defer mu.Unlock()
		a, b = b, a
		return a
	}
}

// Few objects of a large collection cost a multiple of their single reads at most.
func TestWalkThatIsNotWorthIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCollection(numbered(50_000)...)
		r := gather.New(c.source())
		readAll(r, numbered(50_000)[49_970:], func(name string, _ *object, err error) {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
		if gets, pages := c.requests(); gets != 30 || pages > 60 {
			t.Errorf("%d single reads and %d pages for 30 objects", gets, pages)
		}
	})
}

// prepared is a collection of which a walk is known to be good.
func prepared(t *testing.T, size int) (*collection, *gather.Reader[*object]) {
	t.Helper()
	c := newCollection(numbered(size)...)
	r := gather.New(c.source())
	readAll(r, numbered(gather.Few+1), func(_ string, _ *object, err error) {
		if err != nil {
			t.Error(err)
		}
	})
	synctest.Wait()
	if gets, pages := c.requests(); gets != gather.Few || pages != 1 {
		t.Fatalf("%d single reads and %d pages", gets, pages)
	}
	return c, r
}

// A walk answers reads that begin within Fresh, and none after.
func TestWalkIsFresh(t *testing.T) {
	for age, want := range map[time.Duration]string{gather.Fresh - time.Second: "0 1", gather.Fresh: "1 2"} {
		run(t, age.String(), func(t *testing.T) {
			c, r := prepared(t, 20)
			c.set("service-3", 2)
			time.Sleep(age)
			o, err := r.Read(t.Context(), "service-3")
			if err != nil {
				t.Fatal(err)
			}
			gets, _ := c.requests()
			if got := fmt.Sprint(gets, o.Version); got != want {
				t.Errorf("requests and version: %s, want %s", got, want)
			}
		})
	}
}

// A change of this process drops what was read of the object, and nothing else.
func TestChangeDropsWhatWasRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, r := prepared(t, 20)
		c.set("service-3", 2)
		r.Changed("SERVICE-3")
		for _, name := range []string{"service-3", "service-4"} {
			o, err := r.Read(t.Context(), name)
			gets, pages := c.requests()
			want := map[string]string{"service-3": "2 1 0", "service-4": "1 0 0"}[name]
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(o.Version, gets, pages); got != want {
				t.Errorf("%s: version and requests %s, want %s", name, got, want)
			}
		}
		if _, ok := r.All(t.Context()); ok {
			t.Error("a listing is answered from a walk before a change")
		}
	})
}

// An object that the list does not have is asked for singly before it is called gone.
func TestMissingObjectIsAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, r := prepared(t, 20)
		c.set("new", 1)
		if o, err := r.Read(t.Context(), "new"); err != nil || o.Version != 1 {
			t.Errorf("%v, %v", o, err)
		}
		if _, err := r.Read(t.Context(), "nowhere"); !errors.Is(err, errGone) {
			t.Errorf("%v", err)
		}
		if gets, pages := c.requests(); gets != 2 || pages != 0 {
			t.Errorf("%d single reads and %d pages", gets, pages)
		}
	})
}

// A listing is answered from a whole walk.
func TestListingFromAWalk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, r := prepared(t, 90)
		all, ok := r.All(t.Context())
		if !ok || len(all) != 90 || all[0].Name != "service-0" || all[89].Name != "service-89" {
			t.Errorf("%t, %d objects", ok, len(all))
		}
		time.Sleep(gather.Fresh)
		if _, ok := r.All(t.Context()); ok {
			t.Error("a listing is answered from an old walk")
		}
		if gets, pages := c.requests(); gets+pages > 0 {
			t.Errorf("%d single reads and %d pages", gets, pages)
		}
	})
	run(t, "after an error", func(t *testing.T) {
		c := newCollection(numbered(20)...)
		c.pageSize = 10
		pages := 0
		c.pageFail = func() bool { pages++; return pages == 2 }
		r := gather.New(c.source())
		readAll(r, numbered(20), func(_ string, _ *object, err error) {
			if err != nil {
				t.Error(err)
			}
		})
		if _, ok := r.All(t.Context()); ok {
			t.Error("a listing is answered from a part of the list")
		}
	})
}

// A reader that waits for a walk ends with its context, and the walk goes on.
func TestReaderEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCollection(numbered(20)...)
		c.latency = func() time.Duration { return 10 * time.Second }
		r := gather.New(c.source())
		for _, name := range numbered(gather.Few) {
			go func() { _, _ = r.Read(t.Context(), name) }()
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := r.Read(ctx, "service-12"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		time.Sleep(time.Minute)
		if gets, pages := c.requests(); gets != gather.Few || pages != 1 {
			t.Errorf("%d single reads and %d pages", gets, pages)
		}
	})
}
