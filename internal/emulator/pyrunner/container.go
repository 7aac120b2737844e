// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package pyrunner

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Failures of a request other than an exception in run().
var (
	ErrBusy     = errors.New("every place was taken for longer than a request may wait")
	ErrTimedOut = errors.New("run() took longer than it may")
	ErrCrashed  = errors.New("the worker process ended in run()")
)

// Spec is what a container is made of.
type Spec struct {
	Python Python
	// Folder belongs to the container, which removes it at its end. App is
	// below it: the script's working directory, to be filled before Launch.
	Folder string
	Script string            // the entry script, within App
	Source string            // a folder within App to look for modules in; may be empty
	Env    map[string]string // the variables of the script's own
	Log    *Log

	Parallel     int           // requests at a time
	InitTimeout  time.Duration // for loading the script and init()
	RunTimeout   time.Duration // for one run()
	QueueTimeout time.Duration // for a request that waits for its turn
}

// App is the script's working directory.
func (s Spec) App() string { return filepath.Join(s.Folder, "app") }

// Request is a scoring request, beside its body.
type Request struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Query   string            `json:"query,omitempty"` // as it was sent
	Headers map[string]string `json:"headers,omitempty"`
}

// Answer is what run() came to.
type Answer struct {
	Status  int
	Headers map[string]string
	Body    []byte
	Failed  string  // the exception in one line, if there was one
	Refused *string // why the server answered with Status and did not call run(); nil: it did
	Took    time.Duration
}

// Container serves one script. Its methods are safe for concurrent use.
type Container struct {
	spec   Spec
	slots  chan struct{}
	gone   chan struct{}
	cancel context.CancelFunc
	ctx    context.Context //nolint:containedctx // the life of the container
	busy   sync.WaitGroup  // watchers of processes, and a restart

	mu        sync.Mutex
	current   *process
	processes map[*process]bool // not yet dead
	changed   chan struct{}     // closed when there is another current, or none any more
	visits    int
	crashes   int // since the last answer
	failing   bool
	draining  bool
	stopped   bool
}

// Launch starts the script and returns when its init() has ended. If that
// fails, with an InitError or ErrInitTimeout, the folder is removed.
func Launch(ctx context.Context, spec Spec) (*Container, error) {
	spec.Parallel = max(spec.Parallel, 1)
	err := errors.Join(
		os.WriteFile(filepath.Join(spec.Folder, runnerName), runner, 0o600),
		os.WriteFile(filepath.Join(spec.Folder, servingName), serving, 0o600),
	)
	var p *process
	if err == nil {
		p, err = start(ctx, spec)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(spec.Folder))
	}
	c := &Container{
		spec: spec, slots: make(chan struct{}, spec.Parallel), gone: make(chan struct{}),
		processes: map[*process]bool{}, changed: make(chan struct{}),
	}
	c.ctx, c.cancel = context.WithCancel(context.WithoutCancel(ctx))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.install(p)
	return c, nil
}

// install makes a process the current one; the caller holds the lock.
func (c *Container) install(p *process) {
	c.current, c.failing = p, false
	c.processes[p] = true
	c.broadcast()
	c.busy.Add(1)
	go c.watch(p)
}

func (c *Container) broadcast() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// watch replaces a process that has died.
func (c *Container) watch(p *process) {
	defer c.busy.Done()
	<-p.dead
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.processes, p)
	if c.current == p && !c.stopped {
		c.crashes++
		c.spec.Log.Printf("The worker process ended: %s. Another one is started.", p.command.ProcessState)
		c.replace()
	}
}

// replace starts another process in the place of the current one; the caller
// holds the lock. The first time at once, then more and more slowly.
func (c *Container) replace() {
	c.current = nil
	c.broadcast()
	c.busy.Add(1)
	go c.restart(backoff(c.crashes - 1))
}

func backoff(failures int) time.Duration {
	if failures <= 0 {
		return 0
	}
	return min(100*time.Millisecond<<min(failures, 10), 10*time.Second)
}

