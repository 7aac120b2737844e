// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

func (s *session) control(method, path string, body any) answer {
	s.t.Helper()
	return s.do(method, s.e.ResourceManagerURL()+"/_emulator/"+path, "", body)
}

// A misspelt order is refused by every control endpoint, and the refusal says
// what there is. Nothing of it is kept.
func TestMisspeltOrdersAreRefused(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.deploy(aci("svc-there"))
	for _, c := range []struct{ path, body, target, want string }{
		{"faults", `{"kind":"earthquake"}`, "kind", "throttle, internalError"},
		{"faults", `{}`, "kind", "required"},
		{"faults", `{"kind":"throttle","operation":"CreateServices"}`, "operation", "CreateService, DeleteAsset"},
		{"faults", `{"kind":"throttle","operation":"ControlFaults"}`, "operation", "no such operation"},
		{"faults", `{"kind":"throttle","service":"svc-their"}`, "service", "svc-there"},
		{"faults", `{"kind":"throttle","operation":"PatchService","service":"svc-their"}`, "service", "serviceToCome"},
		{"faults", `{"kind":"throttle","service":"Not_A_Name","serviceToCome":true}`, "service", "svc-there"},
		{"faults", `{"kind":"throttle","operation":"ListServices","service":"svc-there"}`, "service", "not about a service"},
		{"faults", `{"kind":"throttle","serviceToCome":true}`, "serviceToCome", "name"},
		{"faults", `{"kind":"error","operation":"GetOperation","operationId":"none"}`, "operationId", "exists"},
		{"faults", `{"kind":"staleKeys","operation":"GetService"}`, "operation", "ListKeys, ListOnlineEndpointKeys only"},
		{"faults", `{"kind":"operationFailed","operation":"GetService"}`, "operation", "CreateService, DeleteService, PatchService, PutServiceResource, RegenerateKeys"},
		{"faults", `{"kind":"operationFailed","operation":"DeleteService","subOperation":"BuildImage"}`, "operation", "CreateService, PatchService, PutServiceResource only"},
		{"faults", `{"kind":"error","status":399}`, "status", "400 to 599"},
		{"faults", `{"kind":"error","status":600}`, "status", "400 to 599"},
		{"faults", `{"kind":"error","status":200}`, "status", "400 to 599"},
		{"faults", `{"kind":"operationRefused","status":500}`, "status", "400, 401, 403, 404"},
		{"faults", `{"kind":"operationRefused"}`, "status", "400, 401, 403, 404"},
		{"faults", `{"kind":"badGateway","status":503}`, "status", "which takes delay."},
		{"faults", `{"kind":"throttle","polls":1}`, "polls", "retryAfter, retryAfterDate"},
		{"faults", `{"kind":"throttle","times":-1}`, "times", "0 for every call"},
		{"faults", `{"kind":"throttle","skip":-1}`, "skip", "0 or more"},
		{"faults", `{"kind":"throttle","times":1.5}`, "times", "an integer"},
		{"faults", `{"kind":"throttle","probability":1.01}`, "probability", "between 0 and 1"},
		{"faults", `{"kind":"throttle","probability":-0.1}`, "probability", "between 0 and 1"},
		{"faults", `{"kind":"throttle","retryAfter":"soon"}`, "retryAfter", "1.5s"},
		{"faults", `{"kind":"throttle","retryAfter":"-2s"}`, "retryAfter", "0 or more"},
		{"faults", `{"kind":"slowBody","delay":"-1s"}`, "delay", "0 or more"},
		{"faults", `{"kind":"operationFailed","subOperation":"BuildImages"}`, "subOperation", "BuildEnvironment, BuildImage, DeployService"},
		{"faults", `{"kind":"operationFailed","buildLog":"x"}`, "buildLog", "BuildEnvironment or BuildImage"},
		{"faults", `{"kind":"operationFailed","detailMessage":"x"}`, "detailMessage", "detailCode"},
		{"faults", `{"kind":"operationRefused","status":404,"polls":-1}`, "polls", "all of them"},
		{"faults", `{"kind":"largeReply","size":-1}`, "size", "bytes"},
		{"faults", `{"kinds":"throttle"}`, "kinds", "probability"},
		{"faults", `{"Kind":"throttle"}`, "Kind", "probability"},
		{"faults", `{"kind":"throttle"} {"kind":"error"}`, "", "after its JSON"},
		{"faults", `{"kind":"throttle"}x`, "", "after its JSON"},
		{"faults", `[]`, "", "kind"},
		{"faults", `[`, "", "not JSON"},
		{"clock", `{"advance":"13h"} x`, "", "after its JSON"},
		{"clock", `{"advance":"soon"}`, "advance", "13h"},
		{"clock", `{"advance":""}`, "advance", "13h"},
		{"clock", `{"by":"13h"}`, "by", "advance"},
		{"clock", `{}`, "advance", "required"},
		{"behavior", `{"patchStatus":200}}`, "", "after its JSON"},
		{"behavior", `{"patchStatus":201}`, "patchStatus", "200 or 202"},
		{"behavior", `{"deleteStatus":204}`, "deleteStatus", "200 or 202"},
		{"behavior", `{"regenerateStatus":1}`, "regenerateStatus", "200 or 202"},
		{"behavior", `{"operationLocation":"other"}`, "operationLocation", "absolute, relative, legacy, otherhost"},
		{"behavior", `{"pageSize":-1}`, "pageSize", "100"},
		{"behavior", `{"patchstatus":200}`, "patchstatus", "patchStatus"},
	} {
		before := s.e.Now()
		reply := s.control("POST", c.path, c.body)
		_, target, message := reply.problem()
		if reply.status != http.StatusBadRequest || target != c.target || !strings.Contains(message, c.want) {
			t.Errorf("%s %s: %d %s", c.path, c.body, reply.status, reply.raw)
		}
		if moved := s.e.Now().Sub(before); moved.Hours() > 1 {
			t.Errorf("%s moved the clock by %s", c.body, moved)
		}
	}
	if reply := s.control("GET", "faults", nil); !strings.Contains(reply.raw, `"value":[]`) || !strings.Contains(reply.raw, `"CreateService"`) || !strings.Contains(reply.raw, `"BuildImage"`) {
		t.Errorf("after the refusals: %s", reply.raw)
	}
	if reply := s.control("GET", "behavior", nil); reply.raw != "{}" {
		t.Errorf("behavior after the refusals: %s", reply.raw)
	}
	if reply := s.control("GET", "shell/bash", nil); reply.status != http.StatusNotFound || !strings.Contains(reply.raw, "terraform, python") {
		t.Errorf("an unknown shell: %d %s", reply.status, reply.raw)
	}
}

