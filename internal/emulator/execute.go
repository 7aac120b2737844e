// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// initTimeout is how long a script may take to load and to run its init().
const initTimeout = 60 * time.Second

// WithExecution runs the code of services: what was uploaded is unpacked, and
// scoring calls are answered by its own init() and run(), in a python3 process
// per service. Without it, and for services without code, scoring calls are
// answered with an echo.
//
// The code runs with all rights of the person who runs the emulator. New fails
// if there is no python3 3.8 or newer, and if an address to listen on is
// not on the loopback interface.
func WithExecution() Option { return func(c *config) { c.execute = true } }

// WithInitTimeout bounds loading a script and its init(), by the machine's
// clock. Default 60 seconds; a deployment that takes longer times out.
func WithInitTimeout(d time.Duration) Option { return func(c *config) { c.initTimeout = d } }

// Interpreter is the python3 that runs the code of services; empty if none is run.
func (e *Emulator) Interpreter() string {
	if e.executor == nil {
		return ""
	}
	return e.executor.python.Executable()
}

// executor starts containers, and knows all of them until its end.
type executor struct {
	python      pyrunner.Python
	initTimeout time.Duration
	ctx         context.Context
	cancel      context.CancelFunc
	launching   sync.WaitGroup

	mu         sync.Mutex
	containers map[*pyrunner.Container]bool
}

func newExecutor(c config) (*executor, error) {
	for _, address := range []string{c.listen, c.tlsListen} {
		if host, _, err := net.SplitHostPort(address); err == nil && !isLoopback(host) {
			return nil, fmt.Errorf("execution runs uploaded code on this machine and is for loopback only; %q is not a loopback address", address)
		}
	}
	python, err := pyrunner.Find(context.Background())
	if err != nil {
		return nil, fmt.Errorf("execution needs python3: %w", err)
	}
	x := &executor{python: python, initTimeout: c.initTimeout, containers: map[*pyrunner.Container]bool{}}
	x.ctx, x.cancel = context.WithCancel(context.Background())
	return x, nil
}

// launch is a container on its way. Its results are there when done is closed.
type launch struct {
	done chan struct{}
	log  *pyrunner.Log

	container *pyrunner.Container
	err       error
	ended     time.Time
}

// launch starts what a document asks for, in the background; the caller holds
// the emulator's lock. It is nil if there is no code to run.
func (e *Emulator) launch(svc *state.Service, doc map[string]any) *launch {
	if e.executor == nil || !hasCode(doc) {
		return nil
	}
	return e.launchProgram(programOf(svc, doc))
}

// launchProgram starts a program in the background, or fails at once by the error that
// is in its place.
func (e *Emulator) launchProgram(program *program, err error) *launch {
	l := &launch{done: make(chan struct{}), log: &pyrunner.Log{}}
	if l.err = e.executor.ctx.Err(); l.err != nil { // it is being closed
		close(l.done)
		return l
	}
	e.executor.launching.Add(1)
	go func() {
		defer e.executor.launching.Done()
		defer close(l.done)
		if err == nil {
			l.container, err = e.executor.start(program, &e.blobs, l.log)
		}
		var script *pyrunner.InitError
		if err != nil && !errors.As(err, &script) && !errors.Is(err, pyrunner.ErrInitTimeout) {
			l.log.Printf("The container could not be made: %v", err)
		}
		l.err, l.ended = err, e.Now()
	}()
	return l
}

