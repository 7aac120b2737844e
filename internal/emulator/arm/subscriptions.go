// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package arm

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// listSubscriptions shows the subscriptions of the workspaces that the caller
// may read: some of the SDK's sign-ins look theirs up before anything else.
func (l *Layer) listSubscriptions(c *api.Call) (*api.Reply, error) {
	seen := map[string]bool{}
	for _, w := range l.State().Workspaces {
		if c.Principal.May(state.ProviderNamespace+"workspaces/read", w.ID) {
			seen[w.Subscription] = true
		}
	}
	value := []any{}
	for _, id := range state.SortedKeys(seen) {
		value = append(value, l.subscription(id))
	}
	return api.OK(map[string]any{"value": value, "count": map[string]any{"type": "Total", "value": len(value)}}), nil
}

func (l *Layer) getSubscription(c *api.Call) (*api.Reply, error) {
	for _, w := range l.State().Workspaces {
		if strings.EqualFold(w.Subscription, c.Param("sub")) && c.Principal.May(state.ProviderNamespace+"workspaces/read", w.ID) {
			return api.OK(l.subscription(w.Subscription)), nil
		}
	}
	return nil, missingSubscription(c.Param("sub"))
}

func missingSubscription(id string) error {
	return &api.Error{Status: http.StatusNotFound, Code: "SubscriptionNotFound", Message: fmt.Sprintf("The subscription '%s' could not be found.", id)}
}

func (l *Layer) subscription(id string) map[string]any {
	return map[string]any{
		"id": "/subscriptions/" + id, "subscriptionId": id, "displayName": "emulator", "state": "Enabled", "tenantId": l.State().Tenant,
		"subscriptionPolicies": map[string]any{"locationPlacementId": "Public_2014-09-01", "quotaId": "PayAsYouGo_2014-09-01", "spendingLimit": "Off"},
		"authorizationSource":  "RoleBased",
	}
}
