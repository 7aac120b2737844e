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

const rotationResource = "mlws_service_key_rotation"

// unchanged asserts that a plan neither replaces nor changes anything.
func (l *lab) unchanged(typeName string, at object, config fields) {
	l.T.Helper()
	plan := l.plan(typeName, at.state, config, at.private)
	if len(plan.replace) > 0 {
		l.T.Fatalf("replaced because of %v", plan.replace)
	}
	for name, value := range plan.state {
		if !reflect.DeepEqual(value, at.state[name]) {
			l.T.Errorf("the plan changes %s", name)
		}
	}
}

func TestKeyIsRotatedWhenItIsTooOld(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.deployIris()
	config := fields{"service_id": irisID, "key_type": "Primary", "rotate_after": "24h"}
	made := l.apply(keyResource, object{}, config)
	if made.state["rotated_at"] != "2026-03-01T12:00:00Z" || made.state["next_rotation_at"] != "2026-03-02T12:00:00Z" {
		t.Fatalf("rotated at %v, next at %v", made.state["rotated_at"], made.state["next_rotation_at"])
	}
	l.clock.set(noon.Add(24*time.Hour - time.Second))
	young := l.refresh(keyResource, made)
	if !bytes.Equal(young.private, made.private) {
		t.Error("a refresh that found nothing changed the private state")
	}
	l.unchanged(keyResource, young, config)

	l.clock.set(noon.Add(24 * time.Hour))
	// The plan depends on what the refresh found, and not on the clock: it is
	// made again in the apply, perhaps much later.
	l.unchanged(keyResource, young, config)
	old := l.refresh(keyResource, young)
	if plan := l.plan(keyResource, old.state, config, old.private); !slices.Equal(plan.replace, []string{"next_rotation_at"}) {
		t.Fatalf("replaced because of %v", plan.replace)
	}
	again := l.apply(keyResource, old, config)
	if again.state["key"] == made.state["key"] || again.state["rotated_at"] != "2026-03-02T12:00:00Z" {
		t.Errorf("not rotated: %v", again.state["rotated_at"])
	}
	l.unchanged(keyResource, l.refresh(keyResource, again), config)
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
			l := newLab(t)
			l.deployIris()
			config := fields{"service_id": irisID, "key_type": "Primary", "rotate_after": "24h"}
			key := l.apply(keyResource, object{}, config)
			// Two machines take turns, one of them with a wrong clock.
			for turn := range 6 {
				now := noon.Add(time.Duration(turn+1) * time.Minute)
				if turn%2 == 0 {
					now = now.Add(skew)
				}
				l.clock.set(now)
				refreshed := l.refresh(keyResource, key)
				// A machine whose clock is behind the one that rotated says so.
				ahead := parseTime(t, key.state["rotated_at"]).Sub(now) > 24*time.Hour
				if warned := len(refreshed.warnings) == 1 && strings.Contains(refreshed.warnings[0], "clock that is ahead"); warned != ahead {
					t.Errorf("turn %d: rotated in the future: %t, warnings: %v", turn, ahead, refreshed.warnings)
				}
				key = l.apply(keyResource, refreshed, config)
				l.unchanged(keyResource, l.refresh(keyResource, key), config)
			}
			if got := l.emulator.Count("RegenerateKeys"); got > 2 {
				t.Errorf("%d regenerate calls in six runs, want the first and one more at most", got)
			}
		})
	}
}