func (x *executor) start(p *program, blobs *blobStore, log *pyrunner.Log) (*pyrunner.Container, error) {
	folder, err := os.MkdirTemp("", "mlws-emulator-code-*")
	if err != nil {
		return nil, err
	}
	spec := pyrunner.Spec{
		Python: x.python, Folder: folder, Script: p.script, Source: p.source, Log: log,
		Parallel: p.parallel, InitTimeout: x.initTimeout, RunTimeout: p.runTimeout, QueueTimeout: p.queueTimeout,
	}
	if err := p.fill(spec.App(), blobs, log); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	spec.Env = p.environment(spec.App())
	container, err := pyrunner.Launch(x.ctx, spec)
	if err != nil {
		return nil, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for other := range x.containers {
		select {
		case <-other.Gone():
			delete(x.containers, other)
		default:
		}
	}
	x.containers[container] = true
	return container, nil
}

// over tells whether the script is up, or has failed. There may be nothing to wait for.
func (l *launch) over() bool {
	if l == nil {
		return true
	}
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}

// abandon stops what nobody wants any more, as soon as it has come up.
func (l *launch) abandon() {
	if l == nil {
		return
	}
	go func() {
		<-l.done
		if l.container != nil {
			l.container.Stop()
		}
	}()
}

// close ends every container, and returns when nothing is left of them. Its
// context is cancelled before, under the emulator's lock: no launch comes after.
func (x *executor) close() {
	x.launching.Wait()
	x.mu.Lock()
	defer x.mu.Unlock()
	for container := range x.containers {
		container.Stop()
	}
	for container := range x.containers {
		<-container.Gone()
	}
}

// resume goes on with the operations of a restored state, and starts its containers: those of services that
// were up, and those of deployments on their way. It returns when the former
// are up again; a service is Unhealthy if its code does not come up.
func (e *Emulator) resume() {
	for _, id := range state.SortedKeys(e.store.Workspaces) {
		w := e.store.Workspaces[id]
		for _, id := range state.SortedKeys(w.Operations) {
			if op := w.Operations[id]; op.State == "" {
				e.engine.Resume(serviceOperation{op})
			}
		}
	}
	e.endpoints.Resume()
	if e.executor == nil {
		return
	}
	up := map[*state.Service]*launch{}
	e.store.Each(func(svc *state.Service) {
		if svc.Live != nil {
			up[svc] = e.launch(svc, svc.Live)
		}
	})
	for _, pending := range e.engine.Pending() {
		if op, ours := pending.(serviceOperation); ours && op.Deploys && op.Outcome == state.Succeeded {
			op.Launch = e.launch(op.Service, op.Service.Doc)
		}
	}
	for svc, l := range up {
		if l == nil {
			continue
		}
		<-l.done
		adopt(svc, l)
		if l.err != nil && svc.State == StateHealthy {
			svc.State = StateUnhealthy
		}
	}
}

// adopt lets another container take the calls, or none; the former one answers
// what it has begun.
func adopt(svc *state.Service, l *launch) {
	former := runningOf(svc).container
	runningOf(svc).container, runningOf(svc).log = nil, nil
	if l != nil {
		runningOf(svc).container, runningOf(svc).log = l.container, l.log
	}
	if former != nil {
		former.Drain()
	}
}

// updateHealth makes a service Unhealthy while its script does not come up again after
// a crash.
func updateHealth(svc *state.Service) {
	failing := runningOf(svc).container != nil && runningOf(svc).container.Failing()
	switch {
	case failing && svc.State == StateHealthy:
		svc.State, runningOf(svc).crashed = StateUnhealthy, true
	case !failing && runningOf(svc).crashed:
		if svc.State == StateUnhealthy {
			svc.State = StateHealthy
		}
		runningOf(svc).crashed = false
	}
}

// running is what executed code has in this process.
type running struct {
	container *pyrunner.Container // answers scoring calls
	log       *pyrunner.Log       // of the latest deployment of code
	crashed   bool                // Unhealthy because of the container
	recovery  *launch             // of a service that timed out and is to be Healthy later
}

// runningOf is what this process runs of a service.
func runningOf(svc *state.Service) *running {
	if svc.Running == nil {
		svc.Running = &running{}
	}
	return svc.Running.(*running)
}

// launchOf is the launch of an operation; nil if it runs no code.
func launchOf(op *state.Operation) *launch {
	l, _ := op.Launch.(*launch)
	return l
}