// Every kind of fault can be ordered with only its name, and for a service that
// exists or is created later.
func TestEveryKindCanBeOrdered(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.deploy(aci("svc-there"))
	for _, kind := range emulator.FaultKinds() {
		body := object{"kind": kind}
		if kind == emulator.FaultOperationRefused {
			body["status"] = 404
		}
		if reply := s.control("POST", "faults", body); reply.status != http.StatusNoContent {
			t.Errorf("%s: %d %s", kind, reply.status, reply.raw)
		}
	}
	for _, body := range []string{
		`{"kind":"throttle","service":"svc-there"}`, `{"kind":"throttle","service":"svc-new","operation":"CreateService"}`,
		`{"kind":"throttle","service":"svc-new","operation":"PatchService","serviceToCome":true}`, `{"kind":"error","status":400}`, `{"kind":"error","status":599}`,
		`{"kind":"throttle","probability":1}`,
	} {
		if reply := s.control("POST", "faults", body); reply.status != http.StatusNoContent {
			t.Errorf("%s: %d %s", body, reply.status, reply.raw)
		}
	}
	if len(emulator.FaultKinds()) != 29 {
		t.Errorf("%d kinds", len(emulator.FaultKinds()))
	}
}

// The page's form has a field for each member of an order, and shows what a
// refusal says.
func TestThePageOrdersEveryMember(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.do("GET", s.e.ResourceManagerURL()+"/", "", nil).raw
	_, _, message := s.control("POST", "faults", `{"nothing":1}`).problem()
	_, members, _ := strings.Cut(message, "The members are ")
	names := strings.Split(strings.TrimSuffix(members, "."), ", ")
	if len(names) != 20 {
		t.Errorf("members: %v", names)
	}
	for _, name := range names {
		if !strings.Contains(page, `name="`+name+`"`) {
			t.Errorf("the form has no field %s", name)
		}
	}
	if !strings.Contains(page, "details.map((d) => d.message)") {
		t.Error("the page does not show a refusal's details")
	}
}

// In Go tests a misspelt order stops the test.
func TestMisspeltOrdersPanic(t *testing.T) {
	t.Parallel()
	e := emulator.Start(t)
	for want, order := range map[string]func(){
		"no such operation": func() { e.Fault(emulator.Fault{Operation: "Create", Kind: emulator.FaultThrottle}) },
		"otherhost":         func() { e.SetBehavior(emulator.Behavior{OperationLocation: "x"}) },
	} {
		func() {
			defer func() {
				if said := fmt.Sprint(recover()); !strings.Contains(said, want) {
					t.Errorf("panic %q, want %q", said, want)
				}
			}()
			order()
		}()
	}
	if _, err := emulator.New(emulator.WithBehavior(emulator.Behavior{PatchStatus: 204})); err == nil {
		t.Error("New takes a behavior that there is not")
	}
}

// The guide names every kind and every member.
func TestTheGuideNamesEveryFault(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../templates/guides/emulator-faults.md")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, match := range regexp.MustCompile("`([A-Za-z]+)`").FindAllStringSubmatch(string(guide), -1) {
		named[match[1]] = true
	}
	for _, kind := range emulator.FaultKinds() {
		if !named[string(kind)] {
			t.Errorf("the guide does not name the fault %s", kind)
		}
	}
	_, _, message := open(t).control("POST", "faults", `{"nothing":1}`).problem()
	_, members, _ := strings.Cut(message, "The members are ")
	for name := range strings.SplitSeq(strings.TrimSuffix(members, "."), ", ") {
		if !named[name] {
			t.Errorf("the guide does not name the member %s", name)
		}
	}
}

// A log without calls is an empty list, not null.
func TestNoRequests(t *testing.T) {
	t.Parallel()
	s := open(t)
	if reply := s.control("GET", "requests", nil); reply.raw != `{"value":[]}` {
		t.Errorf("no requests: %s", reply.raw)
	}
}
