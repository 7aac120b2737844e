// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/clock"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/services"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Option changes a new emulator.
type Option func(*config)

type config struct {
	seed              state.Seed
	clock             clock.Clock
	operationDuration time.Duration
	pathPrefix        string
	log               io.Writer
	listen, tlsListen string
	publicURL         string
	hosts             []string
	exposedExecution  bool
	behavior          Behavior
	blobHost          BlobHost
	seedFile          string
	stateFile         string
	execute           bool
	initTimeout       time.Duration
	caFile            string
	bodies            bool
	latency           time.Duration
}

// Behavior chooses between things that the API's sources leave open.
type Behavior = services.Behavior

// WithSeed replaces DefaultSeed.
func WithSeed(seed state.Seed) Option { return func(c *config) { c.seed = seed } }

// WithClock replaces the machine's clock. Under a clock that stands still,
// operations end only after AdvanceClock.
func WithClock(base clock.Clock) Option { return func(c *config) { c.clock = base } }

// WithOperationDuration sets how long an operation takes on the emulator's
// clock, from the accepted request to its terminal state. Default 50 ms.
func WithOperationDuration(d time.Duration) Option {
	return func(c *config) { c.operationDuration = d }
}

// WithLatency holds every request back for this long before it is handled, as a network
// would. Default 0.
func WithLatency(d time.Duration) Option { return func(c *config) { c.latency = d } }

// WithPathPrefix mounts everything below a path such as "/some/prefix". URLs
// that the emulator hands out carry it, so that a client which composes
// absolute paths fails.
func WithPathPrefix(prefix string) Option {
	return func(c *config) { c.pathPrefix = "/" + strings.Trim(prefix, "/") }
}

// WithLog writes one JSON line per request, without bodies and credentials.
func WithLog(w io.Writer) Option { return func(c *config) { c.log = w } }

// WithListen sets the addresses of the plain and the TLS listener. Default is
// a free port on 127.0.0.1 for each.
func WithListen(plain, tls string) Option {
	return func(c *config) { c.listen, c.tlsListen = plain, tls }
}

// WithRequestBodies keeps the bodies of calls for Requests: the latest, 64 MiB
// together. Start asks for it; New keeps none unless told to.
func WithRequestBodies() Option { return func(c *config) { c.bodies = true } }

// WithCAFile sets where the certificate of the emulator's authority is written,
// and left. Default is a temporary file, or one beside the state.
func WithCAFile(path string) Option { return func(c *config) { c.caFile = path } }

// WithPublicURL sets the scheme, host and port that handed-out URLs start with,
// for an emulator behind a mapped port.
func WithPublicURL(url string) Option {
	return func(c *config) { c.publicURL = strings.TrimRight(url, "/") }
}

// WithBehavior replaces the default behavior. New fails if a value is one that
// there is not.
func WithBehavior(b Behavior) Option { return func(c *config) { c.behavior = b } }

// SetBehavior replaces the behavior from the next call on. It panics if a value
// is one that the control API answers with 400.
func (e *Emulator) SetBehavior(b Behavior) {
	if found := b.Check(); len(found) > 0 {
		panic("emulator.SetBehavior: " + found[0].Message)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.behavior = b
}

// WithExecution runs the code of services: what was uploaded is unpacked, and
// scoring calls are answered by its own init() and run(), in a python3 process
// per service. Without it, and for services without code, scoring calls are
// answered with an echo.
//
// The code runs with all rights of the person who runs the emulator. New fails
// if there is no python3 3.8 or newer, and, without WithExposedExecution, if an address
// to listen on is not on the loopback interface.
func WithExecution() Option { return func(c *config) { c.execute = true } }

// WithExposedExecution lets WithExecution run code although other machines reach the
// emulator: whoever does runs code here. It is for a container that holds nothing else.
func WithExposedExecution() Option { return func(c *config) { c.exposedExecution = true } }

// WithInitTimeout bounds loading a script and its init(), by the machine's
// clock. Default 60 seconds; a deployment that takes longer times out.
func WithInitTimeout(d time.Duration) Option { return func(c *config) { c.initTimeout = d } }

// onLoopback refuses to run uploaded code for other machines.
func (c config) onLoopback() error {
	for _, address := range []string{c.listen, c.tlsListen} {
		if host, _, err := net.SplitHostPort(address); err == nil && !isLoopback(host) && !c.exposedExecution {
			return fmt.Errorf("execution runs uploaded code on this machine and is for loopback only; %q is not a loopback address", address)
		}
	}
	return nil
}

// Interpreter is the python3 that runs the code of services; empty if none is run.
func (e *Emulator) Interpreter() string {
	return e.executor.Interpreter()
}

// SetOperationDuration changes how long operations take. It holds for those that
// run already too, so that a test can have one last until something has happened.
func (e *Emulator) SetOperationDuration(d time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.engine.SetDuration(d)
}

// States of services, in the API's spelling.
const (
	StateTransitioning = state.Transitioning
	StateHealthy       = state.Healthy
	StateUnhealthy     = state.Unhealthy
	StateFailed        = state.Failed
	StateUnschedulable = state.Unschedulable
)

// finishDue ends the operations that have run their time.
func (e *Emulator) finishDue() { e.engine.Finish() }
