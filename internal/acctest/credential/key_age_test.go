// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"bytes"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// unchanged asserts that a plan neither replaces nor changes anything.
func (l *fixture) unchanged(typeName string, at object, config fields) {
	l.T.Helper()
	plan := l.Plan(typeName, at, config)
	if len(plan.Replace) > 0 {
		l.T.Fatalf("replaced because of %v", plan.Replace)
	}
	for name, value := range plan.State {
		if !reflect.DeepEqual(value, at.State[name]) {
			l.T.Errorf("the plan changes %s", name)
		}
	}
}

func TestKeyIsRotatedWhenItIsTooOld(t *testing.T) {
	t.Parallel()
	l := newFixture(t)
	l.deployIris()
	config := fields{"service_id": irisID, "key_type": "Primary", "rotate_after": "24h"}
	made := l.Apply(keyResource, object{}, config)
	if made.State["rotated_at"] != "2026-03-01T12:00:00Z" || made.State["next_rotation_at"] != "2026-03-02T12:00:00Z" {
		t.Fatalf("rotated at %v, next at %v", made.State["rotated_at"], made.State["next_rotation_at"])
	}
	l.clock.Set(noon.Add(24*time.Hour - time.Second))
	young := l.Refresh(keyResource, made)
	if !bytes.Equal(young.Private, made.Private) {
		t.Error("a refresh that found nothing changed the private state")
	}
	l.unchanged(keyResource, young, config)

	l.clock.Set(noon.Add(24 * time.Hour))
	// The plan depends on what the refresh found, and not on the clock: it is
	// made again in the apply, perhaps much later.
	l.unchanged(keyResource, young, config)
	old := l.Refresh(keyResource, young)
	if plan := l.Plan(keyResource, old, config); !slices.Equal(plan.Replace, []string{"next_rotation_at"}) {
		t.Fatalf("replaced because of %v", plan.Replace)
	}
	again := l.Apply(keyResource, old, config)
	if again.State["key"] == made.State["key"] || again.State["rotated_at"] != "2026-03-02T12:00:00Z" {
		t.Errorf("not rotated: %v", again.State["rotated_at"])
	}
	l.unchanged(keyResource, l.Refresh(keyResource, again), config)
	if got := l.emulator.Count("RegenerateKeys"); got != 2 {
		t.Errorf("%d regenerate calls, want 2", got)
	}
}

// A clock that is wrong makes a key rotate early or late, but never again and again.
func TestSkewedClocksDoNotLoop(t *testing.T) {
	t.Parallel()
	for name, skew := range map[string]time.Duration{"ahead": 10 * 365 * 24 * time.Hour, "behind": -10 * 365 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newFixture(t)
			l.deployIris()
			config := fields{"service_id": irisID, "key_type": "Primary", "rotate_after": "24h"}
			key := l.Apply(keyResource, object{}, config)
			// Two machines take turns, one of them with a wrong clock.
			for turn := range 6 {
				now := noon.Add(time.Duration(turn+1) * time.Minute)
				if turn%2 == 0 {
					now = now.Add(skew)
				}
				l.clock.Set(now)
				refreshed := l.Refresh(keyResource, key)
				// A machine says so if its clock is behind that of the machine that rotated.
				ahead := parseTime(t, key.State["rotated_at"]).Sub(now) > 24*time.Hour
				if warned := len(refreshed.Warnings) == 1 && strings.Contains(refreshed.Warnings[0], "clock that is ahead"); warned != ahead {
					t.Errorf("turn %d: rotated in the future: %t, warnings: %v", turn, ahead, refreshed.Warnings)
				}
				key = l.Apply(keyResource, refreshed, config)
				l.unchanged(keyResource, l.Refresh(keyResource, key), config)
			}
			if got := l.emulator.Count("RegenerateKeys"); got > 2 {
				t.Errorf("%d regenerate calls in six runs, want the first and one more at most", got)
			}
		})
	}
}