func TestScheduleOfAnExistingKey(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.deployIris()
	config := fields{"service_id": irisID, "key_type": "Primary"}
	key := l.apply(keyResource, object{}, config)
	l.clock.set(noon.Add(100 * time.Hour))

	// An age that is over already does not rotate with the apply that sets it …
	key = l.refresh(keyResource, key)
	aged := with(config, fields{"rotate_after": "24h"})
	if plan := l.plan(keyResource, key.state, aged, key.private); len(plan.replace) > 0 || plan.state["next_rotation_at"] != "2026-03-02T12:00:00Z" {
		t.Fatalf("replaced because of %v, next at %v", plan.replace, plan.state["next_rotation_at"])
	}
	key = l.apply(keyResource, key, aged)
	// … but with the next one.
	key = l.refresh(keyResource, key)
	if plan := l.plan(keyResource, key.state, aged, key.private); !slices.Equal(plan.replace, []string{"next_rotation_at"}) {
		t.Fatalf("replaced because of %v", plan.replace)
	}
	// Unless the age is given up, or made longer.
	l.apply(keyResource, key, config)
	longer := l.apply(keyResource, key, with(config, fields{"rotate_after": "200h"}))
	l.unchanged(keyResource, l.refresh(keyResource, longer), with(config, fields{"rotate_after": "200h"}))

	// The schedule of an imported key starts with the apply that sets it.
	imported := l.importKey(keyResource, irisID+"/keys/Primary")
	l.unchanged(keyResource, imported, with(config, fields{"store_key": false}))
	scheduled := l.apply(keyResource, imported, aged)
	if scheduled.state["rotated_at"] != nil || scheduled.state["next_rotation_at"] != "2026-03-06T16:00:00Z" {
		t.Errorf("rotated at %v, next at %v", scheduled.state["rotated_at"], scheduled.state["next_rotation_at"])
	}
	if got := l.emulator.Count("RegenerateKeys"); got != 1 {
		t.Errorf("%d regenerate calls, want 1", got)
	}
}

func TestRotationIsDue(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.deployIris()
	config := fields{"service_id": irisID, "rotate_after": "24h", "store_key": false}
	made := l.apply(rotationResource, object{}, config)
	if made.state["active_key"] != nil || made.state["active_key_type"] != "Secondary" {
		t.Fatalf("active %v", made.state["active_key_type"])
	}
	l.unchanged(rotationResource, l.refresh(rotationResource, made), config)
	l.clock.set(noon.Add(25 * time.Hour))
	old := l.refresh(rotationResource, made)
	plan := l.plan(rotationResource, old.state, config, old.private)
	if len(plan.replace) > 0 || plan.state["active_key_type"] != "Primary" || plan.state["rotated_at"] != (unknown{}) {
		t.Fatalf("the plan: replaced because of %v, %v", plan.replace, plan.state)
	}
	rotated := l.apply(rotationResource, old, config)
	if rotated.state["active_key_fingerprint"] == made.state["active_key_fingerprint"] {
		t.Error("not rotated")
	}
	l.unchanged(rotationResource, l.refresh(rotationResource, rotated), config)
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
	l := newLab(t)
	compute, replicas := emulator.DefaultCompute, int64(1)
	l.deploy(azureml.CreateServiceRequest{ServiceSpec: azureml.ServiceSpec{Name: "aks-plain", ComputeType: azureml.ComputeAKS, ComputeName: &compute, NumReplicas: &replicas}})
	config := fields{
		"service_id": workspaceID + "/services/aks-plain", "key_type": "Secondary",
		"triggers": fields{"quarter": "2026-1"}, "timeouts": fields{"create": "25m", "read": "2m"},
	}
	old := l.upgrade(keyResource, 0, stored)
	key, _ := old.state["key"].(string)
	if err := l.emulator.SetKeys(workspaceID, "aks-plain", "", key); key == "" || err != nil {
		t.Fatalf("the state has a key: %t, %v", key != "", err)
	}
	l.unchanged(keyResource, old, config)
	refreshed := l.refresh(keyResource, old)
	if len(refreshed.warnings) > 0 || refreshed.state["key_fingerprint"] == nil {
		t.Errorf("warnings %v, fingerprint %v", refreshed.warnings, refreshed.state["key_fingerprint"])
	}
	l.unchanged(keyResource, refreshed, config)
}
