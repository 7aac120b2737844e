// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/renameio/v2/maybe"

	"github.com/mlws/terraform-provider-mlws/internal/clock"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/control"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/entra"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/faults"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/onlineendpoint"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/operations"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/page"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/registry"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/requestlog"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/scoring"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/services"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/storage"
)

// Emulator is one running instance. All its methods are safe for concurrent use.
type Emulator struct {
	clock         *movableClock
	log           *requestlog.Log
	page          *page.Page
	authority     *authority
	caFile        string
	caIsTemporary bool
	pathPrefix    string
	plainBase     string // scheme, host, port and prefix of the plain listener
	tlsBase       string
	scoringBase   string // of scoring URIs without TLS
	engine        *operations.Engine
	entra         *entra.Layer
	registry      *registry.Layer
	services      *services.Layer
	scoring       *scoring.Layer
	files         storage.Files // of uploads
	storage       *storage.Layer
	sasSecret     string // signs content URIs
	router        *api.Router
	servers       []*http.Server
	guard         *guard
	plainAddress  string            // of the plain listener, as this machine reaches it
	exposed       []string          // addresses that other machines reach
	executor      *scoring.Executor // nil if no code is run
	latency       time.Duration
	endpoints     *onlineendpoint.Layer
	control       *control.Layer

	disk *state.Disk                // nil keeps everything in memory
	seed func() (state.Seed, error) // that it starts with

	initial Behavior

	serving  sync.WaitGroup // of the listeners
	handling sync.RWMutex   // read-locked by each call; guards closed
	closed   bool

	mu       sync.Mutex // guards everything below
	store    *state.State
	changed  uint64 // counts changes of the store
	behavior Behavior
	faults   *faults.Orders
}

