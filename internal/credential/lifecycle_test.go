// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// TestRegenerateCounts is the table of what each event in the life of each
// resource costs: how many keys it regenerates, from the emulator's log.
func TestRegenerateCounts(t *testing.T) {
	t.Parallel()
	key, rotation := primaryKey(), values{"service_id": irisID}
	made := func(l *lab, typeName string, config values) object { return l.apply(typeName, object{}, config) }
	for name, test := range map[string]struct {
		typeName string
		config   values
		event    func(l *lab, at object, config values)
		want     int
	}{
		"key: plan of a create":   {keyResource, key, func(l *lab, _ object, c values) { l.plan(keyResource, nil, c, nil) }, 0},
		"key: create":             {keyResource, key, func(l *lab, _ object, c values) { made(l, keyResource, c) }, 1},
		"key: create, verified":   {keyResource, with(key, values{"verify": true}), func(l *lab, _ object, c values) { made(l, keyResource, c) }, 1},
		"key: create, not stored": {keyResource, with(key, values{"store_key": false}), func(l *lab, _ object, c values) { made(l, keyResource, c) }, 1},
		"key: refresh":            {keyResource, key, func(l *lab, at object, _ values) { l.refresh(keyResource, at) }, 0},
		"key: plan":               {keyResource, key, func(l *lab, at object, c values) { l.unchanged(keyResource, at, c) }, 0},
		"key: update in place":    {keyResource, key, func(l *lab, at object, c values) { l.apply(keyResource, at, with(c, values{"verify": true})) }, 0},
		"key: stored from now on": {keyResource, with(key, values{"store_key": false}), func(l *lab, at object, _ values) { l.apply(keyResource, at, key) }, 0},
		"key: import":             {keyResource, key, func(l *lab, _ object, _ values) { l.importKey(keyResource, "iris/Primary") }, 0},
		"key: replace": {keyResource, with(key, values{"triggers": values{"a": "1"}}), func(l *lab, at object, c values) {
			l.apply(keyResource, at, with(c, values{"triggers": values{"a": "2"}}))
		}, 1},
		"key: replace, regenerates": {keyResource, with(key, values{"on_destroy": "regenerate", "triggers": values{"a": "1"}}), func(l *lab, at object, c values) {
			l.apply(keyResource, at, with(c, values{"triggers": values{"a": "2"}}))
		}, 1},
		"key: chosen value again": {keyResource, with(key, values{"key_value_wo": "chosen-key-1", "key_value_wo_version": int64(1)}), func(l *lab, at object, c values) {
			l.apply(keyResource, at, with(c, values{"key_value_wo_version": int64(2)}))
		}, 0},
		"key: another chosen value": {keyResource, with(key, values{"key_value_wo": "chosen-key-1", "key_value_wo_version": int64(1)}), func(l *lab, at object, c values) {
			l.apply(keyResource, at, with(c, values{"key_value_wo": "chosen-key-2", "key_value_wo_version": int64(2)}))
		}, 1},
		"key: destroy":              {keyResource, key, func(l *lab, at object, _ values) { l.destroy(keyResource, at) }, 0},
		"key: destroy, regenerates": {keyResource, with(key, values{"on_destroy": "regenerate"}), func(l *lab, at object, _ values) { l.destroy(keyResource, at) }, 1},
		"key: destroy of a key that somebody else rotated": {keyResource, with(key, values{"on_destroy": "regenerate"}), func(l *lab, at object, _ values) {
			if _, err := l.workspace.RegenerateKey(l.T.Context(), "iris", azureml.KeyPrimary, ""); err != nil {
				l.T.Fatal(err)
			}
			l.emulator.ResetRequests()
			l.destroy(keyResource, at)
		}, 0},
		"key: destroy of a service that is gone": {keyResource, with(key, values{"on_destroy": "regenerate"}), func(l *lab, at object, _ values) {
			if err := l.emulator.RemoveService(workspaceID, "iris"); err != nil {
				l.T.Fatal(err)
			}
			l.destroy(keyResource, at)
		}, 0},
		"rotation: plan of a create": {rotationResource, rotation, func(l *lab, _ object, c values) { l.plan(rotationResource, nil, c, nil) }, 0},
		"rotation: create":           {rotationResource, rotation, func(l *lab, _ object, c values) { made(l, rotationResource, c) }, 1},
		"rotation: refresh":          {rotationResource, rotation, func(l *lab, at object, _ values) { l.refresh(rotationResource, at) }, 0},
		"rotation: plan":             {rotationResource, rotation, func(l *lab, at object, c values) { l.unchanged(rotationResource, at, c) }, 0},
		"rotation: update in place":  {rotationResource, rotation, func(l *lab, at object, c values) { l.apply(rotationResource, at, with(c, values{"verify": true})) }, 0},
		"rotation: import":           {rotationResource, rotation, func(l *lab, _ object, _ values) { l.importKey(rotationResource, "iris/Secondary") }, 0},
		"rotation: rotate": {rotationResource, with(rotation, values{"triggers": values{"a": "1"}}), func(l *lab, at object, c values) {
			l.apply(rotationResource, at, with(c, values{"triggers": values{"a": "2"}}))
		}, 1},
		"rotation: rotate, verified": {rotationResource, with(rotation, values{"verify": true, "triggers": values{"a": "1"}}), func(l *lab, at object, c values) {
			l.apply(rotationResource, at, with(c, values{"triggers": values{"a": "2"}}))
		}, 1},
		"rotation: destroy":  {rotationResource, rotation, func(l *lab, at object, _ values) { l.destroy(rotationResource, at) }, 0},
		"action: regenerate": {"", nil, func(l *lab, _ object, _ values) { l.invoke(values{"service_id": irisID, "key_type": "Primary"}) }, 1},
		"data source: read":  {"", nil, func(l *lab, _ object, _ values) { l.readKeys() }, 0},
		"ephemeral: open":    {"", nil, func(l *lab, _ object, _ values) { l.openKeys() }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
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

func (l *lab) readKeys() {
	l.T.Helper()
	typ := l.Schema.DataSourceSchemas["mlws_service_keys"].ValueType()
	response, err := l.ReadDataSource(l.T.Context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: "mlws_service_keys", Config: l.Encode(typ, build(l.T, typ, values{"service_id": irisID})),
	})
	l.Must(err, response.Diagnostics)
}

func (l *lab) openKeys() {
	l.T.Helper()
	typ := l.Schema.EphemeralResourceSchemas["mlws_service_keys"].ValueType()
	response, err := l.OpenEphemeralResource(l.T.Context(), &tfprotov6.OpenEphemeralResourceRequest{
		TypeName: "mlws_service_keys", Config: l.Encode(typ, build(l.T, typ, values{"service_id": irisID})),
	})
	l.Must(err, response.Diagnostics)
}
