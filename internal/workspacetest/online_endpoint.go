// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package workspacetest

import "net/http"

// AddOnlineEndpoint adds an online endpoint (v2) with key auth and keys of its own.
func (w *Workspace) AddOnlineEndpoint(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.keys["onlineEndpoints/"+name] = [2]string{w.next("endpoint-primary"), w.next("endpoint-secondary")}
}

// RemoveOnlineEndpoint deletes an online endpoint, as somebody else would.
func (w *Workspace) RemoveOnlineEndpoint(name string) { w.RemoveService("onlineEndpoints/" + name) }

// OnlineEndpointKeys returns the keys of an online endpoint.
func (w *Workspace) OnlineEndpointKeys(name string) (primary, secondary string) {
	return w.Keys("onlineEndpoints/" + name)
}

// RotateOnlineEndpoint gives a slot of an online endpoint a new key, as somebody else
// would.
func (w *Workspace) RotateOnlineEndpoint(name, slot string) {
	w.Rotate("onlineEndpoints/"+name, slot)
}

// serveOnlineEndpoints answers for the keys of an online endpoint, at once.
func (w *Workspace) serveOnlineEndpoints(rw http.ResponseWriter, at []string, body Object) {
	name := "onlineEndpoints/" + at[0]
	keys, exists := w.keys[name]
	switch {
	case !exists:
		send(rw, http.StatusNotFound, Object{"error": Object{"code": "ResourceNotFound", "message": "Not found: " + at[0]}})
	case at[len(at)-1] == "listKeys":
		send(rw, 200, Object{"primaryKey": keys[0], "secondaryKey": keys[1]})
	case at[len(at)-1] == "regenerateKeys":
		slot, _ := body["keyType"].(string)
		value, _ := body["keyValue"].(string)
		w.rotate(name, slot, value)
		rw.WriteHeader(http.StatusOK)
	default:
		missing(rw, at[0])
	}
}
