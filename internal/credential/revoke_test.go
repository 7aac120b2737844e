// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

// revoking is a rotation that revokes the previous key after two days.
var revoking = fields{"service_id": irisID, "revoke_previous_after": "48h"}

// rotated returns a rotation that made the Secondary key at noon, in a new run of
// Terraform at this age.
func (l *live) rotated(config fields, age time.Duration) object {
	l.T.Helper()
	made := l.Apply(rotationResource, object{}, config)
	l.wantRegenerated("Secondary")
	l.restart(l.T.(*testing.T))
	l.clock.Set(noon.Add(age))
	return made
}

// The previous key is revoked by the first apply that is planned after
// revoke_previous_after, once, as an update that the plan announces.
func TestPreviousKeyIsRevoked(t *testing.T) {
	inMemory(t, "once", func(t *testing.T, l *live) {
		made := l.rotated(revoking, 48*time.Hour-time.Second)
		young := l.Refresh(rotationResource, made)
		l.unchanged(rotationResource, young, revoking)

		l.clock.Set(noon.Add(48 * time.Hour))
		l.unchanged(rotationResource, young, revoking) // the refresh decides, not the clock of the plan
		old := l.Refresh(rotationResource, young)
		plan := l.Plan(rotationResource, old, revoking)
		if len(plan.Replace) > 0 || plan.State["previous_revoked_at"] != (unknown{}) {
			t.Errorf("replaced because of %v, revoked at %v", plan.Replace, plan.State["previous_revoked_at"])
		}
		for name, value := range old.State {
			if name != "previous_revoked_at" && plan.State[name] != value {
				t.Errorf("the plan changes %s", name)
			}
		}
		if len(plan.Warnings) != 1 || !strings.Contains(plan.Warnings[0], "The Primary key is revoked") || !strings.Contains(plan.Warnings[0], "2026-03-01T12:00:00Z") {
			t.Errorf("warnings: %v", plan.Warnings)
		}
		done := l.Apply(rotationResource, old, revoking)
		l.wantRegenerated("Primary")
		if done.State["previous_revoked_at"] != "2026-03-03T12:00:00Z" || done.State["rotated_at"] != "2026-03-01T12:00:00Z" {
			t.Errorf("revoked at %v, rotated at %v", done.State["previous_revoked_at"], done.State["rotated_at"])
		}
		l.wantKey(done.State["active_key"], "Secondary")

		l.restart(t)
		l.clock.Set(noon.Add(100 * time.Hour))
		l.unchanged(rotationResource, done, revoking) // a plan without a refresh
		again := l.Refresh(rotationResource, done)
		if again.State["previous_revoked_at"] != done.State["previous_revoked_at"] {
			t.Errorf("after a refresh, revoked at %v", again.State["previous_revoked_at"])
		}
		l.unchanged(rotationResource, again, revoking)
		l.wantRegenerated("")

		// The next rotation begins again.
		next := l.Apply(rotationResource, again, with(revoking, fields{"triggers": fields{"a": "1"}}))
		next = l.Apply(rotationResource, next, with(revoking, fields{"triggers": fields{"a": "2"}}))
		l.wantRegenerated("Primary")
		if next.State["previous_revoked_at"] != nil {
			t.Errorf("after a rotation, revoked at %v", next.State["previous_revoked_at"])
		}
		l.restart(t)
		l.clock.Set(noon.Add(148 * time.Hour))
		l.Apply(rotationResource, l.Refresh(rotationResource, next), with(revoking, fields{"triggers": fields{"a": "2"}}))
		l.wantRegenerated("Secondary")
	})
	for name, more := range map[string]fields{"by age": {"rotate_after": "24h"}, "by a trigger": {"triggers": fields{"a": "1"}}} {
		inMemory(t, "not with a rotation "+name, func(t *testing.T, l *live) {
			config := with(revoking, more)
			old := l.Refresh(rotationResource, l.rotated(config, 50*time.Hour))
			if more["triggers"] != nil {
				config = with(config, fields{"triggers": fields{"a": "2"}})
			}
			if plan := l.Plan(rotationResource, old, config); len(plan.Warnings) > 0 || plan.State["active_key_type"] != "Primary" {
				t.Errorf("warnings %v, active %v", plan.Warnings, plan.State["active_key_type"])
			}
			done := l.Apply(rotationResource, old, config)
			l.wantRegenerated("Primary")
			l.wantKey(done.State["active_key"], "Primary")
			l.restart(t)
			l.unchanged(rotationResource, l.Refresh(rotationResource, done), config)
		})
	}
	for name, config := range map[string]fields{
		"no longer": {"revoke_previous_after": nil}, "later": {"revoke_previous_after": "72h"}, "not known, then later": {"revoke_previous_after": unknown{}},
	} {
		inMemory(t, "changed to "+name, func(t *testing.T, l *live) {
			old := l.Refresh(rotationResource, l.rotated(revoking, 50*time.Hour))
			plan := l.Plan(rotationResource, old, with(revoking, config))
			_, open := config["revoke_previous_after"].(unknown)
			if len(plan.Warnings) > 0 || (plan.State["previous_revoked_at"] == any(unknown{})) != open {
				t.Errorf("warnings %v, revoked at %v", plan.Warnings, plan.State["previous_revoked_at"])
			}
			if !open {
				l.Apply(rotationResource, old, with(revoking, config))
			}
			l.wantRegenerated("")
		})
	}
	inMemory(t, "not of an imported rotation", func(t *testing.T, l *live) {
		config := with(revoking, fields{"store_key": false})
		made := l.Apply(rotationResource, l.Import(rotationResource, irisID+"/keys/Primary"), config)
		l.restart(t)
		l.clock.Set(noon.Add(500 * time.Hour))
		l.unchanged(rotationResource, l.Refresh(rotationResource, made), config)
		l.wantRegenerated("")
	})
	inMemory(t, "set on an old rotation", func(t *testing.T, l *live) {
		old := l.Refresh(rotationResource, l.rotated(fields{"service_id": irisID}, 50*time.Hour))
		old = l.Apply(rotationResource, old, revoking)
		l.wantRegenerated("")
		l.restart(t)
		l.Apply(rotationResource, l.Refresh(rotationResource, old), revoking)
		l.wantRegenerated("Primary")
	})
}

