// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package pyrunner

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

//go:embed runner.py
var runner []byte

//go:embed mlws_serving.py
var serving []byte

const (
	runnerName = "runner.py"
	// servingName is a module beside user code, so it has a name that no script uses.
	servingName = "mlws_serving.py"
)

// ErrInitTimeout is what Launch returns where init() does not come to an end.
var ErrInitTimeout = errors.New("init() did not come to an end in time")

// InitError says that the script could not be loaded, or that init() failed.
// The traceback is in the log.
type InitError struct{ What string }

func (e *InitError) Error() string { return e.What }

// process is one interpreter that has loaded the script.
type process struct {
	command  *exec.Cmd
	requests *os.File
	write    sync.Mutex // one frame at a time
	dead     chan struct{}

	mu      sync.Mutex
	waiting map[uint64]chan answer
	last    uint64
	retired bool
}

// start runs an interpreter until the script's init() has ended.
func start(ctx context.Context, spec Spec) (*process, error) {
	p := &process{dead: make(chan struct{}), waiting: map[uint64]chan answer{}}
	first, err := p.spawn(spec)
	if err != nil {
		return nil, err
	}
	limit := time.NewTimer(spec.InitTimeout)
	defer limit.Stop()
	select {
	case a := <-first:
		if a.Ready {
			return p, nil
		}
		<-p.dead // the log is complete
		return nil, &InitError{What: a.Failed}
	case <-p.dead:
		select {
		case a := <-first: // it said something before it died
			return nil, &InitError{What: a.Failed}
		default:
		}
		spec.Log.Printf("The worker process ended in init(): %s", p.command.ProcessState)
		return nil, &InitError{What: fmt.Sprintf("the worker process ended in init(): %s", p.command.ProcessState)}
	case <-limit.C:
		p.kill()
		<-p.dead
		spec.Log.Printf("init() was stopped after %s.", spec.InitTimeout)
		return nil, ErrInitTimeout
	case <-ctx.Done():
		p.kill()
		<-p.dead
		return nil, ctx.Err()
	}
}

// pipes are the three of a process, each with the child's end first.
type pipes struct{ childIn, requests, childOut, replies, childErr, log *os.File }

func openPipes() (pipes, error) {
	var p pipes
	var errs [3]error
	p.childIn, p.requests, errs[0] = os.Pipe()
	p.replies, p.childOut, errs[1] = os.Pipe()
	p.log, p.childErr, errs[2] = os.Pipe()
	err := errors.Join(errs[:]...)
	if err != nil {
		p.close(p.childIn, p.childOut, p.childErr, p.requests, p.replies, p.log)
	}
	return p, err
}

func (pipes) close(files ...*os.File) {
	for _, file := range files {
		if file != nil {
			_ = file.Close()
		}
	}
}

// spawn starts the interpreter. The channel gives its first frame.
func (p *process) spawn(spec Spec) (<-chan answer, error) {
	settings, err := json.Marshal(map[string]any{
		"script": filepath.ToSlash(spec.Script), "source": filepath.ToSlash(spec.Source), "parallel": spec.Parallel, "folder": spec.Folder,
	})
	if err != nil {
		return nil, err
	}
	ends, err := openPipes()
	if err != nil {
		return nil, fmt.Errorf("make the pipes to python: %w", err)
	}
	p.command = exec.Command(spec.Python.executable, "-X", "utf8", filepath.Join(spec.Folder, runnerName), string(settings))
	p.command.Dir, p.command.Env = spec.App(), spec.Python.environment(spec.Env, spec.App())
	p.command.Stdin, p.command.Stdout, p.command.Stderr = ends.childIn, ends.childOut, ends.childErr
	ownGroup(p.command)
	err = p.command.Start()
	ends.close(ends.childIn, ends.childOut, ends.childErr)
	if err != nil {
		ends.close(ends.requests, ends.replies, ends.log)
		return nil, fmt.Errorf("start python: %w", err)
	}
	p.requests = ends.requests
	first, read := make(chan answer, 1), make(chan struct{}, 2)
	go func() {
		_, _ = io.Copy(spec.Log, ends.log)
		read <- struct{}{}
	}()
	go func() {
		p.receive(ends.replies, first)
		read <- struct{}{}
	}()
	go func() {
		_ = p.command.Wait()
		killGroup(p.command)
		// A process that left the group may still have the other ends of the pipes.
		patience := time.NewTimer(time.Second)
		defer patience.Stop()
		for range 2 {
			select {
			case <-read:
			case <-patience.C:
			}
		}
		ends.close(ends.requests, ends.replies, ends.log)
		close(p.dead)
	}()
	return first, nil
}

// receive hands frames to those who wait for them.
func (p *process) receive(replies io.Reader, first chan<- answer) {
	for number := 0; ; number++ {
		a, err := readFrame(replies)
		if err != nil {
			return
		}
		if number == 0 {
			first <- a
			continue
		}
		p.mu.Lock()
		if waiting := p.waiting[a.ID]; waiting != nil {
			waiting <- a
		}
		p.mu.Unlock()
	}
}

// exchange is a request to a process, which lives until the request has ended or timed out.
type exchange struct {
	p     *process
	id    uint64
	reply chan answer
}

// reserve makes an exchange; forget is its end.
func (p *process) reserve() *exchange {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last++
	x := &exchange{p: p, id: p.last, reply: make(chan answer, 1)}
	p.waiting[x.id] = x.reply
	return x
}

// do sends the request and waits for its answer.
func (x *exchange) do(r Request, body []byte, limit time.Duration) (answer, error) {
	p, reply := x.p, x.reply
	// A process that does not read ends with its timeout, and so does the writing.
	go func() {
		p.write.Lock()
		defer p.write.Unlock()
		_ = writeFrame(p.requests, request{ID: x.id, Request: r}, body)
	}()
	timeout := time.NewTimer(limit)
	defer timeout.Stop()
	select {
	case a := <-reply:
		return a, nil
	case <-timeout.C:
		return answer{}, ErrTimedOut
	case <-p.dead:
		select {
		case a := <-reply: // answered with its last breath
			return a, nil
		default:
			return answer{}, ErrCrashed
		}
	}
}

func (p *process) forget(id uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.waiting, id)
	if p.retired && len(p.waiting) == 0 {
		p.kill()
	}
}

// retire kills the process as soon as the calls that it is busy with are over.
func (p *process) retire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.retired = true
	if len(p.waiting) == 0 {
		p.kill()
	}
}

// kill ends the process and what it started, at once. It does not wait.
func (p *process) kill() {
	select {
	case <-p.dead: // its number may be somebody else's by now
	default:
		killGroup(p.command)
	}
}
