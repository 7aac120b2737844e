// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// A DNS label belongs to one service in its region, and to others elsewhere.
func TestDNSLabelsAreOfARegion(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	s.deploy(aci("svc-one", "dnsNameLabel", "the-label", "location", "westeurope"))
	s.deploy(aci("svc-two", "dnsNameLabel", "the-label", "location", "eastus"))
	reply := s.call("POST", "/services", aci("svc-three", "dnsNameLabel", "THE-LABEL", "location", "West Europe"))
	if code, target, _ := reply.problem(); reply.status != http.StatusBadRequest || code != "DnsNameLabelInUse" || target != "dnsNameLabel" {
		t.Errorf("the same label in the same region: %d %s", reply.status, reply.raw)
	}
}

// The inference server takes tracing ids of up to 100 characters.
func TestTracingIDsAreBounded(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	uri := s.deploy(aci("svc"))["scoringUri"].(string)
	for _, name := range []string{"x-ms-request-id", "x-ms-client-request-id"} {
		for length, want := range map[int]int{100: http.StatusOK, 101: http.StatusRequestHeaderFieldsTooLarge} {
			request, err := http.NewRequest(http.MethodPost, uri, strings.NewReader("[1]"))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set(name, strings.Repeat("x", length))
			if reply, err := send(s.e, request); err != nil || reply.status != want {
				t.Errorf("%s of %d characters: %d %v", name, length, reply.status, err)
			}
		}
	}
}

// A fixed number of replicas is at least 1.
func TestNoReplicas(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	s.deploy(aks("svc", "numReplicas", 1))
	for _, c := range []struct {
		reply  answer
		target string
	}{
		{s.call("POST", "/services", aks("svc-none", "numReplicas", 0)), "numReplicas"},
		{s.call("PATCH", "/services/svc", replace("/numReplicas", 0)), "numReplicas"},
		{s.call("PATCH", "/services/svc", replace("/containerResourceRequirements/cpu", 0)), "containerResourceRequirements.cpu"},
	} {
		if code, target, _ := c.reply.problem(); c.reply.status != http.StatusBadRequest || code != "InvalidValue" || target != c.target {
			t.Errorf("%d %s", c.reply.status, c.reply.raw)
		}
	}
}

// A certificate and its key come back from no PATCH that sets them.
func TestPatchedCertificatesAreNotReturned(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	s.deploy(aci("svc"))
	s.succeed(s.call("PATCH", "/services/svc", replace("/sslEnabled", true, "/sslCertificate", "secret-1", "/sslKey", "secret-2", "/cname", "svc.example.org")))
	reply := s.call("GET", "/services/svc", nil)
	if strings.Contains(reply.raw, "secret-") || at(reply.json, "/sslEnabled") != true || at(reply.json, "/sslKey") != "" {
		t.Errorf("%s", reply.raw)
	}
}
