// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

func TestParseKeyID(t *testing.T) {
	t.Parallel()
	workspace := resourceid.Workspace{SubscriptionID: "22222222-2222-2222-2222-222222222222", ResourceGroup: "rg", Name: "ws"}
	iris := workspace.Service("iris")
	for id, want := range map[string]azureml.KeyType{
		iris.String() + "/keys/Primary":                    azureml.KeyPrimary,
		iris.String() + "/keys/secondary":                  azureml.KeySecondary,
		strings.ToLower(iris.String()) + "/KEYS/SECONDARY": azureml.KeySecondary,
		"iris/Primary":   azureml.KeyPrimary,
		"iris/secondary": azureml.KeySecondary,
	} {
		service, slot, err := parseKeyID(id, &workspace)
		if err != nil || !service.Equal(iris) || slot != want {
			t.Errorf("%s: %v %s %v", id, service, slot, err)
		}
	}
	for id, want := range map[string]string{
		"":                                   "no key type",
		"iris":                               "no key type",
		"/Primary":                           "not the id of a key",
		"iris/Tertiary":                      "must be Primary or Secondary",
		iris.String():                        "must be Primary or Secondary",
		iris.String() + "/Primary":           "not the id of a key",
		iris.String() + "/slots/Primary":     "not the id of a key",
		workspace.String() + "/keys/Primary": "segments",
	} {
		if _, _, err := parseKeyID(id, &workspace); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: want %q, got %v", id, want, err)
		}
	}
	if _, _, err := parseKeyID("iris/Primary", nil); err == nil || !strings.Contains(err.Error(), "{service_id}/keys/Primary") {
		t.Errorf("without a workspace: %v", err)
	}
}

func TestTriggered(t *testing.T) {
	t.Parallel()
	triggers := func(a, b attr.Value) types.Map {
		return types.MapValueMust(types.StringType, map[string]attr.Value{"a": a, "b": b})
	}
	one, two, unknown := types.StringValue("1"), types.StringValue("2"), types.StringUnknown()
	state, none := triggers(one, one), types.MapNull(types.StringType)
	for name, tc := range map[string]struct {
		state, plan types.Map
		want        decision
	}{
		"the same":               {state, triggers(one, one), no},
		"another value":          {state, triggers(one, two), yes},
		"added":                  {none, state, no},
		"removed":                {state, none, no},
		"unknown":                {state, types.MapUnknown(types.StringType), maybe},
		"the first is not known": {state, triggers(unknown, one), maybe},
		"the last is not known":  {state, triggers(one, unknown), maybe},
	} {
		// The order of a map is chance.
		for range 10 {
			if got := triggered(tc.state, tc.plan); got != tc.want {
				t.Errorf("%s: %d, want %d", name, got, tc.want)
			}
		}
	}
}