// A previous key that somebody else has regenerated since the rotation is revoked already.
func TestPreviousKeyIsRevokedBySomebodyElse(t *testing.T) {
	inMemory(t, "the previous key", func(t *testing.T, l *live) {
		made := l.rotated(revoking, 50*time.Hour)
		l.workspace.Rotate("iris", "Primary")
		found := l.Refresh(rotationResource, made)
		if found.State["previous_revoked_at"] != "2026-03-03T14:00:00Z" || len(found.Warnings) > 0 {
			t.Errorf("revoked at %v, warnings %v", found.State["previous_revoked_at"], found.Warnings)
		}
		l.unchanged(rotationResource, found, revoking)
		l.wantRegenerated("")
	})
	inMemory(t, "the active key", func(_ *testing.T, l *live) {
		made := l.rotated(revoking, 50*time.Hour)
		l.workspace.Rotate("iris", "Secondary")
		done := l.Apply(rotationResource, l.Refresh(rotationResource, made), revoking)
		l.wantRegenerated("Primary")
		l.wantKey(done.State["active_key"], "Secondary")
	})
}

// accepted answers the next regenerate as Azure accepts it, and carries it out or not.
// Nobody can read the keys of it, for as long as blind is true.
func (l *live) accepted(blind *bool, carriedOut bool) {
	l.workspace.Answer(http.MethodPost, "/regenerateKeys", 1, func(rw http.ResponseWriter, r *http.Request) {
		*blind = true
		if carriedOut {
			l.workspace.Serve(rw, r)
			return
		}
		rw.Header().Set("Operation-Location", workspacetest.URL+"/old/operations/none")
		rw.WriteHeader(http.StatusAccepted)
	})
	refuse := workspacetest.Refuse(http.StatusForbidden, "Forbidden", "no")
	for method, suffix := range map[string]string{http.MethodPost: "/listkeys", http.MethodGet: "/operations/none"} {
		l.workspace.Answer(method, suffix, -1, func(rw http.ResponseWriter, r *http.Request) {
			if *blind {
				refuse(rw, r)
				return
			}
			l.workspace.Serve(rw, r)
		})
	}
}

// A revocation with an unknown outcome keeps the active key, and is finished once.
func TestRevocationWithUnknownOutcome(t *testing.T) {
	for name, tc := range map[string]struct {
		carriedOut bool
		rotates    bool // the next plan
		want       string
	}{
		"carried out":                     {true, false, ""},
		"not carried out":                 {false, false, "Primary"},
		"carried out, then a rotation":    {true, true, ""},
		"not carried out, and a rotation": {false, true, "Primary"},
	} {
		inMemory(t, name, func(t *testing.T, l *live) {
			config := with(revoking, fields{"triggers": fields{"a": "1"}})
			old := l.Refresh(rotationResource, l.rotated(config, 50*time.Hour))
			blind := false
			l.accepted(&blind, tc.carriedOut)
			open, diags := l.TryApply(t.Context(), rotationResource, old, config, l.Plan(rotationResource, old, config))
			if said := strings.Join(protocoltest.Texts(diags), "\n"); !strings.Contains(said, "The next apply looks for the new key first") {
				t.Errorf("the error: %s", said)
			}
			for name, value := range old.State {
				if name != "triggers" && open.State[name] != value {
					t.Errorf("%s changed to %v", name, open.State[name])
				}
			}
			l.wantRegenerated("Primary")
			blind = false
			l.restart(t)
			if tc.rotates {
				config = with(config, fields{"triggers": fields{"a": "2"}})
			} else {
				open = l.Refresh(rotationResource, open)
			}
			done := l.Apply(rotationResource, open, config)
			l.wantRegenerated(tc.want)
			if tc.rotates {
				l.wantKey(done.State["active_key"], "Primary")
			} else if l.wantKey(done.State["active_key"], "Secondary"); done.State["previous_revoked_at"] != "2026-03-03T14:00:00Z" {
				t.Errorf("revoked at %v", done.State["previous_revoked_at"])
			}
			done = l.Refresh(rotationResource, done)
			l.unchanged(rotationResource, done, config)
			l.wantRegenerated("")
			// The next rotation does not take the key of the revocation for its own.
			l.restart(t)
			next := l.Apply(rotationResource, done, with(config, fields{"triggers": fields{"a": "3"}}))
			l.wantKey(next.State["active_key"], next.State["active_key_type"].(string))
			if got := len(strings.Fields(l.regenerated())); got != 1 {
				t.Errorf("the next rotation made %d regenerate calls", got)
			}
		})
	}
}

