// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// sendWith sends a request with these headers; Host is the header of that name.
func (s *session) sendWith(method, address, body string, headers ...string) answer {
	s.t.Helper()
	request, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			request.Host = headers[i+1]
		}
	}
	reply, err := send(s.e, request)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, address, err)
	}
	return reply
}

// A name of an attacker's that resolves to this machine reaches nothing, with or
// without execution of code.
func TestForeignHostsAreRefused(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithPublicURL("http://emulator.example:8080"))
	for _, listener := range []string{"http://" + s.address(), s.e.AuthorityURL()} {
		for host, want := range map[string]int{
			"attacker.example": 421, "127.0.0.1.attacker.example:80": 421, "192.0.2.1": 421, "localhost.attacker.example": 421,
			"emulator.example:8080": 200, "localhost:1": 200, "x.localhost": 200, "[::1]:1": 200, "127.0.0.1": 200,
		} {
			for _, path := range []string{"/", "/_emulator/shell/terraform", "/_emulator/requests"} {
				if got := s.sendWith("GET", listener+path, "", "Host", host); got.status != want {
					t.Errorf("host %s, %s: %d, want %d", host, path, got.status, want)
				}
				if got := s.sendWith("GET", listener+path, "", "Host", host); want == 421 && strings.Contains(got.raw, emulator.ContributorSecret) {
					t.Errorf("host %s reads a credential", host)
				}
			}
		}
	}
}

// address is that of the plain listener, whatever the public URL says.
func (s *session) address() string { return emulator.PlainAddress(s.e) }

// A page of another origin changes nothing; the emulator's own page and programs do.
func TestCrossSiteOrdersAreRefused(t *testing.T) {
	t.Parallel()
	s := open(t)
	base := s.e.ResourceManagerURL()
	const order = `{"kind":"throttle","operation":"ListServices"}`
	for what, c := range map[string]struct {
		headers []string
		want    int
	}{
		"a form of another site": {[]string{"Content-Type", "text/plain", "Sec-Fetch-Site", "cross-site", "Origin", "http://attacker.example"}, 403},
		"another port":           {[]string{"Content-Type", "text/plain", "Sec-Fetch-Site", "same-site", "Origin", "http://127.0.0.1:1"}, 403},
		"an older browser":       {[]string{"Content-Type", "text/plain", "Origin", "http://attacker.example"}, 403},
		"a sandboxed page":       {[]string{"Origin", "null"}, 403},
		"the own page":           {[]string{"Sec-Fetch-Site", "same-origin", "Origin", base}, 204},
		"curl":                   {nil, 204},
	} {
		for _, call := range [][3]string{{"POST", "/faults", order}, {"DELETE", "/faults", ""}, {"DELETE", "/requests", ""}} {
			if got := s.sendWith(call[0], base+"/_emulator"+call[1], call[2], c.headers...); got.status != c.want {
				t.Errorf("%s, %s %s: %d %s, want %d", what, call[0], call[1], got.status, got.raw, c.want)
			}
		}
	}
	before := s.e.Now()
	s.sendWith("POST", base+"/_emulator/clock", `{"advance":"13h"}`, "Content-Type", "text/plain", "Origin", "http://attacker.example")
	if moved := s.e.Now().Sub(before); moved.Hours() > 1 {
		t.Errorf("a page moved the clock by %s", moved)
	}
	if got := s.sendWith("GET", base+"/", "", "Sec-Fetch-Site", "cross-site"); got.status != 200 {
		t.Errorf("a link to the page: %d", got.status)
	}
}

// On all interfaces, the emulator gives out an address that works, and says what
// other machines reach.
func TestListeningBeyondLoopback(t *testing.T) {
	t.Parallel()
	if exposed := emulator.Start(t).Exposed(); len(exposed) != 0 {
		t.Errorf("by default other machines reach %v", exposed)
	}
	s := open(t, emulator.WithListen("0.0.0.0:0", "127.0.0.1:0"))
	parsed, err := url.Parse(s.e.ResourceManagerURL())
	if err != nil || parsed.Hostname() != "127.0.0.1" {
		t.Errorf("it gives out %s", s.e.ResourceManagerURL())
	}
	if exposed := s.e.Exposed(); len(exposed) != 1 || !strings.HasSuffix(exposed[0], ":"+parsed.Port()) {
		t.Errorf("other machines reach %v", exposed)
	}
	if reply := s.call("GET", "/services", nil); reply.status != 200 {
		t.Errorf("there: %d", reply.status)
	}
	// The address that a connection came in on is no name that a page could have.
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range addresses {
		ip, _, err := net.ParseCIDR(address.String())
		if err != nil || ip.To4() == nil {
			continue
		}
		if got := s.sendWith("GET", "http://"+net.JoinHostPort(ip.String(), parsed.Port())+"/_emulator/clock", ""); got.status != 200 {
			t.Errorf("by way of %s: %d", ip, got.status)
		}
	}
}
