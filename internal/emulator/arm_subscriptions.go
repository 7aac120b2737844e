// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

func subscriptionRoutes() []route {
	return []route{
		{method: "GET", pattern: "/subscriptions", operation: "ListSubscriptions", plane: api.PlaneARM, handle: listSubscriptions},
		{method: "GET", pattern: "/subscriptions/{sub}", operation: "GetSubscription", plane: api.PlaneARM, handle: getSubscription},
	}
}

// listSubscriptions shows the subscriptions of the workspaces that the caller
// may read: some of the SDK's sign-ins look theirs up before anything else.
func listSubscriptions(c *call) (*api.Reply, error) {
	seen := map[string]bool{}
	for _, w := range c.store.Workspaces {
		if c.principal.May(state.ProviderNamespace+"workspaces/read", w.ID) {
			seen[w.Subscription] = true
		}
	}
	value := []any{}
	for _, id := range state.SortedKeys(seen) {
		value = append(value, c.subscription(id))
	}
	return api.OK(map[string]any{"value": value, "count": map[string]any{"type": "Total", "value": len(value)}}), nil
}

func getSubscription(c *call) (*api.Reply, error) {
	for _, w := range c.store.Workspaces {
		if strings.EqualFold(w.Subscription, c.param("sub")) && c.principal.May(state.ProviderNamespace+"workspaces/read", w.ID) {
			return api.OK(c.subscription(w.Subscription)), nil
		}
	}
	return nil, missingSubscription(c.param("sub"))
}

func missingSubscription(id string) error {
	return &api.Error{Status: http.StatusNotFound, Code: "SubscriptionNotFound", Message: fmt.Sprintf("The subscription '%s' could not be found.", id)}
}

func (c *call) subscription(id string) map[string]any {
	return map[string]any{
		"id": "/subscriptions/" + id, "subscriptionId": id, "displayName": "emulator", "state": "Enabled", "tenantId": c.store.Tenant,
		"subscriptionPolicies": map[string]any{"locationPlacementId": "Public_2014-09-01", "quotaId": "PayAsYouGo_2014-09-01", "spendingLimit": "Off"},
		"authorizationSource":  "RoleBased",
	}
}
