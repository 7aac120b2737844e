// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package workspacetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// ID is the resource id of the workspace.
const ID = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-demo/providers/Microsoft.MachineLearningServices/workspaces/ws-demo"

// Location is the region of the workspace and of its cluster.
const Location = "westeurope"

// Object is a JSON object of the API.
type Object = map[string]any

// Call is a request to the APIs of models, services and environments, without what all
// of them have in front.
type Call struct {
	Method, Path string // POST /services/iris/listkeys
	Body         string
}

// Workspace is the state of a workspace. A test changes it by its methods, at any time.
type Workspace struct {
	t       testing.TB
	network *Network

	mu       sync.Mutex
	services map[string]Object
	keys     map[string][2]string // of services by name, of online endpoints by path
	computes map[string]Object
	models   []Object // newest first
	assets   map[string]Object
	// environments are definitions by name and version, in the order of registration.
	environments []Object
	orders       []*order
	operation    Object // how operations are
	deployed     Object // how services are that were deployed
	token        Object // what a service with token auth gives
	calls        []Call
	made         int // keys, ids and times are numbered
}

// order replaces the replies to some calls.
type order struct {
	method, suffix string
	times          int // that are left; negative: all
	reply          http.HandlerFunc
}

// New serves an empty workspace with the AKS cluster aks-demo, in memory, until the
// test ends. In a synctest bubble, its requests take no time.
func New(t testing.TB) *Workspace {
	t.Helper()
	w := &Workspace{
		t: t, services: map[string]Object{}, keys: map[string][2]string{}, assets: map[string]Object{},
		operation: Object{"state": "Succeeded"},
		computes:  map[string]Object{"aks-demo": {"computeType": "AKS", "computeLocation": Location, "provisioningState": "Succeeded"}},
	}
	w.network = NewNetwork(t, w)
	return w
}

// Client returns an HTTP client that reaches the workspace at URL.
func (w *Workspace) Client() *http.Client { return w.network.Client(w.t) }

// AddService adds a Healthy service with two keys. The fields are on top of what every service has.
func (w *Workspace) AddService(name string, fields Object) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.addService(name, fields)
}

func (w *Workspace) addService(name string, fields Object) {
	service := Object{
		"id": ID + "/services/" + name, "name": name, "state": "Healthy", "computeType": "ACI", "authEnabled": true,
		"kvTags": Object{}, "properties": Object{}, "createdTime": w.time(), "updatedTime": w.time(), "scoringUri": "http://scoring.test/" + name + "/score",
	}
	maps.Copy(service, fields)
	w.services[name] = service
	if _, has := w.keys[name]; !has {
		w.keys[name] = [2]string{w.next("primary"), w.next("secondary")}
	}
}

// Service returns a service as GET shows it; nil if there is none.
func (w *Workspace) Service(name string) Object {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.services[name])
}

// EditService changes a service, as somebody else would.
func (w *Workspace) EditService(name string, fields Object) {
	w.mu.Lock()
	defer w.mu.Unlock()
	maps.Copy(w.services[name], fields)
}

// RemoveService deletes a service, as somebody else would.
func (w *Workspace) RemoveService(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.services, name)
	delete(w.keys, name)
}

// Keys returns the keys of a service.
func (w *Workspace) Keys(name string) (primary, secondary string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	keys := w.keys[name]
	return keys[0], keys[1]
}

// SetKeys changes both keys of a service.
func (w *Workspace) SetKeys(name, primary, secondary string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.keys[name] = [2]string{primary, secondary}
}

// Rotate gives a slot (Primary or Secondary) a new key, as somebody else would.
func (w *Workspace) Rotate(name, slot string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rotate(name, slot, "")
}

func (w *Workspace) rotate(name, slot, value string) {
	keys := w.keys[name]
	if value == "" {
		value = w.next("regenerated")
	}
	if slot == "Secondary" {
		keys[1] = value
	} else {
		keys[0] = value
	}
	w.keys[name] = keys
}

// SetCompute adds a compute target with these properties.
func (w *Workspace) SetCompute(name string, properties Object) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.computes[name] = properties
}

// SetOperations changes how operations are from now on; a new workspace has all of
// them Succeeded.
func (w *Workspace) SetOperations(fields Object) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.operation = fields
}

