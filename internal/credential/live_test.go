// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

// live is the objects of this package on a workspace in memory, with a clock of its
// own, and the service iris on ACI with key auth.
type live struct {
	*protocoltest.Server
	workspace *workspacetest.Workspace
	clock     *protocoltest.Clock
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// inMemory runs a subtest in synthetic time.
func inMemory(t *testing.T, name string, test func(t *testing.T, l *live)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l := &live{workspace: workspacetest.New(t), clock: protocoltest.At(noon)}
			l.workspace.AddService("iris", nil)
			l.restart(t)
			test(t, l)
		})
	})
}

// restart begins another run of Terraform: a new process of the provider.
func (l *live) restart(t *testing.T) {
	t.Helper()
	l.Server = serve(t, protocoltest.Data(t, l.workspace, l.clock))
}

// unchanged asserts that a plan neither replaces nor changes anything.
func (l *live) unchanged(typeName string, at object, config fields) {
	l.T.Helper()
	plan := l.Plan(typeName, at, config)
	if len(plan.Replace) > 0 {
		l.T.Errorf("replaced because of %v", plan.Replace)
	}
	if diff := cmp.Diff(at.State, plan.State); diff != "" {
		l.T.Errorf("the plan changes the object (-state +plan):\n%s", diff)
	}
}

// regenerated returns the slots that were regenerated since the calls were forgotten.
func (l *live) regenerated() string {
	var slots []string
	for _, call := range l.workspace.Sent("POST", "/regenerateKeys") {
		slot := "Primary"
		if strings.Contains(call.Body, "Secondary") {
			slot = "Secondary"
		}
		slots = append(slots, slot)
	}
	l.workspace.Forget()
	return strings.Join(slots, " ")
}

// wantRegenerated asserts which slots were regenerated since the last such call.
func (l *live) wantRegenerated(want string) {
	l.T.Helper()
	if got := l.regenerated(); got != want {
		l.T.Errorf("regenerated were %q, want %q", got, want)
	}
}

// wantKey asserts that the key of a state is that of a slot.
func (l *live) wantKey(key any, slot string) {
	l.T.Helper()
	primary, secondary := l.workspace.Keys("iris")
	want := primary
	if slot == "Secondary" {
		want = secondary
	}
	if key != want {
		l.T.Errorf("the key in the state is not the %s one", slot)
	}
}

// A key is regenerated once when it is created, and never by a refresh, a plan, an
// update or a destroy that keeps it.
func TestKeyIsRegeneratedOnce(t *testing.T) {
	inMemory(t, "a key", func(t *testing.T, l *live) {
		config := fields{"service_id": irisID, "key_type": "Secondary"}
		key := l.Apply(keyResource, object{}, config)
		l.wantRegenerated("Secondary")
		l.wantKey(key.State["key"], "Secondary")
		if key.State["rotated_at"] != "2026-03-01T12:00:00Z" || key.State["next_rotation_at"] != nil || key.State["id"] != irisID+"/keys/Secondary" {
			t.Errorf("the state: %v", key.State)
		}
		l.restart(t)
		key = l.Refresh(keyResource, key)
		l.unchanged(keyResource, key, config)
		key = l.Apply(keyResource, key, with(config, fields{"verify": true, "on_destroy": "keep"}))
		l.Destroy(keyResource, key)
		l.wantRegenerated("")
	})
	inMemory(t, "a chosen key", func(t *testing.T, l *live) {
		config := fields{"service_id": irisID, "key_type": "Primary", "key_value_wo": "chosen-1", "key_value_wo_version": 1}
		key := l.Apply(keyResource, object{}, config)
		if key.State["key"] != "chosen-1" || key.State["key_value_wo"] != nil {
			t.Error("the key is not the chosen one, or the write-only value is in the state")
		}
		l.wantRegenerated("Primary")
		l.restart(t)
		again := l.Plan(keyResource, object{}, config)
		made, diags := l.TryApply(t.Context(), keyResource, object{}, config, again)
		if texts := protocoltest.Texts(diags); len(texts) != 1 || !strings.Contains(texts[0], "is the Primary key of service") {
			t.Errorf("a value that is the key already: %v", texts)
		}
		l.wantKey(made.State["key"], "Primary")
		l.wantRegenerated("")
	})
}

