// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"context"
	"net"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
)

// memory is a network of one host that lives in memory: every connection is a
// pipe, so that the time of a synctest bubble passes only while nothing works.
type memory struct {
	conns  chan net.Conn
	closed chan struct{}
	close  sync.Once
}

// memoryURL is where the one host is. It is loopback, so that http will do.
const memoryURL = "http://127.0.0.1:8080"

// newMemory serves a handler at memoryURL until the test ends, and returns the
// network.
func newMemory(t *testing.T, handler http.Handler) *memory {
	t.Helper()
	m := &memory{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: handler} //nolint:gosec // nobody else reaches it
	go func() { _ = server.Serve(m) }()
	t.Cleanup(func() { _ = server.Close() })
	return m
}

// client returns a client of the network, with connections of its own.
func (m *memory) client(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{DialContext: m.dial}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func (m *memory) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case m.conns <- far:
		return near, nil
	case <-m.closed:
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements net.Listener.
func (m *memory) Accept() (net.Conn, error) {
	select {
	case conn := <-m.conns:
		return conn, nil
	case <-m.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (m *memory) Close() error {
	m.close.Do(func() { close(m.closed) })
	return nil
}

// Addr implements net.Listener.
func (m *memory) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080} }

// run runs a subtest in synthetic time.
func run(t *testing.T, name string, test func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
}
