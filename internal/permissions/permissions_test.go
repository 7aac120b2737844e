// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package permissions_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/permissions"
)

// definitions are the actions of the built-in roles, and those that they exclude, as
// Microsoft's list of built-in roles has them.
var definitions = map[permissions.Role][2][]string{
	permissions.Reader: {{"*/read"}, nil},
	permissions.DataScientist: {
		{permissions.Namespace + "*/read", permissions.Namespace + "*/action", permissions.Namespace + "*/delete", permissions.Namespace + "*/write"},
		{
			permissions.Namespace + "delete", permissions.Namespace + "write", permissions.Namespace + "computes/*/write", permissions.Namespace + "computes/*/delete",
			permissions.Namespace + "computes/listKeys/action", permissions.Namespace + "listKeys/action",
		},
	},
	permissions.Contributor: {{"*"}, []string{"Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write", "Microsoft.Authorization/elevateAccess/Action"}},
}

func matches(patterns []string, action string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		return regexp.MustCompile(`(?i)^` + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, `.*`) + `$`).MatchString(action)
	})
}

// The list names exactly the roles that hold all actions of an operation, by the
// definitions of the roles.
func TestRolesHoldTheActions(t *testing.T) {
	t.Parallel()
	for _, operation := range permissions.All() {
		for role, definition := range definitions {
			holds := true
			for _, action := range slices.Concat(operation.ACI, operation.AKS) {
				holds = holds && matches(definition[0], action.Name) && !matches(definition[1], action.Name)
			}
			if listed := slices.Contains(operation.Roles, role); listed != holds {
				t.Errorf("%s: the role %s is listed: %t, and holds the actions: %t", operation.To, role, listed, holds)
			}
		}
	}
}

// Documented names are those of the articles; each inferred one is possible.
func TestSourcesOfActions(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{}
	for _, operation := range permissions.All() {
		for _, action := range slices.Concat(operation.ACI, operation.AKS) {
			switch action.Source {
			case permissions.Documented:
				documented[strings.TrimPrefix(action.Name, permissions.Namespace)] = true
				if len(action.Possible) > 0 {
					t.Errorf("%s is documented, and may have other names", action.Name)
				}
			case permissions.Inferred:
				if !matches(action.Names(), action.Name) {
					t.Errorf("%s is not among its possible names %v", action.Name, action.Possible)
				}
			default:
				t.Errorf("%s has the source %q", action.Name, action.Source)
			}
		}
	}
	for _, name := range []string{"read", "services/aci/write", "services/aks/write", "services/aks/listkeys/action", "onlineEndpoints/token/action"} {
		if !documented[name] {
			t.Errorf("%s is documented", name)
		}
		delete(documented, name)
	}
	if len(documented) > 0 {
		t.Errorf("no article has %v", documented)
	}
}

func TestRolesWith(t *testing.T) {
	t.Parallel()
	for action, want := range map[string]permissions.Role{
		"Microsoft.MachineLearningServices/workspaces/read":                         permissions.Reader,
		"microsoft.machinelearningservices/workspaces/services/ACI/listkeys/action": permissions.DataScientist,
		"Microsoft.MachineLearningServices/workspaces/datastores/read":              permissions.Reader,
		"Microsoft.MachineLearningServices/workspaces/datastores/write":             permissions.DataScientist,
	} {
		if got := permissions.RolesWith(action); got[0] != want {
			t.Errorf("%s: %v, want %s first", action, got, want)
		}
	}
	if text := permissions.ListKeys.Text(); text != permissions.Namespace+"services/aks/listkeys/action (services/aci/listkeys/action for ACI)" {
		t.Errorf("keys need %s", text)
	}
	if text := permissions.FetchToken.Text(); text != permissions.Namespace+"read" {
		t.Errorf("a token needs %s", text)
	}
}