// A key that on_destroy makes useless is regenerated, but not if somebody else has
// rotated it: the key of its new owner must go on working.
func TestDestroyRegeneratesOnlyItsOwnKey(t *testing.T) {
	config := fields{"service_id": irisID, "key_type": "Primary", "on_destroy": "regenerate"}
	for _, store := range []bool{true, false} {
		config := with(config, fields{"store_key": store})
		for name, tc := range map[string]struct {
			event func(l *live)
			want  string
		}{
			"its own key":              {func(*live) {}, "Primary"},
			"the key of somebody else": {func(l *live) { l.workspace.Rotate("iris", "Primary") }, ""},
			"the other slot rotated":   {func(l *live) { l.workspace.Rotate("iris", "Secondary") }, "Primary"},
			"key auth is off":          {func(l *live) { l.workspace.EditService("iris", workspacetest.Object{"authEnabled": false}) }, ""},
			"the service is gone":      {func(l *live) { l.workspace.RemoveService("iris") }, ""},
		} {
			inMemory(t, name, func(t *testing.T, l *live) {
				key := l.Apply(keyResource, object{}, config)
				l.restart(t)
				tc.event(l)
				l.workspace.Forget()
				l.Destroy(keyResource, key)
				l.wantRegenerated(tc.want)
			})
		}
	}
}

// A replacement of a key that on_destroy makes useless takes the key of that
// regenerate, unless somebody else has rotated the slot in between.
func TestReplacementTakesTheKeyOfItsDestroy(t *testing.T) {
	before := fields{"service_id": irisID, "key_type": "Primary", "on_destroy": "regenerate", "triggers": fields{"a": "1"}}
	after := with(before, fields{"triggers": fields{"a": "2"}})
	replace := func(l *live, between func()) object {
		l.T.Helper()
		key := l.Apply(keyResource, object{}, before)
		l.restart(l.T.(*testing.T))
		l.workspace.Forget()
		if plan := l.Plan(keyResource, key, after); !slices.Equal(plan.Replace, []string{"triggers"}) {
			l.T.Fatalf("replaced because of %v", plan.Replace)
		}
		l.Destroy(keyResource, key)
		between()
		return l.Apply(keyResource, object{}, after)
	}
	inMemory(t, "nobody is in between", func(_ *testing.T, l *live) {
		key := replace(l, func() {})
		l.wantKey(key.State["key"], "Primary")
		l.wantRegenerated("Primary")
	})
	inMemory(t, "somebody rotates it in between", func(_ *testing.T, l *live) {
		key := replace(l, func() { l.workspace.Rotate("iris", "Primary") })
		l.wantKey(key.State["key"], "Primary")
		l.wantRegenerated("Primary Primary")
	})
	inMemory(t, "somebody rotates the other slot in between", func(_ *testing.T, l *live) {
		key := replace(l, func() { l.workspace.Rotate("iris", "Secondary") })
		l.wantKey(key.State["key"], "Primary")
		l.wantRegenerated("Primary")
	})
}

// The schedule of a key of unknown age begins with the apply that sets it, and stays.
func TestScheduleOfAnImportedKey(t *testing.T) {
	config := fields{"service_id": irisID, "key_type": "Primary", "store_key": false, "rotate_after": "24h"}
	inMemory(t, "key", func(t *testing.T, l *live) {
		imported := l.Import(keyResource, irisID+"/keys/Primary")
		if imported.State["key"] != nil || imported.State["key_fingerprint"] == nil {
			t.Errorf("an import puts no key into the state: %v", imported.State["key_fingerprint"])
		}
		key := l.Apply(keyResource, imported, config)
		if key.State["rotated_at"] != nil || key.State["next_rotation_at"] != "2026-03-02T12:00:00Z" {
			t.Fatalf("rotated at %v, next at %v", key.State["rotated_at"], key.State["next_rotation_at"])
		}
		for _, age := range []time.Duration{time.Hour, 12 * time.Hour, 23 * time.Hour} {
			l.restart(t)
			l.clock.Set(noon.Add(age))
			key = l.Refresh(keyResource, key)
			l.unchanged(keyResource, key, config)
		}
		l.wantRegenerated("")
		l.clock.Set(noon.Add(24 * time.Hour))
		key = l.Refresh(keyResource, key)
		if plan := l.Plan(keyResource, key, config); !slices.Equal(plan.Replace, []string{"next_rotation_at"}) {
			t.Errorf("a key that is due is replaced because of %v", plan.Replace)
		}
	})
	inMemory(t, "rotation", func(t *testing.T, l *live) {
		config := fields{"service_id": irisID, "rotate_after": "24h"}
		rotation := l.Apply(rotationResource, l.Import(rotationResource, irisID+"/keys/Primary"), config)
		if rotation.State["next_rotation_at"] != "2026-03-02T12:00:00Z" || rotation.State["active_key_type"] != "Primary" {
			t.Fatalf("the state: next at %v, active %v", rotation.State["next_rotation_at"], rotation.State["active_key_type"])
		}
		l.restart(t)
		l.clock.Set(noon.Add(12 * time.Hour))
		rotation = l.Refresh(rotationResource, rotation)
		l.unchanged(rotationResource, rotation, config)
		l.wantRegenerated("")
	})
}