// A schedule that is added in the same apply as a revocation counts, whatever comes
// of the revocation.
func TestRevocationWithUnknownOutcomeKeepsTheSchedule(t *testing.T) {
	inMemory(t, "rotate_after is added", func(t *testing.T, l *live) {
		old := l.Refresh(rotationResource, l.rotated(revoking, 50*time.Hour))
		config := with(revoking, fields{"rotate_after": "2160h"})
		blind := false
		l.accepted(&blind, true)
		open, _ := l.TryApply(t.Context(), rotationResource, old, config, l.Plan(rotationResource, old, config))
		blind = false
		l.restart(t)
		done := l.Refresh(rotationResource, l.Apply(rotationResource, l.Refresh(rotationResource, open), config))
		if done.State["next_rotation_at"] == nil {
			t.Error("it never rotates")
		}
		l.unchanged(rotationResource, done, config)
	})
}

// A rotation with an unknown outcome is finished, and is not taken for a revocation.
func TestPendingRotationIsNoRevocation(t *testing.T) {
	inMemory(t, "the previous key was due", func(t *testing.T, l *live) {
		config := with(revoking, fields{"triggers": fields{"a": "1"}})
		old := l.Refresh(rotationResource, l.rotated(config, 50*time.Hour))
		config = with(config, fields{"triggers": fields{"a": "2"}})
		blind := false
		l.accepted(&blind, true)
		open, _ := l.TryApply(t.Context(), rotationResource, old, config, l.Plan(rotationResource, old, config))
		l.wantRegenerated("Primary")
		if open.State["active_key_type"] != "Secondary" || open.State["active_key"] != old.State["active_key"] {
			t.Errorf("the active slot is %v", open.State["active_key_type"])
		}
		blind = false
		l.restart(t)
		open = l.Refresh(rotationResource, open)
		if open.State["previous_revoked_at"] != nil {
			t.Errorf("revoked at %v", open.State["previous_revoked_at"])
		}
		done := l.Apply(rotationResource, open, config)
		l.wantKey(done.State["active_key"], "Primary")
		l.wantRegenerated("")
	})
}

// The age of a key grows with the clock, and changes nothing else.
func TestKeyAge(t *testing.T) {
	for typeName, config := range map[string]fields{keyResource: {"service_id": irisID, "key_type": "Primary"}, rotationResource: {"service_id": irisID}} {
		inMemory(t, typeName, func(t *testing.T, l *live) {
			made := l.Apply(typeName, object{}, config)
			for age, want := range map[time.Duration]int{-30 * time.Hour: 0, 0: 0, 24*time.Hour - time.Second: 0, 24 * time.Hour: 1, 91 * 24 * time.Hour: 91} {
				l.restart(t)
				l.clock.Set(noon.Add(age))
				found := l.Refresh(typeName, made)
				if found.State["key_age_days"] != want {
					t.Errorf("after %s: %v days", age, found.State["key_age_days"])
				}
				if string(found.Private) != string(made.Private) {
					t.Errorf("after %s the private state has changed", age)
				}
				l.clock.Set(noon.Add(age + 24*time.Hour)) // the apply is later
				l.unchanged(typeName, found, config)
				kept := l.Apply(typeName, found, with(config, fields{"store_key": false}))
				if kept.State["key_age_days"] != want {
					t.Errorf("after %s an update changes the age to %v", age, kept.State["key_age_days"])
				}
				if plan := l.Plan(typeName, found, with(config, fields{"triggers": fields{"a": unknown{}}})); plan.State["key_age_days"] != want {
					t.Errorf("adding triggers plans the age %v", plan.State["key_age_days"])
				}
			}
			imported := l.Import(typeName, irisID+"/keys/Primary")
			if imported.State["key_age_days"] != nil {
				t.Errorf("the age of an imported key: %v", imported.State["key_age_days"])
			}
		})
	}
}