// Start runs an emulator for one test, and stops it when the test ends.
func Start(t testing.TB, options ...Option) *Emulator {
	t.Helper()
	e, err := New(append([]Option{WithRequestBodies()}, options...)...)
	if err != nil {
		t.Fatalf("start the emulator: %v", err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

// New runs an emulator until Close. It fails if it cannot listen on an address,
// or if the seed contradicts itself.
func New(options ...Option) (*Emulator, error) {
	c := config{
		seed: state.DefaultSeed(), clock: clock.System{}, operationDuration: 50 * time.Millisecond, initTimeout: scoring.InitTimeout,
		listen: "127.0.0.1:0", tlsListen: "127.0.0.1:0",
	}
	for _, option := range options {
		option(&c)
	}
	if c.pathPrefix == "/" {
		c.pathPrefix = ""
	}
	if err := c.blobHost.Valid(); err != nil {
		return nil, err
	}
	if err := c.checkHosts(); err != nil {
		return nil, err
	}
	if found := c.behavior.Check(); len(found) > 0 {
		return nil, fmt.Errorf("behavior: %s", found[0].Message)
	}
	e := &Emulator{
		clock:      &movableClock{base: c.clock},
		pathPrefix: c.pathPrefix,
		sasSecret:  state.RandomText(32),
		behavior:   c.behavior,
		log:        requestlog.New(c.bodies, c.log),
		latency:    c.latency,
	}
	e.seed, e.initial = seedOf(c), c.behavior
	if err := e.wire(c); err != nil {
		return nil, err
	}
	if err := e.starting(c); err != nil {
		return nil, errors.Join(err, e.disk.Close())
	}
	e.services.Resume()
	e.endpoints.Resume()
	if err := e.listen(c); err != nil {
		_ = e.Close()
		return nil, err
	}
	return e, nil
}

func (e *Emulator) listen(c config) error {
	plain, err := net.Listen("tcp", c.listen)
	if err != nil {
		return fmt.Errorf("listen for http: %w", err)
	}
	secure, err := net.Listen("tcp", c.tlsListen)
	if err != nil {
		_ = plain.Close()
		return fmt.Errorf("listen for https: %w", err)
	}
	host, _, _ := net.SplitHostPort(secure.Addr().String())
	certificate, err := e.authority.issue(append(c.hosts, host))
	if err == nil {
		err = e.writeCA(c.caFile)
	}
	if err != nil {
		_, _ = plain.Close(), secure.Close()
		return fmt.Errorf("issue a certificate: %w", err)
	}
	plainAddress, plainExposed := reachable(plain)
	e.plainAddress = plainAddress
	secureAddress, secureExposed := reachable(secure)
	if plainExposed {
		e.exposed = append(e.exposed, plain.Addr().String())
	}
	if secureExposed {
		e.exposed = append(e.exposed, secure.Addr().String())
	}
	e.addresses(c, plainAddress, secureAddress)
	e.serve(plain)
	// HTTP/1.1 only, so that a connection can be cut in the middle of a reply.
	e.serve(tls.NewListener(secure, &tls.Config{
		Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
	}))
	return nil
}

func (e *Emulator) serve(listener net.Listener) {
	server := &http.Server{Handler: e, ReadHeaderTimeout: 30 * time.Second, ErrorLog: discardLog}
	e.servers = append(e.servers, server)
	e.serving.Go(func() { _ = server.Serve(listener) })
}

// Close ends both listeners, every connection and every process of executed
// code, waits for the calls that are being handled, saves the state if there is a file
// for it, and removes the CA file and uploads if there is none. Closing again does
// nothing.
func (e *Emulator) Close() error {
	e.page.Close()
	for _, server := range e.servers {
		_ = server.Close()
	}
	e.mu.Lock()
	e.executor.Refuse()
	e.mu.Unlock()
	e.serving.Wait()
	e.handling.Lock() // waits for every call
	defer e.handling.Unlock()
	if e.closed {
		return nil
	}
	e.closed = true
	e.executor.Close()
	err := errors.Join(e.save(), e.disk.Close(), e.files.Close())
	if e.caIsTemporary {
		err = errors.Join(err, os.Remove(e.caFile))
	}
	return err
}

// CloseIdleConnections closes the connections that no request is on, as a gateway does
// after a while.
func (e *Emulator) CloseIdleConnections() {
	for _, server := range e.servers {
		server.SetKeepAlivesEnabled(false)
		server.SetKeepAlivesEnabled(true)
	}
}

// ResourceManagerURL is the base URL of Resource Manager and, after discovery, of every
// other API: http on loopback or https on the first host, with the path prefix, no
// trailing slash.
func (e *Emulator) ResourceManagerURL() string { return e.plainBase }

// ModelManagementURL is the base that discovery gives for model management.
func (e *Emulator) ModelManagementURL() string { return e.plainBase }

// AuthorityURL is the base URL of the token endpoint, https with the emulator's own CA.
func (e *Emulator) AuthorityURL() string { return e.tlsBase }

// CAFile is the path of the CA's certificate in PEM; SSL_CERT_FILE takes it.
func (e *Emulator) CAFile() string { return e.caFile }

// CACertPEM is the content of CAFile.
func (e *Emulator) CACertPEM() []byte { return e.authority.pem() }

// writeCA puts the authority's certificate where clients can be told to find
// it: at path, beside the state, or else in a temporary file.
func (e *Emulator) writeCA(path string) error {
	mode := os.FileMode(0o644) // a certificate is no secret
	if path == "" && e.disk != nil {
		path, mode = e.disk.Path()+".ca.pem", 0o600 // as everything of the state
	}
	if path != "" {
		absolute, err := filepath.Abs(path)
		if err != nil {
			return err
		}
		e.caFile = absolute
		return maybe.WriteFile(absolute, e.authority.pem(), mode)
	}
	file, err := os.CreateTemp("", "mlws-emulator-ca-*.pem")
	if err != nil {
		return err
	}
	e.caFile, e.caIsTemporary = file.Name(), true
	_, err = file.Write(e.authority.pem())
	return errors.Join(err, file.Close())
}

// discardLog silences net/http's own log: cut connections are ordered here.
var discardLog = log.New(io.Discard, "", 0)