// A rotation regenerates the slot that is not in use, and makes it the active one.
func TestRotationAlternates(t *testing.T) {
	inMemory(t, "by triggers, age and somebody else", func(t *testing.T, l *live) {
		config := fields{"service_id": irisID, "rotate_after": "24h", "on_external_rotation": "rotate", "triggers": fields{"a": "1"}}
		rotation := l.Apply(rotationResource, object{}, config)
		l.wantRegenerated("Secondary")
		l.wantKey(rotation.State["active_key"], "Secondary")

		l.restart(t)
		config = with(config, fields{"triggers": fields{"a": "2"}})
		rotation = l.Apply(rotationResource, l.Refresh(rotationResource, rotation), config)
		l.wantRegenerated("Primary")
		l.wantKey(rotation.State["active_key"], "Primary")

		l.restart(t)
		l.clock.Set(noon.Add(25 * time.Hour))
		rotation = l.Apply(rotationResource, l.Refresh(rotationResource, rotation), config)
		l.wantRegenerated("Secondary")
		if rotation.State["next_rotation_at"] != "2026-03-03T13:00:00Z" {
			t.Errorf("next at %v", rotation.State["next_rotation_at"])
		}

		l.restart(t)
		l.workspace.Rotate("iris", "Secondary")
		rotation = l.Refresh(rotationResource, rotation)
		rotation = l.Apply(rotationResource, rotation, config)
		l.wantRegenerated("Primary")
		l.wantKey(rotation.State["active_key"], "Primary")

		l.restart(t)
		rotation = l.Refresh(rotationResource, rotation)
		l.unchanged(rotationResource, rotation, config)
		l.Destroy(rotationResource, rotation)
		l.wantRegenerated("")
	})
	inMemory(t, "a replacement goes on from its predecessor", func(_ *testing.T, l *live) {
		config := fields{"service_id": irisID}
		rotation := l.Apply(rotationResource, object{}, config)
		l.restart(l.T.(*testing.T))
		rotation = l.Refresh(rotationResource, rotation)
		l.Destroy(rotationResource, rotation)
		l.workspace.Forget()
		rotation = l.Apply(rotationResource, object{}, config)
		l.wantRegenerated("Primary")
		l.wantKey(rotation.State["active_key"], "Primary")
	})
	inMemory(t, "the first slot is chosen", func(_ *testing.T, l *live) {
		rotation := l.Apply(rotationResource, object{}, fields{"service_id": irisID, "first_key_type": "Primary"})
		l.wantRegenerated("Primary")
		l.wantKey(rotation.State["active_key"], "Primary")
	})
}

// An import of a key or a rotation of no service names workspace and service.
func TestImportOfNothing(t *testing.T) {
	for name, id := range map[string]string{keyResource: "/keys/Primary", rotationResource: "/keys/Primary"} {
		inMemory(t, name, func(t *testing.T, l *live) {
			_, diags := l.TryImport(name, strings.Replace(irisID, "iris", "nosuch", 1)+id)
			if len(diags) != 1 || diags[0].Summary != "There is nothing to import" || !strings.HasPrefix(diags[0].Detail, `Workspace "ws-demo" has no service named "nosuch".`) {
				t.Errorf("%v", diags)
			}
		})
	}
}
