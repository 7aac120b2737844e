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

func (e *Emulator) subscriptionRoutes() []api.Route {
	return []api.Route{
		{Method: "GET", Pattern: "/subscriptions", Operation: "ListSubscriptions", Plane: api.PlaneARM, Handle: e.listSubscriptions},
		{Method: "GET", Pattern: "/subscriptions/{sub}", Operation: "GetSubscription", Plane: api.PlaneARM, Handle: e.getSubscription},
	}
}

// listSubscriptions shows the subscriptions of the workspaces that the caller
// may read: some of the SDK's sign-ins look theirs up before anything else.
func (e *Emulator) listSubscriptions(c *api.Call) (*api.Reply, error) {
	seen := map[string]bool{}
	for _, w := range e.store.Workspaces {
		if c.Principal.May(state.ProviderNamespace+"workspaces/read", w.ID) {
			seen[w.Subscription] = true
		}
	}
	value := []any{}
	for _, id := range state.SortedKeys(seen) {
		value = append(value, e.subscription(id))
	}
	return api.OK(map[string]any{"value": value, "count": map[string]any{"type": "Total", "value": len(value)}}), nil
}

func (e *Emulator) getSubscription(c *api.Call) (*api.Reply, error) {
	for _, w := range e.store.Workspaces {
		if strings.EqualFold(w.Subscription, c.Param("sub")) && c.Principal.May(state.ProviderNamespace+"workspaces/read", w.ID) {
			return api.OK(e.subscription(w.Subscription)), nil
		}
	}
	return nil, missingSubscription(c.Param("sub"))
}

func missingSubscription(id string) error {
	return &api.Error{Status: http.StatusNotFound, Code: "SubscriptionNotFound", Message: fmt.Sprintf("The subscription '%s' could not be found.", id)}
}

func (e *Emulator) subscription(id string) map[string]any {
	return map[string]any{
		"id": "/subscriptions/" + id, "subscriptionId": id, "displayName": "emulator", "state": "Enabled", "tenantId": e.store.Tenant,
		"subscriptionPolicies": map[string]any{"locationPlacementId": "Public_2014-09-01", "quotaId": "PayAsYouGo_2014-09-01", "spendingLimit": "Off"},
		"authorizationSource":  "RoleBased",
	}
}
