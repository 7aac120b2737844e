// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// TestRegenerateCounts is the table of what each event in the life of each
// resource costs: how many keys it regenerates, from the emulator's log.
func TestRegenerateCounts(t *testing.T) {
	t.Parallel()
	key, rotation := primaryKey(), fields{"service_id": irisID}
	made := func(l *fixture, typeName string, config fields) object { return l.Apply(typeName, object{}, config) }
	for name, test := range map[string]struct {
		typeName string
		config   fields
		event    func(l *fixture, at object, config fields)
		want     int
	}{
		"key: plan of a create":   {keyResource, key, func(l *fixture, _ object, c fields) { l.Plan(keyResource, object{}, c) }, 0},
		"key: create":             {keyResource, key, func(l *fixture, _ object, c fields) { made(l, keyResource, c) }, 1},
		"key: create, verified":   {keyResource, with(key, fields{"verify": true}), func(l *fixture, _ object, c fields) { made(l, keyResource, c) }, 1},
		"key: create, not stored": {keyResource, with(key, fields{"store_key": false}), func(l *fixture, _ object, c fields) { made(l, keyResource, c) }, 1},
		"key: refresh":            {keyResource, key, func(l *fixture, at object, _ fields) { l.Refresh(keyResource, at) }, 0},
		"key: plan":               {keyResource, key, func(l *fixture, at object, c fields) { l.unchanged(keyResource, at, c) }, 0},
		"key: update in place":    {keyResource, key, func(l *fixture, at object, c fields) { l.Apply(keyResource, at, with(c, fields{"verify": true})) }, 0},
		"key: stored from now on": {keyResource, with(key, fields{"store_key": false}), func(l *fixture, at object, _ fields) { l.Apply(keyResource, at, key) }, 0},
		"key: import":             {keyResource, key, func(l *fixture, _ object, _ fields) { l.Import(keyResource, "iris/Primary") }, 0},
		"key: replace": {keyResource, with(key, fields{"triggers": fields{"a": "1"}}), func(l *fixture, at object, c fields) {
			l.Apply(keyResource, at, with(c, fields{"triggers": fields{"a": "2"}}))
		}, 1},
		"key: replace, regenerates": {keyResource, with(key, fields{"on_destroy": "regenerate", "triggers": fields{"a": "1"}}), func(l *fixture, at object, c fields) {
			l.Apply(keyResource, at, with(c, fields{"triggers": fields{"a": "2"}}))
		}, 1},
		"key: chosen value again": {keyResource, with(key, fields{"key_value_wo": "chosen-key-1", "key_value_wo_version": int64(1)}), func(l *fixture, at object, c fields) {
			l.Apply(keyResource, at, with(c, fields{"key_value_wo_version": int64(2)}))
		}, 0},
		"key: another chosen value": {keyResource, with(key, fields{"key_value_wo": "chosen-key-1", "key_value_wo_version": int64(1)}), func(l *fixture, at object, c fields) {
			l.Apply(keyResource, at, with(c, fields{"key_value_wo": "chosen-key-2", "key_value_wo_version": int64(2)}))
		}, 1},
		"key: destroy":              {keyResource, key, func(l *fixture, at object, _ fields) { l.Destroy(keyResource, at) }, 0},
		"key: destroy, regenerates": {keyResource, with(key, fields{"on_destroy": "regenerate"}), func(l *fixture, at object, _ fields) { l.Destroy(keyResource, at) }, 1},
		"key: destroy of a key that somebody else rotated": {keyResource, with(key, fields{"on_destroy": "regenerate"}), func(l *fixture, at object, _ fields) {
			if _, err := l.workspace.RegenerateKey(l.T.Context(), "iris", azureml.KeyPrimary, ""); err != nil {
				l.T.Fatal(err)
			}
			l.emulator.ResetRequests()
			l.Destroy(keyResource, at)
		}, 0},
		"key: destroy of a service that is gone": {keyResource, with(key, fields{"on_destroy": "regenerate"}), func(l *fixture, at object, _ fields) {
			if err := l.emulator.RemoveService(workspaceID, "iris"); err != nil {
				l.T.Fatal(err)
			}
			l.Destroy(keyResource, at)
		}, 0},
		"rotation: plan of a create": {rotationResource, rotation, func(l *fixture, _ object, c fields) { l.Plan(rotationResource, object{}, c) }, 0},
		"rotation: create":           {rotationResource, rotation, func(l *fixture, _ object, c fields) { made(l, rotationResource, c) }, 1},
		"rotation: refresh":          {rotationResource, rotation, func(l *fixture, at object, _ fields) { l.Refresh(rotationResource, at) }, 0},
		"rotation: plan":             {rotationResource, rotation, func(l *fixture, at object, c fields) { l.unchanged(rotationResource, at, c) }, 0},
		"rotation: update in place":  {rotationResource, rotation, func(l *fixture, at object, c fields) { l.Apply(rotationResource, at, with(c, fields{"verify": true})) }, 0},
		"rotation: import":           {rotationResource, rotation, func(l *fixture, _ object, _ fields) { l.Import(rotationResource, "iris/Secondary") }, 0},
		"rotation: rotate": {rotationResource, with(rotation, fields{"triggers": fields{"a": "1"}}), func(l *fixture, at object, c fields) {
			l.Apply(rotationResource, at, with(c, fields{"triggers": fields{"a": "2"}}))
		}, 1},
		"rotation: rotate, verified": {rotationResource, with(rotation, fields{"verify": true, "triggers": fields{"a": "1"}}), func(l *fixture, at object, c fields) {
			l.Apply(rotationResource, at, with(c, fields{"triggers": fields{"a": "2"}}))
		}, 1},
		"rotation: destroy":  {rotationResource, rotation, func(l *fixture, at object, _ fields) { l.Destroy(rotationResource, at) }, 0},
		"action: regenerate": {"", nil, func(l *fixture, _ object, _ fields) { l.invoke(fields{"service_id": irisID, "key_type": "Primary"}) }, 1},
		"data source: read":  {"", nil, func(l *fixture, _ object, _ fields) { l.readKeys() }, 0},
		"ephemeral: open":    {"", nil, func(l *fixture, _ object, _ fields) { l.openKeys() }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newFixture(t)
			l.deployIris()
			var at object
			if test.typeName != "" && !strings.Contains(name, "create") {
				at = made(l, test.typeName, test.config)
			}
			l.emulator.ResetRequests()
			test.event(l, at, test.config)
			if got := l.emulator.Count("RegenerateKeys"); got != test.want {
				t.Errorf("%d regenerate calls, want %d", got, test.want)
			}
		})
	}
}

func (l *fixture) readKeys() {
	l.T.Helper()
	l.ReadData("mlws_service_keys", fields{"service_id": irisID})
}

func (l *fixture) openKeys() {
	l.T.Helper()
	l.Must(nil, l.Open("mlws_service_keys", fields{"service_id": irisID}).Diagnostics)
}
