// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

// A key that somebody else rotated is adopted with one warning, or rotated again.
func TestKeyRotatedBySomebodyElse(t *testing.T) {
	for _, store := range []bool{true, false} {
		for mode, warned := range map[any]int{nil: 1, "adopt": 1, "rotate": 0} {
			inMemory(t, fmt.Sprintf("store_key = %t, %v", store, mode), func(t *testing.T, l *live) {
				config := fields{"service_id": irisID, "key_type": "Primary", "store_key": store, "on_external_rotation": mode}
				key := l.Apply(keyResource, object{}, config)
				l.restart(t)
				l.workspace.Rotate("iris", "Secondary")
				key = l.Refresh(keyResource, key)
				if len(key.Warnings) > 0 {
					t.Errorf("the other slot: %v", key.Warnings)
				}
				l.workspace.Rotate("iris", "Primary")
				l.workspace.Forget()
				found := l.Refresh(keyResource, key)
				if len(found.Warnings) != warned || warned > 0 && !strings.Contains(found.Warnings[0], "outside this configuration") {
					t.Errorf("warnings: %v", found.Warnings)
				}
				if store {
					l.wantKey(found.State["key"], "Primary")
				}
				if found.State["key_fingerprint"] == key.State["key_fingerprint"] {
					t.Error("the fingerprint is that of the old key")
				}
				found = l.Refresh(keyResource, found)
				if len(found.Warnings) > 0 {
					t.Errorf("warned again: %v", found.Warnings)
				}
				if warned > 0 {
					l.unchanged(keyResource, found, config)
					return
				}
				if plan := l.Plan(keyResource, found, config); !slices.Equal(plan.Replace, []string{"key_fingerprint"}) {
					t.Errorf("replaced because of %v", plan.Replace)
				}
				l.Apply(keyResource, found, config)
				l.wantRegenerated("Primary")
			})
		}
	}
}

// A key is in the state as store_key says, and its fingerprint always.
func TestKeyIsStoredOrNot(t *testing.T) {
	config := fields{"service_id": irisID, "key_type": "Primary"}
	inMemory(t, "not stored, then stored, then not", func(t *testing.T, l *live) {
		key := l.Apply(keyResource, object{}, with(config, fields{"store_key": false}))
		if key.State["key"] != nil || key.State["key_fingerprint"] == nil {
			t.Error("the key is stored, or its fingerprint is not")
		}
		l.restart(t)
		key = l.Refresh(keyResource, key)
		key = l.Apply(keyResource, key, config)
		l.wantKey(key.State["key"], "Primary")
		key = l.Apply(keyResource, key, with(config, fields{"store_key": false}))
		if key.State["key"] != nil {
			t.Error("the key is still stored")
		}
		l.wantRegenerated("Primary")
	})
	for name, tc := range map[string]struct {
		event func(l *live)
		says  string
	}{
		"rotated since the plan": {func(l *live) { l.workspace.Rotate("iris", "Primary") }, "The key changed since the plan was made"},
		"key auth is off":        {func(l *live) { l.workspace.EditService("iris", workspacetest.Object{"authEnabled": false}) }, "leave store_key as it was"},
		"refused": {func(l *live) {
			l.workspace.Answer("POST", "/listkeys", -1, workspacetest.Refuse(403, "Forbidden", "no"))
		}, "Could not read the key"},
	} {
		inMemory(t, name, func(t *testing.T, l *live) {
			key := l.Apply(keyResource, object{}, with(config, fields{"store_key": false}))
			plan := l.Plan(keyResource, key, config)
			tc.event(l)
			_, diags := l.TryApply(t.Context(), keyResource, key, config, plan)
			if texts := protocoltest.Texts(diags); len(texts) != 1 || !strings.Contains(texts[0], tc.says) {
				t.Errorf("%v", texts)
			}
		})
	}
}