func TestScheduleOfAnExistingKey(t *testing.T) {
	t.Parallel()
	l := newFixture(t)
	l.deployIris()
	config := fields{"service_id": irisID, "key_type": "Primary"}
	key := l.Apply(keyResource, object{}, config)
	l.clock.Set(noon.Add(100 * time.Hour))

	// An age that has passed already does not rotate with the apply that sets it …
	key = l.Refresh(keyResource, key)
	aged := with(config, fields{"rotate_after": "24h"})
	if plan := l.Plan(keyResource, key, aged); len(plan.Replace) > 0 || plan.State["next_rotation_at"] != "2026-03-02T12:00:00Z" {
		t.Fatalf("replaced because of %v, next at %v", plan.Replace, plan.State["next_rotation_at"])
	}
	key = l.Apply(keyResource, key, aged)
	// … but with the next one.
	key = l.Refresh(keyResource, key)
	if plan := l.Plan(keyResource, key, aged); !slices.Equal(plan.Replace, []string{"next_rotation_at"}) {
		t.Fatalf("replaced because of %v", plan.Replace)
	}
	// Unless the age is given up, or made longer.
	l.Apply(keyResource, key, config)
	longer := l.Apply(keyResource, key, with(config, fields{"rotate_after": "200h"}))
	l.unchanged(keyResource, l.Refresh(keyResource, longer), with(config, fields{"rotate_after": "200h"}))

	// The schedule of an imported key starts with the apply that sets it.
	imported := l.Import(keyResource, irisID+"/keys/Primary")
	l.unchanged(keyResource, imported, with(config, fields{"store_key": false}))
	scheduled := l.Apply(keyResource, imported, aged)
	if scheduled.State["rotated_at"] != nil || scheduled.State["next_rotation_at"] != "2026-03-06T16:00:00Z" {
		t.Errorf("rotated at %v, next at %v", scheduled.State["rotated_at"], scheduled.State["next_rotation_at"])
	}
	if got := l.emulator.Count("RegenerateKeys"); got != 1 {
		t.Errorf("%d regenerate calls, want 1", got)
	}
}

func TestRotationIsDue(t *testing.T) {
	t.Parallel()
	l := newFixture(t)
	l.deployIris()
	config := fields{"service_id": irisID, "rotate_after": "24h", "store_key": false}
	made := l.Apply(rotationResource, object{}, config)
	if made.State["active_key"] != nil || made.State["active_key_type"] != "Secondary" {
		t.Fatalf("active %v", made.State["active_key_type"])
	}
	l.unchanged(rotationResource, l.Refresh(rotationResource, made), config)
	l.clock.Set(noon.Add(25 * time.Hour))
	old := l.Refresh(rotationResource, made)
	plan := l.Plan(rotationResource, old, config)
	if len(plan.Replace) > 0 || plan.State["active_key_type"] != "Primary" || plan.State["rotated_at"] != (unknown{}) {
		t.Fatalf("the plan: replaced because of %v, %v", plan.Replace, plan.State)
	}
	rotated := l.Apply(rotationResource, old, config)
	if rotated.State["active_key_fingerprint"] == made.State["active_key_fingerprint"] {
		t.Error("not rotated")
	}
	l.unchanged(rotationResource, l.Refresh(rotationResource, rotated), config)
	if got := l.emulator.Count("RegenerateKeys"); got != 2 {
		t.Errorf("%d regenerate calls, want 2", got)
	}
}

// A state that the first version has written plans empty, before and after a refresh.
func TestStateOfTheFirstVersion(t *testing.T) {
	t.Parallel()
	stored, err := os.ReadFile("testdata/service_key_first_version.json")
	if err != nil {
		t.Fatal(err)
	}
	l := newFixture(t)
	compute, replicas := emulator.DefaultCompute, int64(1)
	l.deploy(azureml.CreateServiceRequest{ServiceSpec: azureml.ServiceSpec{Name: "aks-plain", ComputeType: azureml.ComputeAKS, ComputeName: &compute, NumReplicas: &replicas}})
	config := fields{
		"service_id": workspaceID + "/services/aks-plain", "key_type": "Secondary",
		"triggers": fields{"quarter": "2026-1"}, "timeouts": fields{"create": "25m", "read": "2m"},
	}
	old := l.Upgrade(keyResource, 0, stored)
	key, _ := old.State["key"].(string)
	if err := l.emulator.SetKeys(workspaceID, "aks-plain", "", key); key == "" || err != nil {
		t.Fatalf("the state has a key: %t, %v", key != "", err)
	}
	l.unchanged(keyResource, old, config)
	refreshed := l.Refresh(keyResource, old)
	if len(refreshed.Warnings) > 0 || refreshed.State["key_fingerprint"] == nil {
		t.Errorf("warnings %v, fingerprint %v", refreshed.Warnings, refreshed.State["key_fingerprint"])
	}
	l.unchanged(keyResource, refreshed, config)
}
