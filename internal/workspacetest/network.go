// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package workspacetest is a workspace in memory, for fast tests of what talks to one:
// a network without sockets, and the replies of the API to what the provider sends.
// It is written from the contract, as the emulator is, and is far smaller: it keeps
// state, checks nothing, and its operations have ended when they are asked for.
package workspacetest

import (
	"context"
	"net"
	"net/http"
	"sync"
	"syscall"
	"testing"
)

// Network is a network of one host that lives in memory. Every connection is a pipe,
// so that the time of a synctest bubble passes only while nothing works.
type Network struct {
	conns  chan net.Conn
	closed chan struct{}
	close  sync.Once
}

// URL is where the one host is. It is loopback, so that http will do.
const URL = "http://127.0.0.1:8080"

// NewNetwork serves a handler at URL until the test ends.
func NewNetwork(t testing.TB, handler http.Handler) *Network {
	t.Helper()
	m := &Network{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: handler} //nolint:gosec // nobody else reaches it
	go func() { _ = server.Serve(m) }()
	t.Cleanup(func() { _ = server.Close() })
	return m
}

// Client returns a client of the network, with connections of its own.
func (m *Network) Client(t testing.TB) *http.Client {
	t.Helper()
	transport := &http.Transport{DialContext: m.dial}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func (m *Network) dial(ctx context.Context, network, _ string) (net.Conn, error) {
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
func (m *Network) Accept() (net.Conn, error) {
	select {
	case conn := <-m.conns:
		return conn, nil
	case <-m.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (m *Network) Close() error {
	m.close.Do(func() { close(m.closed) })
	return nil
}

// Addr implements net.Listener.
func (m *Network) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080} }