// A refresh of a key that cannot be read says why, and keeps the state.
func TestRefreshOfAKey(t *testing.T) {
	config := fields{"service_id": irisID, "key_type": "Primary", "rotate_after": "24h"}
	inMemory(t, "key auth is off", func(t *testing.T, l *live) {
		key := l.Apply(keyResource, object{}, config)
		l.workspace.EditService("iris", workspacetest.Object{"authEnabled": false})
		found := l.Refresh(keyResource, key)
		if len(found.Warnings) != 1 || !strings.Contains(found.Warnings[0], "auth_enabled = true") {
			t.Errorf("%v", found.Warnings)
		}
		l.unchanged(keyResource, found, config)
	})
	inMemory(t, "the service is gone", func(t *testing.T, l *live) {
		key := l.Apply(keyResource, object{}, config)
		l.workspace.RemoveService("iris")
		if found := l.Refresh(keyResource, key); found.State != nil {
			t.Error("a key of a service that is gone stays in the state")
		}
		if found := l.Refresh(keyResource, object{State: existingKey()}); found.State != nil { // of the first version
			t.Error("a key without a fingerprint stays in the state")
		}
	})
	inMemory(t, "refused", func(t *testing.T, l *live) {
		key := l.Apply(keyResource, object{}, config)
		l.workspace.Answer("POST", "/listkeys", -1, workspacetest.Refuse(403, "Forbidden", "no"))
		if _, diags := l.TryRefresh(keyResource, key); len(diags) != 1 || diags[0].Summary != "Could not read the key" {
			t.Errorf("%v", protocoltest.Texts(diags))
		}
	})
	for skew, warned := range map[time.Duration]bool{9 * time.Minute: false, 11 * time.Minute: true} {
		inMemory(t, "rotated in the future, by "+skew.String(), func(t *testing.T, l *live) {
			key := l.Apply(keyResource, object{}, config)
			l.clock.Set(noon.Add(-skew))
			found := l.Refresh(keyResource, key)
			if (len(found.Warnings) == 1 && strings.Contains(found.Warnings[0], "clock that is ahead")) != warned {
				t.Errorf("%v", found.Warnings)
			}
			if unscheduled := l.Refresh(keyResource, object{State: with(key.State, fields{"rotate_after": nil, "next_rotation_at": nil}), Private: key.Private}); len(unscheduled.Warnings) > 0 {
				t.Errorf("without a schedule: %v", unscheduled.Warnings)
			}
		})
	}
}

// Nothing is regenerated on a service without key auth, or that is not there.
func TestRegenerateIsRefused(t *testing.T) {
	for typeName, config := range map[string]fields{keyResource: {"service_id": irisID, "key_type": "Primary"}, rotationResource: {"service_id": irisID}} {
		for name, tc := range map[string]struct {
			event func(l *live)
			says  string
		}{
			"key auth is off":     {func(l *live) { l.workspace.EditService("iris", workspacetest.Object{"authEnabled": false}) }, "auth_enabled = true"},
			"the service is gone": {func(l *live) { l.workspace.RemoveService("iris") }, "Could not read the service"},
		} {
			inMemory(t, typeName+", "+name, func(t *testing.T, l *live) {
				tc.event(l)
				made, diags := l.TryApply(t.Context(), typeName, object{}, config, l.Plan(typeName, object{}, config))
				if texts := protocoltest.Texts(diags); made.State != nil || len(texts) != 1 || !strings.Contains(texts[0], tc.says) {
					t.Errorf("in the state: %t, %v", made.State != nil, texts)
				}
				l.wantRegenerated("")
			})
		}
	}
}

// A rotation that a refresh found no longer counts if the configuration answers it in another way.
func TestFindingsThatNoLongerCount(t *testing.T) {
	config := fields{"service_id": irisID, "key_type": "Primary"}
	inMemory(t, "a longer age", func(t *testing.T, l *live) {
		key := l.Apply(keyResource, object{}, with(config, fields{"rotate_after": "24h"}))
		l.restart(t)
		l.clock.Set(noon.Add(25 * time.Hour))
		key = l.Refresh(keyResource, key)
		longer := with(config, fields{"rotate_after": "200h"})
		key = l.Apply(keyResource, key, longer)
		if key.State["next_rotation_at"] != "2026-03-09T20:00:00Z" {
			t.Errorf("next at %v", key.State["next_rotation_at"])
		}
		l.unchanged(keyResource, key, longer)
		l.wantRegenerated("Primary")
	})
	inMemory(t, "no rotation of what somebody else rotated", func(_ *testing.T, l *live) {
		key := l.Apply(keyResource, object{}, with(config, fields{"on_external_rotation": "rotate"}))
		l.restart(l.T.(*testing.T))
		l.workspace.Rotate("iris", "Primary")
		key = l.Refresh(keyResource, key)
		key = l.Apply(keyResource, key, config)
		l.unchanged(keyResource, key, config)
		l.wantRegenerated("Primary")
	})
	inMemory(t, "a chosen key that is no longer configured", func(t *testing.T, l *live) {
		secondary := with(config, fields{"key_type": "Secondary", "triggers": fields{"a": "1"}})
		other := l.Apply(keyResource, object{}, secondary)
		key := l.Apply(keyResource, object{}, with(config, fields{"key_value_wo": "chosen", "key_value_wo_version": 1}))
		l.restart(t)
		l.Plan(keyResource, other, with(secondary, fields{"triggers": fields{"a": "2"}}))
		if plan := l.Plan(keyResource, key, config); len(plan.Replace) > 0 || len(plan.Warnings) > 0 || plan.State["key"] != "chosen" {
			t.Errorf("replaced because of %v, %v", plan.Replace, plan.Warnings)
		}
		if plan := l.Plan(keyResource, key, with(config, fields{"key_value_wo": "chosen-2", "key_value_wo_version": 2})); !slices.Equal(plan.Replace, []string{"key_value_wo_version"}) || len(plan.Warnings) != 1 {
			t.Errorf("another version: replaced because of %v, %v", plan.Replace, plan.Warnings)
		}
	})
}
