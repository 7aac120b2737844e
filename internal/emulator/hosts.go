// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"errors"
	"fmt"
	"net"
	"regexp"
)

var hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$`)

// WithHosts names the machine as others in its network know it, such as the name of a
// container. Handed-out URLs are https on the first name, because the provider sends
// credentials over http to loopback only; scoring URIs are http, as Azure's are unless a
// service has TLS. The certificate has all names, and requests may have them as their host.
func WithHosts(names ...string) Option { return func(c *config) { c.hosts = names } }

func (c config) checkHosts() error {
	for _, name := range c.hosts {
		if net.ParseIP(name) == nil && !hostName.MatchString(name) {
			return fmt.Errorf("the host %q is no name and no IP address: leave out scheme, port and path", name)
		}
	}
	if len(c.hosts) > 0 && c.publicURL != "" {
		return errors.New("a host and a public URL exclude each other: both say what handed-out URLs start with")
	}
	return nil
}

// addresses sets what handed-out URLs start with. The arguments are the addresses of
// both listeners, as this machine reaches them.
func (e *Emulator) addresses(c config, plain, secure string) {
	// The token endpoint stays at the root of its listener: Entra's authority has no path but the tenant.
	e.plainBase, e.tlsBase = "http://"+plain+c.pathPrefix, "https://"+secure
	if c.publicURL != "" {
		e.plainBase = c.publicURL + c.pathPrefix
	}
	e.scoringBase = e.plainBase
	if len(c.hosts) > 0 {
		on := func(address string) string {
			_, port, _ := net.SplitHostPort(address)
			return net.JoinHostPort(c.hosts[0], port)
		}
		e.tlsBase, e.scoringBase = "https://"+on(secure), "http://"+on(plain)+c.pathPrefix
		e.plainBase = e.tlsBase + c.pathPrefix
	}
}
