// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package fleet

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// pause is how long a client waits between an answer and its next request: the
// emulator remembers a bounded number of requests.
const pause = 100 * time.Millisecond

// Clients score, one client for each service.
type Clients struct {
	stop    context.CancelFunc
	running sync.WaitGroup

	mu       sync.Mutex
	requests int
	refused  []string
	changes  map[string][]time.Time // when the last answer to each former key came
}

// Start starts a client for each service of uris, which maps names to scoring URIs.
// Each reads its key from the file of its name in folder before every request; Start
// writes the key of the seed there, and returns when each client has used it. The
// clients end with ctx.
func Start(ctx context.Context, folder string, uris map[string]string) (*Clients, error) {
	if len(uris) != Size {
		return nil, fmt.Errorf("there are %d services to score, not %d", len(uris), Size)
	}
	ctx, stop := context.WithCancel(ctx)
	c := &Clients{stop: stop, changes: map[string][]time.Time{}}
	for name := range uris {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(firstKey(name)), 0o600); err != nil {
			stop()
			return nil, err
		}
	}
	var first sync.WaitGroup
	for name, uri := range uris {
		first.Add(1)
		c.running.Go(func() { c.score(ctx, name, uri, filepath.Join(folder, name), sync.OnceFunc(first.Done)) })
	}
	first.Wait()
	return c, nil
}

// score scores until ctx ends, and calls scored after the first request. Only requests
// that were answered or refused count, so not one that ctx has interrupted.
func (c *Clients) score(ctx context.Context, name, uri, file string, scored func()) {
	defer scored()
	former, answered := "", time.Time{}
	for ctx.Err() == nil {
		content, err := os.ReadFile(file)
		key := string(content)
		if err == nil {
			err = post(ctx, uri, key)
		}
		if ctx.Err() != nil {
			return
		}
		c.mu.Lock()
		c.requests++
		if err != nil {
			c.refused = append(c.refused, fmt.Sprintf("%s: %v", name, err))
		}
		if former != "" && key != former {
			c.changes[name] = append(c.changes[name], answered)
		}
		c.mu.Unlock()
		former, answered = key, time.Now()
		scored()
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// post scores once. The error names the status, never the key.
func post(ctx context.Context, uri, key string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, uri, strings.NewReader(`{"data": [[5.1, 3.5, 1.4, 0.2]]}`))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close() //nolint:errcheck // read-only
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("answered with %d", response.StatusCode)
	}
	return nil
}

// Changed waits until every client has scored with a new key that often. It returns the
// longest time from the regeneration of a service's key to the last answer to the
// key before it.
func (c *Clients) Changed(ctx context.Context, times int, regenerated map[string]time.Time) (time.Duration, error) {
	if len(regenerated) != Size {
		return 0, fmt.Errorf("the keys of %d services were regenerated, not of %d", len(regenerated), Size)
	}
	for !c.haveChanged(times) {
		select {
		case <-ctx.Done():
			return 0, fmt.Errorf("not every client got its new key: %w", ctx.Err())
		case <-time.After(pause):
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	longest := time.Duration(0)
	for name, at := range regenerated {
		longest = max(longest, c.changes[name][times-1].Sub(at))
	}
	return longest, nil
}

func (c *Clients) haveChanged(times int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, changes := range c.changes {
		if len(changes) < times {
			return false
		}
	}
	return len(c.changes) == Size
}

// Stop ends the clients, and returns how many requests they have sent, and why some
// of them were refused.
func (c *Clients) Stop() (requests int, refused []string) {
	c.stop()
	c.running.Wait()
	return c.requests, c.refused
}
