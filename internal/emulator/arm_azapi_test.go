// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// The requests of the provider azapi, as they were recorded, manage two services from
// their creation to their end. Everything goes over https: azapi sends no token otherwise.
func TestAzapiManagesServices(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/azapi-2.12.0.json")
	if err != nil {
		t.Fatal(err)
	}
	var recorded []struct {
		Method, Path, Poll, State string
		Status                    int
		Body                      any
	}
	if err := json.Unmarshal(raw, &recorded); err != nil {
		t.Fatal(err)
	}
	s := open(t, emulator.WithOperationDuration(time.Minute))
	polls, changes := map[string]string{}, 0
	for i, r := range recorded {
		address := polls[r.Poll]
		if r.Poll == "" {
			address = s.e.AuthorityURL() + strings.ReplaceAll(r.Path, "{workspace}", s.scope)
		}
		if r.State == "Succeeded" {
			s.e.AdvanceClock(time.Minute)
		}
		reply := s.do(r.Method, address, s.bearer, r.Body)
		if reply.status != r.Status {
			t.Fatalf("%d: %s %s: %d %s, want %d", i, r.Method, address, reply.status, reply.raw, r.Status)
		}
		name, ofService := strings.CutPrefix(strings.TrimSuffix(r.Path, "?api-version=2021-04-01"), "{workspace}/services/")
		switch {
		case r.Poll != "":
			if reply.json["status"] != r.State {
				t.Errorf("%d: the operation of %s is %v, want %s", i, r.Poll, reply.json["status"], r.State)
			}
		case r.Method == "PUT":
			changes++
			polls[name] = reply.header.Get("Azure-AsyncOperation")
		case ofService && reply.status == 200 && r.Method == "GET":
			if at(reply.json, "/properties/state") != "Healthy" || at(reply.json, "/properties/scoringUri") == nil {
				t.Errorf("%d: %s", i, reply.raw)
			}
			// The plan is empty if what the configuration names comes back.
			if location := map[string]string{"iris": "westeurope", "digits": "northeurope"}[name]; reply.json["location"] != location {
				t.Errorf("%d: the location of %s is %v", i, name, reply.json["location"])
			}
		}
	}
	if changes != 4 {
		t.Errorf("%d changes were replayed, want a creation and an update of each service", changes)
	}
	if left := s.e.ServiceNames(emulator.DefaultWorkspaceID); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}
