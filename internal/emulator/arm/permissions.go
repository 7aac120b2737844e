// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package arm

import (
	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

// listPermissions is how a caller learns what it may do here without trying: the
// actions of its role, and what the role takes away, with wildcards. Whoever has
// no role here gets an empty list.
func (l *Layer) listPermissions(c *api.Call) (*api.Reply, error) {
	if err := requireVersion(c); err != nil {
		return nil, err
	}
	p, value := c.Principal, []any{}
	if len(p.Actions) > 0 && p.Assigned(c.Workspace.ID) {
		value = append(value, map[string]any{"actions": orNone(p.Actions), "notActions": orNone(p.NotActions), "dataActions": []string{}, "notDataActions": []string{}})
	}
	return api.OK(map[string]any{"value": value}), nil
}

func orNone(items []string) []string {
	if items == nil {
		return []string{}
	}
	return items
}