func (c *Container) restart(delay time.Duration) {
	defer c.busy.Done()
	for failures := 1; ; failures++ {
		select {
		case <-time.After(delay):
		case <-c.ctx.Done():
			return
		}
		p, err := start(c.ctx, c.spec)
		c.mu.Lock()
		if c.stopped {
			c.mu.Unlock()
			if p != nil {
				p.kill()
				<-p.dead
			}
			return
		}
		if err == nil {
			c.install(p)
			c.mu.Unlock()
			return
		}
		c.failing = true
		c.mu.Unlock()
		delay = backoff(failures)
	}
}

// Failing tells that the process died, and that init() fails since then.
func (c *Container) Failing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failing
}

// Visit is a request that the container has let in. It must be scored.
type Visit struct{ c *Container }

// Admit lets a request in. A container that is drained meanwhile lives until
// the request is answered.
func (c *Container) Admit() *Visit {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.visits++
	return &Visit{c: c}
}

// Score waits for the request's turn and calls run(). The context ends the
// waiting only: Python cannot be told to stop.
func (v *Visit) Score(ctx context.Context, r Request, body []byte) (Answer, error) {
	c := v.c
	defer c.release()
	queue := time.NewTimer(c.spec.QueueTimeout)
	defer queue.Stop()
	x, err := c.turn(ctx, queue.C)
	if err != nil {
		return Answer{}, err
	}
	defer func() { <-c.slots }()
	a, err := x.do(r, body, c.spec.RunTimeout)
	if errors.Is(err, ErrTimedOut) {
		c.abandon(x.p)
	}
	x.p.forget(x.id)
	if err != nil {
		return Answer{}, err
	}
	c.mu.Lock()
	c.crashes = 0
	c.mu.Unlock()
	return Answer{Status: a.Status, Headers: a.Headers, Body: a.body, Failed: a.Failed, Refused: a.Refused, Took: time.Duration(a.Seconds * float64(time.Second))}, nil
}

// turn takes a slot and a place in the process.
func (c *Container) turn(ctx context.Context, queue <-chan time.Time) (*exchange, error) {
	select {
	case c.slots <- struct{}{}: // without a look at the clock if a slot is free
	default:
		select {
		case c.slots <- struct{}{}:
		case <-queue:
			return nil, ErrBusy
		case <-c.ctx.Done():
			return nil, ErrCrashed
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	for {
		c.mu.Lock()
		var x *exchange
		if c.current != nil {
			x = c.current.reserve()
		}
		changed := c.changed
		c.mu.Unlock()
		if x != nil {
			return x, nil
		}
		var err error
		select {
		case <-changed:
			continue
		case <-queue:
			err = ErrBusy
		case <-c.ctx.Done():
			err = ErrCrashed
		case <-ctx.Done():
			err = ctx.Err()
		}
		<-c.slots
		return nil, err
	}
}

// abandon replaces a process that is stuck. It is killed when the other
// requests that it is busy with are over.
func (c *Container) abandon(p *process) {
	c.mu.Lock()
	if c.current == p && !c.stopped {
		c.spec.Log.Printf("run() did not come to an end within %s. The worker process is replaced.", c.spec.RunTimeout)
		c.replace()
	}
	c.mu.Unlock()
	p.retire()
}

func (c *Container) release() {
	c.mu.Lock()
	c.visits--
	last := c.draining && c.visits == 0
	c.mu.Unlock()
	if last {
		c.Stop()
	}
}

// Drain stops the container when the requests that it has let in are answered.
func (c *Container) Drain() {
	c.mu.Lock()
	c.draining = true
	empty := c.visits == 0
	c.mu.Unlock()
	if empty {
		c.Stop()
	}
}

// Stop kills the process and everything that it started. It does not wait:
// Gone is closed when nothing is left of them, nor of the folder.
func (c *Container) Stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped {
		return
	}
	c.stopped = true
	c.cancel()
	for p := range c.processes {
		p.kill()
	}
	go func() {
		c.busy.Wait()
		if err := os.RemoveAll(c.spec.Folder); err != nil {
			c.spec.Log.Printf("%v", fmt.Errorf("remove the folder of the script: %w", err))
		}
		close(c.gone)
	}()
}

// Gone is closed when a stopped container has left nothing behind.
func (c *Container) Gone() <-chan struct{} { return c.gone }
