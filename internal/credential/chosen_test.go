// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

// chosen is a key with a chosen value and no version.
func chosen(value any) fields {
	return fields{"service_id": irisID, "key_type": "Primary", "key_value_wo": value}
}

// primaryIs asserts that the Primary key has this value.
func (l *live) primaryIs(want string) {
	l.T.Helper()
	if primary, _ := l.workspace.Keys("iris"); primary != want {
		l.T.Errorf("the Primary key is not %s", want)
	}
}

// warned returns whether one of the warnings has this text.
func warned(warnings []string, text string) bool {
	return slices.ContainsFunc(warnings, func(warning string) bool { return strings.Contains(warning, text) })
}

const derivedWarning, importedWarning = "sent without key_value_wo_version", "An imported key is set"

// A chosen value without a version is sent when it changes, once and in place.
func TestChosenValueWithoutVersion(t *testing.T) {
	for _, store := range []bool{true, false} {
		inMemory(t, "changed", func(t *testing.T, l *live) {
			config := func(value any) fields { return with(chosen(value), fields{"store_key": store}) }
			created := l.Plan(keyResource, object{}, config("one"))
			if !warned(created.Warnings, derivedWarning) {
				t.Errorf("warnings of the create: %v", created.Warnings)
			}
			key := l.Apply(keyResource, object{}, config("one"))
			l.primaryIs("one")
			l.wantRegenerated("Primary")
			if strings.Contains(string(key.Private), "one") {
				t.Error("the value is in private state")
			}
			l.restart(t)
			key = l.Refresh(keyResource, key)
			l.unchanged(keyResource, key, config("one"))

			plan := l.Plan(keyResource, key, config("two"))
			if len(plan.Replace) > 0 || plan.State["key_fingerprint"] != (unknown{}) || plan.State["rotated_at"] != (unknown{}) ||
				plan.State["id"] != key.State["id"] || plan.State["key_value_wo_version"] == key.State["key_value_wo_version"] || !warned(plan.Warnings, derivedWarning) || len(plan.Warnings) > 1 {
				t.Errorf("the plan of another value: replaced because of %v, %v, %v", plan.Replace, plan.State, plan.Warnings)
			}
			if again := l.Plan(keyResource, key, config("two")); again.State["key_value_wo_version"] != plan.State["key_value_wo_version"] {
				t.Error("the plan of the same value differs")
			}
			if other := l.Plan(keyResource, key, config("three")); other.State["key_value_wo_version"] == plan.State["key_value_wo_version"] {
				t.Error("an apply with another value than the plan is not refused")
			}
			key = l.Apply(keyResource, key, config("two"))
			l.primaryIs("two")
			l.wantRegenerated("Primary")
			if (key.State["key"] == "two") != store {
				t.Errorf("stored: %t, want %t", key.State["key"] != nil, store)
			}
			l.restart(t)
			key = l.Refresh(keyResource, key)
			l.unchanged(keyResource, key, config("two"))

			// A key that somebody else rotated is adopted: the value has not changed.
			l.workspace.Rotate("iris", "Primary")
			key = l.Refresh(keyResource, key)
			l.unchanged(keyResource, key, config("two"))

			// Without a value the key stays, and the value is no longer known.
			key = l.Apply(keyResource, key, fields{"service_id": irisID, "key_type": "Primary", "store_key": store})
			if key.State["key_value_wo_version"] != nil {
				t.Errorf("the version is %v", key.State["key_value_wo_version"])
			}
			l.wantRegenerated("")
			l.Apply(keyResource, key, config("two"))
			l.primaryIs("two")
			l.wantRegenerated("Primary")
		})
	}
	inMemory(t, "the plan of a create with another value differs", func(t *testing.T, l *live) {
		one, two := l.Plan(keyResource, object{}, chosen("one")), l.Plan(keyResource, object{}, chosen("two"))
		again := l.Plan(keyResource, object{}, chosen("one"))
		if one.State["key_value_wo_version"] == two.State["key_value_wo_version"] || one.State["key_value_wo_version"] != again.State["key_value_wo_version"] {
			t.Error("Terraform cannot refuse an apply with another value than the plan")
		}
		if secondary := l.Plan(keyResource, object{}, with(chosen("one"), fields{"key_type": "Secondary"})); secondary.State["key_value_wo_version"] == one.State["key_value_wo_version"] {
			t.Error("two slots with one value have one checksum")
		}
		if later := l.Plan(keyResource, object{}, with(chosen("one"), fields{"service_id": unknown{}})); later.State["key_value_wo_version"] != (unknown{}) || len(later.Warnings) > 0 {
			t.Errorf("of a new service: %v, %v", later.State["key_value_wo_version"], later.Warnings)
		}
	})
	inMemory(t, "adopted", func(t *testing.T, l *live) {
		key := l.Apply(keyResource, object{}, chosen("one"))
		l.workspace.Rotate("iris", "Primary")
		l.unchanged(keyResource, l.Refresh(keyResource, key), chosen("one"))
	})
	inMemory(t, "a version decides", func(t *testing.T, l *live) {
		versioned := func(value string, version any) fields {
			return with(chosen(value), fields{"key_value_wo_version": version})
		}
		key := l.Apply(keyResource, object{}, versioned("one", 1))
		l.unchanged(keyResource, key, versioned("two", 1))
		if plan := l.Plan(keyResource, key, versioned("one", 2)); !slices.Equal(plan.Replace, []string{"key_value_wo_version"}) || len(plan.Warnings) > 0 {
			t.Errorf("replaced because of %v, %v", plan.Replace, plan.Warnings)
		}
		// An update that does not send the other value does not remember it either.
		key = l.Apply(keyResource, key, with(versioned("two", 1), fields{"on_destroy": "keep"}))
		l.wantRegenerated("Primary")
		// Without the version, the value decides: it is the one that was sent.
		key = l.Apply(keyResource, key, chosen("one"))
		l.wantRegenerated("")
		l.unchanged(keyResource, l.Refresh(keyResource, key), chosen("one"))
		l.Apply(keyResource, key, chosen("two"))
		l.wantRegenerated("Primary")
		l.primaryIs("two")
	})
	inMemory(t, "with a replacement", func(t *testing.T, l *live) {
		config := with(chosen("one"), fields{"triggers": fields{"a": "1"}})
		key := l.Apply(keyResource, object{}, config)
		l.wantRegenerated("Primary")
		if plan := l.Plan(keyResource, key, with(chosen("two"), fields{"triggers": fields{"a": "2"}})); !slices.Equal(plan.Replace, []string{"triggers"}) {
			t.Errorf("replaced because of %v", plan.Replace)
		}
		l.Apply(keyResource, key, with(chosen("two"), fields{"triggers": fields{"a": "2"}}))
		l.primaryIs("two")
		l.wantRegenerated("Primary")
	})
}

