// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// A state that was written before auth_mode and open_to_anyone existed plans no
// change by itself; the next change, or a refresh, fills them in.
func TestStateWithoutAuthMode(t *testing.T) {
	t.Parallel()
	data, _ := testData(t)
	s := serve(t, data)
	before := aksState(nil)
	delete(before, "auth_mode")
	delete(before, "open_to_anyone")
	for name, test := range map[string]struct{ config, change fields }{
		"nothing changes":             {nil, nil},
		"something local changes":     {fields{"timeouts": fields{"create": "1h"}}, fields{"timeouts": fields{"create": "1h"}}},
		"something in place changes":  {fields{"cpu_cores": 2}, fields{"cpu_cores": 2, "state": unknown{}, "updated_at": unknown{}, "auth_mode": "key", "open_to_anyone": false}},
		"the mode changes by default": {fields{"token_auth_enabled": true}, fields{"auth_enabled": false, "token_auth_enabled": true, "state": unknown{}, "updated_at": unknown{}, "auth_mode": "token", "open_to_anyone": false}},
	} {
		result := s.plan(aksType, merged(aksConfig, test.config), before, nil)
		if diff := cmp.Diff(merged(before, test.change), result.values); diff != "" {
			t.Errorf("%s (-want +got)\n%s\n%v", name, diff, texts(result.diags))
		}
	}
	refreshed := flatten(t.Context(), serviceOf(t, wireAKS, ""), testWorkspace, deploymentOf(t, "AKS", before))
	if diff := cmp.Diff(aksState(nil), plainState(t, refreshed)); diff != "" {
		t.Errorf("a refresh (-want +got)\n%s", diff)
	}
}

// Services of other types than ACI and AKS are shown with their type.
func TestDataOfOtherTypes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		changes string
		want    fields
	}{
		"AksEndpoint with keys": {`{"computeType":"AKSENDPOINT","versions":{"one":{"trafficPercentile":100}}}`, fields{"compute_type": "AKSENDPOINT", "auth_mode": "key", "open_to_anyone": false}},
		"AksEndpoint, open":     {`{"computeType":"AKSENDPOINT","authEnabled":false}`, fields{"compute_type": "AKSENDPOINT", "auth_mode": "none", "open_to_anyone": true}},
		"IoT module":            {`{"computeType":"IOT","authEnabled":null,"aadAuthEnabled":null,"environmentImageRequest":null,"scoringUri":null}`, fields{"compute_type": "IOT", "name": "iris", "state": "Healthy"}},
		"least":                 {`{"computeType":"SOMETHING","authEnabled":null,"aadAuthEnabled":null,"environmentImageRequest":null,"containerResourceRequirements":null,"kvTags":null,"properties":null}`, fields{"compute_type": "SOMETHING", "name": "iris"}},
	} {
		var raw tftypes.Value
		if diags := storeData(t.Context(), serviceOf(t, wireAKS, test.changes), testWorkspace.Service("iris"), lookup{}, &raw); diags.HasError() {
			t.Errorf("%s: %v", name, diags)
			continue
		}
		shown := plain(t, raw).(fields)
		got := fields{}
		for attribute := range merged(test.want, fields{"auth_mode": nil, "open_to_anyone": nil, "compute_name": nil}) {
			if value, exists := shown[attribute]; exists {
				got[attribute] = value
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}
