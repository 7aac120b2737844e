// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"
)

const slowHash, fastHash = "argon2id:", "hmac-sha256:"

// slowHashes returns how many slow fingerprints a function makes, by their memory: each
// allocates 19 MiB, and nothing else here comes near that.
func slowHashes(act func()) int {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	act()
	runtime.ReadMemStats(&after)
	return int((after.TotalAlloc - before.TotalAlloc) / (19 << 20))
}

// The fingerprint is a slow one unless Azure is known to have made the key.
func TestFormOfAFingerprint(t *testing.T) {
	config := fields{"service_id": irisID, "key_type": "Primary"}
	for _, store := range []bool{true, false} {
		for name, tc := range map[string]struct {
			make func(l *live) object
			form string
		}{
			"generated": {func(l *live) object {
				return l.Apply(keyResource, object{}, with(config, fields{"store_key": store}))
			}, fastHash},
			"chosen": {func(l *live) object {
				return l.Apply(keyResource, object{}, with(config, fields{"store_key": store, "key_value_wo": "one", "key_value_wo_version": 1}))
			}, slowHash},
			"chosen before": {func(l *live) object {
				key := l.Apply(keyResource, object{}, with(config, fields{"store_key": store, "key_value_wo": "one", "key_value_wo_version": 1}))
				return l.Apply(keyResource, key, with(config, fields{"store_key": store}))
			}, slowHash},
			"imported": {func(l *live) object {
				return l.Apply(keyResource, l.Import(keyResource, irisID+"/keys/Primary"), with(config, fields{"store_key": store}))
			}, slowHash},
			"of somebody else": {func(l *live) object {
				key := l.Apply(keyResource, object{}, with(config, fields{"store_key": store}))
				l.workspace.Rotate("iris", "Primary")
				return l.Refresh(keyResource, key)
			}, slowHash},
			"chosen, with an unknown outcome": {func(l *live) object {
				key := l.Apply(keyResource, object{}, with(config, fields{"store_key": store}))
				chosen := with(config, fields{"store_key": store, "key_value_wo": "two"})
				blind := false
				l.accepted(&blind, true)
				open, _ := l.TryApply(l.T.Context(), keyResource, key, chosen, l.Plan(keyResource, key, chosen))
				blind = false
				l.restart(l.T.(*testing.T))
				return l.Apply(keyResource, l.Refresh(keyResource, open), with(config, fields{"store_key": store}))
			}, slowHash},
			"a rotation": {func(l *live) object {
				made := l.Apply(rotationResource, object{}, fields{"service_id": irisID, "store_key": store})
				return object{State: fields{"key_fingerprint": made.State["active_key_fingerprint"]}}
			}, fastHash},
		} {
			inMemory(t, fmt.Sprintf("%s, store_key = %t", name, store), func(t *testing.T, l *live) {
				if form, _ := tc.make(l).State["key_fingerprint"].(string); !strings.HasPrefix(form, tc.form) {
					t.Errorf("want %s, got %s", tc.form, form)
				}
			})
		}
	}
}

// A refresh makes slow fingerprints only of keys that are not in the state and that Azure
// is not known to have made.
func TestSlowFingerprintsOfARefresh(t *testing.T) {
	const times = 50
	key, rotation := fields{"service_id": irisID, "key_type": "Primary"}, fields{"service_id": irisID}
	chosen := with(key, fields{"key_value_wo": "one", "key_value_wo_version": 1})
	for name, tc := range map[string]struct {
		typeName string
		config   fields
		want     bool
	}{
		"a generated key":                     {keyResource, key, false},
		"a generated key that is not stored":  {keyResource, with(key, fields{"store_key": false}), false},
		"a chosen key":                        {keyResource, chosen, false},
		"a chosen key that is not stored":     {keyResource, with(chosen, fields{"store_key": false}), true},
		"a rotation":                          {rotationResource, rotation, false},
		"a rotation of which no key is there": {rotationResource, with(rotation, fields{"store_key": false}), false},
	} {
		inMemory(t, name, func(t *testing.T, l *live) {
			made := l.Apply(tc.typeName, object{}, tc.config)
			refreshes, least, most := times, 0, times/10 // for all other memory
			if tc.want {
				refreshes, least, most = 5, 5, 5
			}
			count := slowHashes(func() {
				for range refreshes {
					made = l.Refresh(tc.typeName, made)
				}
			})
			if count < least || count > most {
				t.Errorf("%d slow fingerprints in %d refreshes, want %d to %d", count, refreshes, least, most)
			}
		})
	}
}