// A value that is not known in the plan is compared in the apply.
func TestChosenValueThatIsNotKnown(t *testing.T) {
	for name, tc := range map[string]struct{ value, want string }{"the same": {"one", ""}, "another": {"two", "Primary"}} {
		inMemory(t, name, func(t *testing.T, l *live) {
			key := l.Apply(keyResource, object{}, chosen("one"))
			l.restart(t)
			l.workspace.Forget()
			key = l.Refresh(keyResource, key)
			planned := l.Plan(keyResource, key, chosen(unknown{}))
			if len(planned.Replace) > 0 || len(planned.Warnings) > 0 || planned.State["key_value_wo_version"] != (unknown{}) {
				t.Errorf("replaced because of %v, %v", planned.Replace, planned.Warnings)
			}
			again := l.Plan(keyResource, key, chosen(tc.value))
			for attribute, value := range again.State {
				if !protocoltest.Agrees(planned.State[attribute], value) {
					t.Errorf("%s was planned as %v, and became %v", attribute, planned.State[attribute], value)
				}
			}
			l.Apply(keyResource, key, chosen(tc.value))
			l.primaryIs(tc.value)
			l.wantRegenerated(tc.want)
		})
	}
}

// Setting a value on an imported key rotates it, unless the key has that value. The plan
// warns about it.
func TestChosenValueOfAnImportedKey(t *testing.T) {
	for _, version := range []any{nil, 1} {
		for _, store := range []bool{true, false} {
			inMemory(t, "imported", func(t *testing.T, l *live) {
				config := func(value any) fields {
					return with(chosen(value), fields{"store_key": store, "key_value_wo_version": version})
				}
				primary, _ := l.workspace.Keys("iris")
				key := l.Import(keyResource, irisID+"/keys/Primary")
				for value, want := range map[any]bool{"one": true, primary: false, any(unknown{}): true} {
					if plan := l.Plan(keyResource, key, config(value)); warned(plan.Warnings, importedWarning) != want {
						t.Errorf("another value: %t, warnings %v", want, plan.Warnings)
					}
				}
				same := l.Apply(keyResource, key, config(primary))
				l.wantRegenerated("")
				l.unchanged(keyResource, l.Refresh(keyResource, same), config(primary))
				l.restart(t)
				l.Apply(keyResource, l.Refresh(keyResource, key), config("one"))
				l.primaryIs("one")
				l.wantRegenerated("Primary")
			})
		}
	}
	inMemory(t, "a key of this resource", func(t *testing.T, l *live) {
		key := l.Apply(keyResource, object{}, fields{"service_id": irisID, "key_type": "Primary"})
		if plan := l.Plan(keyResource, key, chosen("one")); warned(plan.Warnings, importedWarning) || plan.State["rotated_at"] != (unknown{}) {
			t.Errorf("warnings %v, rotated at %v", plan.Warnings, plan.State["rotated_at"])
		}
	})
}

// A chosen value that was sent with an unknown outcome is in the key after the next apply.
func TestChosenValueWithUnknownOutcome(t *testing.T) {
	for name, tc := range map[string]struct {
		carriedOut bool
		want       string
	}{"carried out": {true, ""}, "not carried out": {false, "Primary"}} {
		inMemory(t, name, func(t *testing.T, l *live) {
			key := l.Apply(keyResource, object{}, chosen("one"))
			blind := false
			l.accepted(&blind, tc.carriedOut)
			open, diags := l.TryApply(t.Context(), keyResource, key, chosen("two"), l.Plan(keyResource, key, chosen("two")))
			if said := strings.Join(protocoltest.Texts(diags), "\n"); !strings.Contains(said, "The next apply looks for the new key first") {
				t.Errorf("the error: %s", said)
			}
			if open.State["key"] != key.State["key"] || open.State["rotated_at"] != key.State["rotated_at"] || open.State["key_value_wo_version"] != key.State["key_value_wo_version"] {
				t.Errorf("the state: %v", open.State)
			}
			blind = false
			l.workspace.Forget()
			l.restart(t)
			open = l.Refresh(keyResource, open)
			if plan := l.Plan(keyResource, open, chosen("two")); !slices.Equal(plan.Replace, []string{"rotated_at"}) {
				t.Errorf("replaced because of %v", plan.Replace)
			}
			done := l.Apply(keyResource, open, chosen("two"))
			l.primaryIs("two")
			l.wantRegenerated(tc.want)
			l.unchanged(keyResource, l.Refresh(keyResource, done), chosen("two"))
		})
	}
}