// SetDeployments changes how services are after a create or a change from now on; in a
// new workspace they are Healthy.
func (w *Workspace) SetDeployments(fields Object) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.deployed = fields
}

// SetToken changes the tokens that services with token auth give, with the times of
// their refresh and of their end.
func (w *Workspace) SetToken(token string, refresh, end time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.token = Object{"accessToken": token, "tokenType": "Bearer", "refreshAfter": refresh.Unix(), "expiryOn": end.Unix()}
}

// ModelIDs returns name:version of all models, newest first.
func (w *Workspace) ModelIDs() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var ids []string
	for _, model := range w.models {
		ids = append(ids, model["id"].(string))
	}
	return ids
}

// AddModel registers a model, as somebody else would.
func (w *Workspace) AddModel(name string, fields Object) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.addModel(name, fields)
}

// AddEnvironment registers an environment; the latest one of a name is its latest
// version.
func (w *Workspace) AddEnvironment(name, version string, definition Object) {
	w.mu.Lock()
	defer w.mu.Unlock()
	environment := Object{"name": name, "version": version}
	maps.Copy(environment, definition)
	w.environments = append(w.environments, environment)
}

// Assets returns the ids of all assets, sorted.
func (w *Workspace) Assets() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(maps.Keys(w.assets))
}

// Answer replaces the replies to the next calls of a method with a path that ends
// with suffix, as often as times says; always if it is negative. Of several orders for a
// call the first one counts.
func (w *Workspace) Answer(method, suffix string, times int, reply http.HandlerFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.orders = append(w.orders, &order{method, suffix, times, reply})
}

// Reply is a reply of this status with a body of JSON.
func Reply(status int, body string) http.HandlerFunc {
	return func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		rw.WriteHeader(status)
		_, _ = io.WriteString(rw, body)
	}
}

// Refuse is the error of the API with this status, code and message.
func Refuse(status int, code, message string) http.HandlerFunc {
	body, _ := json.Marshal(Object{"code": code, "statusCode": status, "message": message})
	return Reply(status, string(body))
}

// Lose carries a call out, and replies with the error of a gateway.
func (w *Workspace) Lose(rw http.ResponseWriter, r *http.Request) {
	w.Serve(discard{http.Header{}}, r)
	Reply(http.StatusBadGateway, "<html>")(rw, r)
}

// discard is a reply that nobody gets.
type discard struct{ header http.Header }

func (d discard) Header() http.Header          { return d.header }
func (discard) Write(text []byte) (int, error) { return len(text), nil }
func (discard) WriteHeader(int)                {}

// Calls returns the calls so far, as "POST /services/iris/listkeys".
func (w *Workspace) Calls() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var calls []string
	for _, call := range w.calls {
		calls = append(calls, call.Method+" "+call.Path)
	}
	return calls
}

// Sent returns the calls of a method with a path that ends with suffix.
func (w *Workspace) Sent(method, suffix string) []Call {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []Call
	for _, call := range w.calls {
		if call.Method == method && strings.HasSuffix(call.Path, suffix) {
			found = append(found, call)
		}
	}
	return found
}

// Forget empties the list of calls.
func (w *Workspace) Forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = nil
}

// ServeHTTP implements http.Handler.
func (w *Workspace) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	if reply := w.receive(r, string(body)); reply != nil {
		reply(rw, r)
		return
	}
	w.Serve(rw, r)
}

// receive records a call, and returns the reply that was ordered for it.
func (w *Workspace) receive(r *http.Request, body string) http.HandlerFunc {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, api := range []string{managementPath, environmentPath, ID} {
		if path, is := strings.CutPrefix(r.URL.Path, api); is && (api != ID || strings.HasPrefix(r.URL.Path, endpointPath)) {
			w.calls = append(w.calls, Call{r.Method, path, body})
		}
	}
	for _, o := range w.orders {
		if o.times != 0 && o.method == r.Method && strings.HasSuffix(r.URL.Path, o.suffix) {
			o.times--
			return o.reply
		}
	}
	return nil
}

// next returns a text that no other call returns.
func (w *Workspace) next(prefix string) string {
	w.made++
	return fmt.Sprintf("%s-%04d", prefix, w.made)
}

// time returns another time with every call.
func (w *Workspace) time() string {
	w.made++
	return fmt.Sprintf("2026-01-01T00:%02d:%02dZ", w.made/60%60, w.made%60)
}
