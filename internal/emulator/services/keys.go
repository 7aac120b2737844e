// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package services

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

func (l *Layer) keyRoutes() []api.Route {
	return []api.Route{
		{Method: "POST", Pattern: api.ManagementScope + "/services/{name}/listkeys", Operation: "ListKeys", Plane: api.PlaneData, Action: Action("listkeys/action"), Reads: true, Subject: api.Named, Handle: l.listKeys},
		{Method: "POST", Pattern: api.ManagementScope + "/services/{name}/regenerateKeys", Operation: "RegenerateKeys", Plane: api.PlaneData, Action: Action("regenerateKeys/action"), Subject: api.Named, Handle: l.regenerateKeys},
		{Method: "POST", Pattern: api.ManagementScope + "/services/{name}/token", Operation: "ServiceToken", Plane: api.PlaneData, Action: api.Action("workspaces/read"), Reads: true, Subject: api.Named, Handle: l.serviceToken},
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

func (l *Layer) listKeys(c *api.Call) (*api.Reply, error) {
	svc, err := l.ownService(c)
	if err != nil {
		return nil, err
	}
	if err := requireKeyAuth(svc); err != nil {
		return nil, err
	}
	if c.Fault == api.FaultStaleKeys {
		return api.OK(map[string]any{"primaryKey": cmp.Or(svc.FormerPrimary, svc.Primary), "secondaryKey": cmp.Or(svc.FormerSecondary, svc.Secondary)}), nil
	}
	return api.OK(map[string]any{"primaryKey": svc.Primary, "secondaryKey": svc.Secondary}), nil
}

// regenerateKeys replaces one slot when its operation has ended. keyType is a
// string for the SDK and an enum of 0 and 1 in the specification: both are taken.
func (l *Layer) regenerateKeys(c *api.Call) (*api.Reply, error) {
	svc, err := l.ownService(c)
	if err != nil {
		return nil, err
	}
	body, err := c.Object(nil)
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
	op := l.begin(svc, false, state.Effect{SetsKey: true, Primary: primary, Key: value})
	if l.Behavior().RegenerateStatus == http.StatusOK {
		l.Engine.EndNow(Operation{op, l})
		return api.OK(map[string]any{"primaryKey": svc.Primary, "secondaryKey": svc.Secondary}), nil
	}
	return l.accepted(op), nil
}

func setKey(svc *state.Service, primary bool, value string, at time.Time) {
	svc.FormerPrimary, svc.FormerSecondary = svc.Primary, svc.Secondary
	if primary {
		svc.SetKeys(value, svc.Secondary, at)
	} else {
		svc.SetKeys(svc.Primary, value, at)
	}
}
