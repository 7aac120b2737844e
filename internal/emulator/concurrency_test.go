// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// 200 clients regenerate and list the keys of ten services. A regenerate is
// either refused as busy or takes effect; no accepted one is lost, and every
// listing shows a pair that was valid together.
func TestTwoHundredClients(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(2*time.Millisecond))
	const services, clients, rounds = 10, 200, 3
	for i := range services {
		s.deploy(aks(fmt.Sprintf("svc-%d", i), "keys", object{"primaryKey": "p-0", "secondaryKey": "s-0"}))
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	accepted := map[string][]string{} // by service: the operations, in any order
	for client := range clients {
		name := fmt.Sprintf("svc-%d", client%services)
		group.Go(func() {
			for round := range rounds {
				reply, err := s.try("POST", s.url("/services/"+name+"/regenerateKeys"), s.bearer,
					object{"keyType": "Primary", "keyValue": fmt.Sprintf("p-%d-%d", client, round)})
				switch {
				case err != nil:
					t.Errorf("regenerate: %v", err)
				case reply.status == http.StatusAccepted:
					mu.Lock()
					accepted[name] = append(accepted[name], fmt.Sprintf("p-%d-%d", client, round))
					mu.Unlock()
				case reply.status != http.StatusConflict:
					t.Errorf("regenerate: %d %s", reply.status, reply.raw)
				}
				listed, err := s.try("POST", s.url("/services/"+name+"/listkeys"), s.bearer, nil)
				if err != nil || listed.status != http.StatusOK || listed.json["secondaryKey"] != "s-0" {
					t.Errorf("listkeys: %d %v", listed.status, err)
				}
			}
		})
	}
	group.Wait()
	time.Sleep(5 * time.Millisecond)
	for i := range services {
		name := fmt.Sprintf("svc-%d", i)
		primary, secondary := s.e.Keys(s.scope, name)
		var found bool
		for _, value := range accepted[name] {
			found = found || value == primary
		}
		if !found || secondary != "s-0" {
			t.Errorf("%s: its key is none of the %d that were accepted", name, len(accepted[name]))
		}
	}
	want := 0
	for _, values := range accepted {
		want += len(values)
	}
	got := 0
	for _, request := range s.e.Requests() {
		if request.Operation == "RegenerateKeys" && request.Status == http.StatusAccepted {
			got++
		}
	}
	if got != want || s.e.Count("RegenerateKeys") != clients*rounds {
		t.Errorf("the log has %d accepted of %d, the clients saw %d", got, s.e.Count("RegenerateKeys"), want)
	}
}

// Clients that create and delete the same names at once leave nothing torn.
func TestConcurrentCreateAndDelete(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(time.Millisecond))
	var group sync.WaitGroup
	for client := range 40 {
		name := fmt.Sprintf("svc-%d", client%4)
		group.Go(func() {
			for range 5 {
				for _, c := range []struct {
					method, path string
					body         any
				}{{"POST", "/services", aci(name)}, {"GET", "/services/" + name, nil}, {"DELETE", "/services/" + name, nil}, {"GET", "/services", nil}} {
					reply, err := s.try(c.method, s.url(c.path), s.bearer, c.body)
					if err != nil || reply.status >= 500 {
						t.Errorf("%s %s: %d %v", c.method, c.path, reply.status, err)
					}
				}
			}
		})
	}
	group.Wait()
}

// Two emulators know nothing of each other.
func TestInstancesAreIsolated(t *testing.T) {
	t.Parallel()
	one, two := open(t, emulator.WithOperationDuration(0)), open(t)
	one.deploy(aci("svc"))
	if names := two.e.ServiceNames(two.scope); len(names) != 0 {
		t.Errorf("the other emulator has %v", names)
	}
	if reply := two.do("GET", two.url("/services"), one.bearer, nil); reply.status != http.StatusUnauthorized {
		t.Errorf("the other emulator's token: %d", reply.status)
	}
}
