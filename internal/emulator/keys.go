// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

func keyRoutes() []route {
	return []route{
		{method: "POST", pattern: managementScope + "/services/{name}/listkeys", operation: "ListKeys", plane: api.PlaneData, action: serviceAction("listkeys/action"), handle: listKeys},
		{method: "POST", pattern: managementScope + "/services/{name}/regenerateKeys", operation: "RegenerateKeys", plane: api.PlaneData, action: serviceAction("regenerateKeys/action"), handle: regenerateKeys},
		{method: "POST", pattern: managementScope + "/services/{name}/token", operation: "ServiceToken", plane: api.PlaneData, action: action("workspaces/read"), handle: serviceToken},
	}
}

func newKey() string { return state.RandomText(32) }

// requireKeyAuth refuses a key call on a service without key auth. What the
// service itself replies is not described anywhere; 400 is our choice.
func requireKeyAuth(svc *state.Service) error {
	if svc.Doc["authEnabled"] == true {
		return nil
	}
	return api.Invalid("AuthenticationNotEnabled", "authEnabled",
		"Key authentication is not enabled on service %s. Set authEnabled to true to use keys.", svc.Name)
}

func listKeys(c *call) (*api.Reply, error) {
	svc, err := c.ownService()
	if err != nil {
		return nil, err
	}
	if err := requireKeyAuth(svc); err != nil {
		return nil, err
	}
	if c.fault != nil && c.fault.Kind == FaultStaleKeys {
		return api.OK(map[string]any{"primaryKey": cmp.Or(svc.FormerPrimary, svc.Primary), "secondaryKey": cmp.Or(svc.FormerSecondary, svc.Secondary)}), nil
	}
	return api.OK(map[string]any{"primaryKey": svc.Primary, "secondaryKey": svc.Secondary}), nil
}

// regenerateKeys replaces one slot when its operation has ended. keyType is a
// string for the SDK and an enum of 0 and 1 in the specification: both are taken.
func regenerateKeys(c *call) (*api.Reply, error) {
	svc, err := c.ownService()
	if err != nil {
		return nil, err
	}
	body, err := c.object(nil)
	if err != nil {
		return nil, err
	}
	var primary bool
	switch keyType := body["keyType"].(type) {
	case string:
		if primary = strings.EqualFold(keyType, "Primary"); !primary && !strings.EqualFold(keyType, "Secondary") {
			return nil, api.Invalid("InvalidValue", "keyType", "'keyType' must be one of Primary, Secondary.")
		}
	case float64:
		if primary = keyType == 0; !primary && keyType != 1 {
			return nil, api.Invalid("InvalidValue", "keyType", "'keyType' must be one of Primary, Secondary.")
		}
	case nil:
		return nil, api.Invalid("MissingField", "keyType", "'keyType' is required.")
	default:
		return nil, api.Invalid("InvalidType", "keyType", "'keyType' must be a string.")
	}
	rest := api.Fields{"keyType": {Kind: api.Free}, "keyValue": {Kind: api.Text}}
	delete(body, "keyType")
	if found := rest.Check(body, ""); len(found) > 0 {
		return nil, api.BadRequest(found...)
	}
	if err := requireKeyAuth(svc); err != nil {
		return nil, err
	}
	if err := refuseBusy(svc); err != nil {
		return nil, err
	}
	value, _ := body["keyValue"].(string)
	value = cmp.Or(value, newKey())
	op := c.begin(svc, false, state.Effect{SetsKey: true, Primary: primary, Key: value})
	if c.behavior.RegenerateStatus == http.StatusOK {
		c.endNow(op)
		return api.OK(map[string]any{"primaryKey": svc.Primary, "secondaryKey": svc.Secondary}), nil
	}
	return c.accepted(op), nil
}

func setKey(svc *state.Service, primary bool, value string) {
	svc.FormerPrimary, svc.FormerSecondary = svc.Primary, svc.Secondary
	if primary {
		svc.Primary = value
	} else {
		svc.Secondary = value
	}
}

// endNow ends an operation within the call that began it.
func (c *call) endNow(op *state.Operation) {
	op.Duration = 0
	c.finishDue()
}