// A state without its salt gets a new fingerprint, which fits the key later.
func TestFingerprintWithoutItsSalt(t *testing.T) {
	inMemory(t, "a key", func(t *testing.T, l *live) {
		config := fields{"service_id": irisID, "key_type": "Primary"}
		made := l.Apply(keyResource, object{}, config)
		l.restart(t)
		refreshed := l.Refresh(keyResource, object{State: made.State})
		if refreshed.State["key_fingerprint"] == made.State["key_fingerprint"] {
			t.Error("the fingerprint is that of a salt that is lost")
		}
		removed := l.Apply(keyResource, refreshed, with(config, fields{"store_key": false}))
		for what, object := range map[string]object{"stored": refreshed, "not stored": l.Refresh(keyResource, removed)} {
			if len(object.Warnings) > 0 {
				t.Errorf("%s: %v", what, object.Warnings)
			}
		}
	})
}

// older returns an object with the fingerprint that earlier versions gave it.
func (l *live) older(made object, attribute, slot string) object {
	l.T.Helper()
	var private map[string]json.RawMessage
	var salt []byte
	if err := json.Unmarshal(made.Private, &private); err != nil {
		l.T.Fatal(err)
	}
	var encoded string
	if err := json.Unmarshal(private["salt"], &encoded); err != nil {
		l.T.Fatal(err)
	}
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		l.T.Fatal(err)
	}
	if err := json.Unmarshal(text, &salt); err != nil {
		l.T.Fatal(err)
	}
	key, secondary := l.workspace.Keys("iris")
	if slot == "Secondary" {
		key = secondary
	}
	made.State = with(made.State, fields{attribute: slowHash + hex.EncodeToString(argon2.IDKey([]byte(key), salt, 2, 19*1024, 1, 16))})
	return made
}

// A plan after an upgrade is empty, and the next rotation makes the fingerprint a fast one.
func TestFingerprintOfAnEarlierVersion(t *testing.T) {
	for _, store := range []bool{true, false} {
		for typeName, tc := range map[string]struct {
			config    fields
			attribute string
		}{
			keyResource:      {fields{"service_id": irisID, "key_type": "Secondary"}, "key_fingerprint"},
			rotationResource: {fields{"service_id": irisID}, "active_key_fingerprint"},
		} {
			inMemory(t, fmt.Sprintf("%s, store_key = %t", typeName, store), func(t *testing.T, l *live) {
				config := with(tc.config, fields{"store_key": store, "triggers": fields{"a": "1"}})
				made := l.older(l.Apply(typeName, object{}, config), tc.attribute, "Secondary")
				l.restart(t)
				refreshed := l.Refresh(typeName, made)
				if refreshed.State[tc.attribute] != made.State[tc.attribute] || len(refreshed.Warnings) > 0 {
					t.Errorf("the fingerprint %v became %v, %v", made.State[tc.attribute], refreshed.State[tc.attribute], refreshed.Warnings)
				}
				l.unchanged(typeName, refreshed, config)
				next := with(config, fields{"triggers": fields{"a": "2"}})
				if typeName == keyResource { // a replacement
					l.Destroy(typeName, refreshed)
					refreshed = object{}
				}
				rotated := l.Apply(typeName, refreshed, next)
				if form, _ := rotated.State[tc.attribute].(string); !strings.HasPrefix(form, fastHash) {
					t.Errorf("after a rotation: %s", form)
				}

				l.restart(t)
				l.workspace.Rotate("iris", "Primary")
				l.workspace.Rotate("iris", "Secondary")
				for what, object := range map[string]object{"a fast one": rotated, "a slow one": made} {
					if found := l.Refresh(typeName, object); len(found.Warnings) != 1 {
						t.Errorf("%s of a key that somebody else rotated: warnings %v", what, found.Warnings)
					}
				}
			})
		}
	}
}
