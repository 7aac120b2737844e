// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

// guard keeps the web pages that a browser on this machine shows away from the
// emulator: it has no credential for its control API, and runs on known ports.
type guard struct {
	hosts       []string // that a request may name, beside loopback
	crossOrigin *http.CrossOriginProtection
}

func newGuard(c config) *guard {
	g := &guard{crossOrigin: http.NewCrossOriginProtection(), hosts: slices.Clone(c.hosts)}
	if public, err := url.Parse(c.publicURL); err == nil && public.Hostname() != "" {
		g.hosts = append(g.hosts, public.Hostname())
	}
	for _, address := range []string{c.listen, c.tlsListen} {
		if host, _, err := net.SplitHostPort(address); err == nil && host != "" {
			g.hosts = append(g.hosts, host)
		}
	}
	return g
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || strings.HasSuffix(strings.ToLower(host), ".localhost") || ip != nil && ip.IsLoopback()
}

// admitsHost refuses what a web page could send by way of a name of its own that
// resolves to this machine. It admits names of the loopback interface, the address
// that the connection came in on, and the hosts of -listen, -host and -public-url.
func (g *guard) admitsHost(r *http.Request) bool {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	for _, known := range g.hosts {
		if strings.EqualFold(host, known) {
			return true
		}
	}
	if isLoopback(host) {
		return true
	}
	local, _ := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	given, err := netip.ParseAddr(host)
	return err == nil && local != nil && local.AddrPort().Addr().Unmap() == given.Unmap()
}

// admitsOrigin refuses a change of the control API that a page of another origin
// sends. A program such as curl names no origin, and is admitted.
func (g *guard) admitsOrigin(r *http.Request) error {
	if g.crossOrigin.Check(r) == nil {
		return nil
	}
	return &api.Error{Status: http.StatusForbidden, Code: "CrossOriginRequest", Message: "The control API refuses requests from pages of another origin. Send them from the emulator's own page, or by a program such as curl."}
}

// Exposed are the addresses that other machines can reach; none if the emulator
// listens on the loopback interface only.
func (e *Emulator) Exposed() []string { return e.exposed }

// reachable is the address under which this machine reaches a listener, and
// whether other machines reach it too.
func reachable(listener net.Listener) (address string, exposed bool) {
	address = listener.Addr().String()
	tcp, isTCP := listener.Addr().(*net.TCPAddr)
	if !isTCP || tcp.IP.IsLoopback() {
		return address, false
	}
	if tcp.IP.IsUnspecified() {
		_, port, _ := net.SplitHostPort(address)
		return net.JoinHostPort("127.0.0.1", port), true
	}
	return address, true
}
