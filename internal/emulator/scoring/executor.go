// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scoring

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// InitTimeout is how long a script may take to load and to run its init(), unless an
// executor is told otherwise.
const InitTimeout = 60 * time.Second

// opener opens the content of an artifact by the name of its blob.
type opener func(blob string) (*os.File, error)

// Executor runs the code of services, and knows all containers until its end. A nil
// Executor runs none: such services are answered with an echo.
type Executor struct {
	python      pyrunner.Python
	initTimeout time.Duration
	now         func() time.Time
	open        opener
	ctx         context.Context
	cancel      context.CancelFunc
	launching   sync.WaitGroup

	mu         sync.Mutex
	containers map[*pyrunner.Container]bool
}

// NewExecutor looks for python3. An error says that there is none. open gives the
// content of an artifact by the name of its blob.
func NewExecutor(initTimeout time.Duration, now func() time.Time, open func(blob string) (*os.File, error)) (*Executor, error) {
	python, err := pyrunner.Find(context.Background())
	if err != nil {
		return nil, fmt.Errorf("execution needs python3: %w", err)
	}
	x := &Executor{python: python, initTimeout: initTimeout, now: now, open: open, containers: map[*pyrunner.Container]bool{}}
	x.ctx, x.cancel = context.WithCancel(context.Background())
	return x, nil
}

// Interpreter is the python3 that runs the code; empty if none is run.
func (x *Executor) Interpreter() string {
	if x == nil {
		return ""
	}
	return x.python.Executable()
}

// runs tells whether a document names code, and code is run.
func (x *Executor) runs(doc map[string]any) bool { return x != nil && hasCode(doc) }

// Launch is a container on its way. Its results are there when done is closed.
type Launch struct {
	done chan struct{}
	log  *pyrunner.Log

	container *pyrunner.Container
	err       error
	ended     time.Time
}

// Launch starts what a document asks for, in the background; the caller holds
// the emulator's lock. It is nil if there is no code to run.
func (x *Executor) Launch(svc *state.Service, doc map[string]any) *Launch {
	if !x.runs(doc) {
		return nil
	}
	return x.launchProgram(programOf(svc, doc))
}

// launchProgram starts a program in the background, or fails at once by the error that
// is in its place.
func (x *Executor) launchProgram(program *program, err error) *Launch {
	l := &Launch{done: make(chan struct{}), log: &pyrunner.Log{}}
	if l.err = x.ctx.Err(); l.err != nil { // it is being closed
		close(l.done)
		return l
	}
	x.launching.Add(1)
	go func() {
		defer x.launching.Done()
		defer close(l.done)
		if err == nil {
			l.container, err = x.start(program, l.log)
		}
		var script *pyrunner.InitError
		if err != nil && !errors.As(err, &script) && !errors.Is(err, pyrunner.ErrInitTimeout) {
			l.log.Printf("The container could not be made: %v", err)
		}
		l.err, l.ended = err, x.now()
	}()
	return l
}

// Code is what another layer than that of services has to run.
type Code struct {
	Script    string // the path of a file
	Files     []File
	Models    []string // ids, "name:version"
	Variables map[string]string

	Parallel                 int // requests at a time
	RunTimeout, QueueTimeout time.Duration

	Problem error // why it cannot be run; nil if it can
}

// File is an uploaded file, and its path in the working directory.
type File struct{ Blob, Path string }

// LaunchCode starts code in the background, or fails at once by its problem. The caller
// holds the emulator's lock.
func (x *Executor) LaunchCode(w *state.Workspace, code Code) *Launch {
	p := &program{script: code.Script, variables: code.Variables, parallel: code.Parallel, runTimeout: code.RunTimeout, queueTimeout: code.QueueTimeout}
	if !filepath.IsLocal(filepath.FromSlash(p.script)) {
		code.Problem = fmt.Errorf("%q leads out of the working directory", p.script)
	}
	for _, file := range code.Files {
		p.parts = append(p.parts, part{what: "code " + file.Path, blob: file.Blob, target: file.Path})
	}
	p.models(w, code.Models)
	return x.launchProgram(p, code.Problem)
}

func (x *Executor) start(p *program, log *pyrunner.Log) (*pyrunner.Container, error) {
	folder, err := os.MkdirTemp("", "mlws-emulator-code-*")
	if err != nil {
		return nil, err
	}
	spec := pyrunner.Spec{
		Python: x.python, Folder: folder, Script: p.script, Source: p.source, Log: log,
		Parallel: p.parallel, InitTimeout: x.initTimeout, RunTimeout: p.runTimeout, QueueTimeout: p.queueTimeout,
	}
	if err := p.fill(spec.App(), x.open, log); err != nil {
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

// Over tells whether the script is up, or has failed. There may be nothing to wait for.
func (l *Launch) Over() bool {
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

// Abandon stops what nobody wants any more, as soon as it has come up.
func (l *Launch) Abandon() {
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

// Wait returns when the script is up, or has failed.
func (l *Launch) Wait() { <-l.done }

// Ended tells when the script came up, or failed, if it has.
func (l *Launch) Ended() (at time.Time, ended bool) {
	if !l.Over() {
		return time.Time{}, false
	}
	if l == nil {
		return time.Time{}, true
	}
	return l.ended, true
}

// Container is the container of a script that is up, or why it is not. It is called
// after the end.
func (l *Launch) Container() (*pyrunner.Container, error) {
	if l == nil {
		return nil, nil
	}
	return l.container, l.err
}

// Log is what the container writes.
func (l *Launch) Log() *pyrunner.Log { return l.log }

// Refuse lets no launch come after. It is called under the emulator's lock, before Close.
func (x *Executor) Refuse() {
	if x != nil {
		x.cancel()
	}
}

// Close ends every container, and returns when nothing is left of them.
func (x *Executor) Close() {
	if x == nil {
		return
	}
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
