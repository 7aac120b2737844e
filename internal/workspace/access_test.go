// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

const ns = "Microsoft.MachineLearningServices/workspaces/"

func TestFits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		pattern, name string
		all, any      bool
	}{
		{"a/b", "a/b", true, true},
		{"a/B", "A/b", true, true},
		{"a/b", "a/bc", false, false},
		{"a/bc", "a/b", false, false},
		{"*", "a/b", true, true},
		{"*", "a/*/b", true, true},
		{"", "", true, true},
		{"", "a", false, false},
		{"*/read", "a/b/read", true, true},
		{"*/read", "a/b/write", false, false},
		{"a/*/c", "a/b/c", true, true},
		{"a/*/c", "a/c", false, false},
		{"a/*/c/*", "a/b/c/d", true, true},
		{"a/**/c", "a/b/c", true, true},
		{"a/b/c", "a/*/c", false, true}, // one of the names, and not all of them
		{"a/*", "a/*/c", true, true},
		{"a/b/*", "a/*/c", false, true},
		{"b/*", "a/*/c", false, false},
		{"*/d", "a/*/c", false, false},
		{"*b*", "a/*/c", false, true},
		{"a/*/c", "a/*/c", true, true},
		{"a/*/x/c", "a/*/c", false, true},
	} {
		if all, some := fits(test.pattern, test.name, false), fits(test.pattern, test.name, true); all != test.all || some != test.any {
			t.Errorf("%q on %q: all %t, any %t", test.pattern, test.name, all, some)
		}
	}
}

func TestAccess(t *testing.T) {
	t.Parallel()
	const aci, aks = azureml.ComputeACI, azureml.ComputeAKS
	both := []azureml.ComputeType{aci, aks}
	role := func(actions []string, notActions ...string) azureml.Permission {
		return azureml.Permission{Actions: actions, NotActions: notActions}
	}
	one := func(actions ...string) []azureml.Permission { return []azureml.Permission{role(actions)} }
	contributor := role([]string{"*"}, "Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write", "Microsoft.Authorization/elevateAccess/Action")
	reader := role([]string{"*/read"})
	scientist := role([]string{ns + "*/read", ns + "*/action", ns + "*/delete", ns + "*/write"},
		ns+"delete", ns+"write", ns+"computes/*/write", ns+"computes/*/delete", ns+"computes/listKeys/action", ns+"listKeys/action")
	for name, test := range map[string]struct {
		permissions                                  []azureml.Permission
		computes                                     []azureml.ComputeType
		read, write, listKeys, regenerateKeys, token answer
	}{
		"no role":                   {nil, both, denied, denied, denied, denied, denied},
		"an empty role":             {[]azureml.Permission{{}}, both, denied, denied, denied, denied, denied},
		"Owner":                     {one("*"), both, allowed, allowed, allowed, allowed, allowed},
		"Contributor":               {[]azureml.Permission{contributor}, both, allowed, allowed, allowed, allowed, allowed},
		"Reader":                    {[]azureml.Permission{reader}, both, allowed, denied, denied, denied, allowed},
		"data scientist":            {[]azureml.Permission{scientist}, both, unknown, allowed, allowed, allowed, unknown},
		"data scientist and Reader": {[]azureml.Permission{scientist, reader}, both, allowed, allowed, allowed, allowed, allowed},
		"another service":           {one("Microsoft.Storage/*"), both, denied, denied, denied, denied, denied},
		"deploys to AKS":            {one(ns + "services/aks/write"), both, denied, unknown, denied, denied, denied},
		"deploys to AKS, of AKS":    {one(ns + "services/aks/write"), []azureml.ComputeType{aks}, denied, allowed, denied, denied, denied},
		"deploys to AKS, of ACI":    {one(ns + "services/aks/write"), []azureml.ComputeType{aci}, denied, denied, denied, denied, denied},
		"keys of AKS by name":       {one(ns + "services/aks/listkeys/action"), []azureml.ComputeType{aks}, denied, denied, allowed, unknown, denied},
		"in another case":           {one("microsoft.machinelearningservices/WORKSPACES/services/AKS/ListKeys/Action"), []azureml.ComputeType{aks}, denied, denied, allowed, unknown, denied},
		"keys of ACI by name":       {one(ns + "services/aci/listkeys/action"), []azureml.ComputeType{aci}, denied, denied, unknown, unknown, denied},
		"actions on services":       {one(ns + "services/*/action"), both, denied, denied, allowed, allowed, denied},
		"the workspace alone":       {one(ns + "read"), both, denied, denied, denied, denied, allowed},
		"services of AKS alone":     {one(ns+"read", ns+"services/aks/read"), []azureml.ComputeType{aks}, unknown, denied, denied, denied, allowed},
		"all but keys":              {[]azureml.Permission{role([]string{"*"}, "*/listkeys/action")}, []azureml.ComputeType{aks}, allowed, allowed, denied, unknown, allowed},
		"all but keys, of ACI":      {[]azureml.Permission{role([]string{"*"}, "*/listkeys/action")}, []azureml.ComputeType{aci}, allowed, allowed, unknown, unknown, allowed},
		"all but actions":           {[]azureml.Permission{role([]string{"*"}, "*/action")}, both, allowed, allowed, denied, denied, allowed},
		"excluded, and given again": {[]azureml.Permission{role([]string{"*"}, "*/write"), role([]string{ns + "services/*"})}, both, allowed, allowed, allowed, allowed, allowed},
	} {
		want := map[string]answer{"read": test.read, "write": test.write, "list_keys": test.listKeys, "regenerate_keys": test.regenerateKeys, "token": test.token}
		for _, task := range tasks() {
			if got := task.decide(test.permissions, test.computes...); got != want[task.name] {
				t.Errorf("%s: %s is %s, want %s", name, task.name, got, want[task.name])
			}
		}
	}
}
