// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package workspacetest

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Prefixes of the APIs. Discovery names them; each API has its own, so that an
// address that is composed fails.
const (
	discoveryPath   = "/disc/discovery"
	managementPath  = "/mm/modelmanagement/v1.0" + ID
	environmentPath = "/exp/environment/v1.0" + ID
	artifactPath    = "/hist/artifact/v2.0" + ID + "/artifacts"
	blobPath        = "/blobs/"
	endpointPath    = ID + "/onlineEndpoints/"
)

// Serve answers a request by the state, and changes it. It is for replies that were
// ordered and do something more.
func (w *Workspace) Serve(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var body Object
	var patch []Object
	if r.Method == http.MethodPatch {
		_ = json.NewDecoder(r.Body).Decode(&patch)
	} else if r.Body != nil {
		_ = json.NewDecoder(r.Body).Decode(&body)
	}
	path := r.URL.Path
	management, isManagement := strings.CutPrefix(path, managementPath)
	compute, isCompute := strings.CutPrefix(path, ID+"/computes/")
	switch {
	case path == ID:
		send(rw, 200, Object{"id": ID, "name": "ws-demo", "location": Location, "properties": Object{"workspaceId": "guid", "discoveryUrl": URL + discoveryPath}})
	case isCompute && w.computes[compute] != nil:
		send(rw, 200, Object{"name": compute, "properties": w.computes[compute]})
	case isCompute: // Resource Manager wraps its errors
		send(rw, http.StatusNotFound, Object{"error": Object{"code": "ResourceNotFound", "message": "Not found: " + compute}})
	case strings.HasPrefix(path, endpointPath):
		w.serveOnlineEndpoints(rw, strings.Split(strings.TrimPrefix(path, endpointPath), "/"), body)
	case path == discoveryPath:
		send(rw, 200, Object{"api": URL + "/api", "modelmanagement": URL + "/mm", "experimentation": URL + "/exp", "history": URL + "/hist"})
	case strings.HasPrefix(path, environmentPath):
		w.serveEnvironments(rw, strings.TrimPrefix(path, environmentPath+"/environments/"))
	case strings.HasPrefix(path, artifactPath):
		w.artifacts(rw, path, body)
	case strings.HasPrefix(path, blobPath):
		rw.WriteHeader(http.StatusCreated)
	case isManagement:
		segments := strings.Split(strings.TrimPrefix(management, "/"), "/")
		switch segments[0] {
		case "services":
			w.serveServices(rw, r.Method, segments[1:], body, patch)
		case "operations":
			operation := Object{"id": segments[1], "operationType": "Service", "operationDetails": Object{}}
			maps.Copy(operation, w.operation)
			send(rw, 200, operation)
		case "models":
			w.serveModels(rw, r, segments[1:], body, patch)
		case "assets":
			w.serveAssets(rw, r.Method, segments[1:], body)
		default:
			missing(rw, path)
		}
	default:
		missing(rw, path)
	}
}

func send(rw http.ResponseWriter, status int, body any) {
	rw.Header().Set("Content-Type", "application/json")
	rw.WriteHeader(status)
	_ = json.NewEncoder(rw).Encode(body)
}

// missing is the API's 404 of an object that does not exist.
func missing(rw http.ResponseWriter, what string) {
	send(rw, http.StatusNotFound, Object{"code": "NotFound", "statusCode": 404, "message": "Not found: " + what})
}

// accept replies with a new operation.
func (w *Workspace) accept(rw http.ResponseWriter) {
	rw.Header().Set("Operation-Location", URL+"/old/operations/"+w.next("operation"))
	rw.WriteHeader(http.StatusAccepted)
}

func (w *Workspace) serveServices(rw http.ResponseWriter, method string, at []string, body Object, patch []Object) {
	if len(at) == 0 {
		switch method {
		case http.MethodPost:
			name, _ := body["name"].(string)
			if _, exists := w.services[name]; exists && body["overwrite"] != true {
				send(rw, http.StatusConflict, Object{"code": "Conflict", "statusCode": 409, "message": "Conflict", "details": []Object{{"code": "ServiceExists", "message": "exists"}}})
				return
			}
			delete(body, "overwrite")
			if before := w.services[name]; before != nil {
				body["createdTime"] = before["createdTime"]
			}
			w.addService(name, body)
			maps.Copy(w.services[name], w.deployed)
			w.accept(rw)
		default:
			all := []Object{}
			for _, service := range w.services {
				all = append(all, service)
			}
			send(rw, 200, Object{"value": all})
		}
		return
	}
	name := at[0]
	service, exists := w.services[name]
	if !exists {
		if method == http.MethodDelete {
			rw.WriteHeader(http.StatusNoContent)
			return
		}
		missing(rw, name)
		return
	}
	switch strings.Join(append([]string{method}, at[1:]...), " ") {
	case "GET":
		send(rw, 200, service)
	case "PATCH":
		apply(service, patch)
		service["updatedTime"] = w.time()
		maps.Copy(service, w.deployed)
		w.accept(rw)
	case "DELETE":
		delete(w.services, name)
		delete(w.keys, name)
		rw.WriteHeader(http.StatusOK)
	case "POST listkeys":
		if service["authEnabled"] != true {
			send(rw, http.StatusBadRequest, Object{"code": "BadRequest", "statusCode": 400, "message": "Key auth is off."})
			return
		}
		send(rw, 200, Object{"primaryKey": w.keys[name][0], "secondaryKey": w.keys[name][1]})
	case "POST regenerateKeys":
		slot, _ := body["keyType"].(string)
		value, _ := body["keyValue"].(string)
		w.rotate(name, slot, value)
		w.accept(rw)
	case "POST token":
		if service["aadAuthEnabled"] != true {
			send(rw, http.StatusBadRequest, Object{"code": "BadRequest", "statusCode": 400, "message": "Token auth is off."})
			return
		}
		send(rw, http.StatusCreated, w.token)
	case "GET logs":
		send(rw, 200, Object{"content": "the end of the log"})
	default:
		missing(rw, strings.Join(at, "/"))
	}
}

// apply applies a JSON Patch of members and of members of members.
func apply(to Object, patch []Object) {
	for _, operation := range patch {
		path, _ := operation["path"].(string)
		segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
		within := to
		for _, segment := range segments[:len(segments)-1] {
			inner, ok := within[segment].(Object)
			if !ok {
				inner = Object{}
				within[segment] = inner
			}
			within = inner
		}
		last := strings.NewReplacer("~1", "/", "~0", "~").Replace(segments[len(segments)-1])
		if operation["op"] == "remove" {
			delete(within, last)
		} else {
			within[last] = operation["value"]
		}
	}
}

func (w *Workspace) addModel(name string, fields Object) Object {
	version := 1
	for _, model := range w.models {
		if model["name"] == name {
			version = max(version, model["version"].(int)+1)
		}
	}
	model := Object{"url": "https://example.test/model", "mimeType": "application/json", "kvTags": Object{}, "properties": Object{}}
	for field, value := range fields {
		model[field] = value
	}
	model["id"], model["name"], model["version"] = name+":"+strconv.Itoa(version), name, version
	model["createdTime"], model["modifiedTime"] = w.time(), w.time()
	w.models = slices.Insert(w.models, 0, model)
	return model
}

func (w *Workspace) serveModels(rw http.ResponseWriter, r *http.Request, at []string, body Object, patch []Object) {
	switch {
	case len(at) == 0 && r.Method == http.MethodPost:
		name, _ := body["name"].(string)
		send(rw, 200, w.addModel(name, body))
		return
	case len(at) == 0:
		found := []Object{}
		for _, model := range w.models {
			if name := r.URL.Query().Get("name"); name == "" || model["name"] == name {
				found = append(found, model)
			}
		}
		send(rw, 200, Object{"value": found})
		return
	}
	i := slices.IndexFunc(w.models, func(model Object) bool { return model["id"] == at[0] })
	switch {
	case i < 0 && r.Method == http.MethodDelete:
		rw.WriteHeader(http.StatusNoContent)
	case i < 0:
		missing(rw, at[0])
	case r.Method == http.MethodDelete:
		w.models = slices.Delete(w.models, i, i+1)
		rw.WriteHeader(http.StatusOK)
	case r.Method == http.MethodPatch:
		apply(w.models[i], patch)
		w.models[i]["modifiedTime"] = w.time()
		send(rw, 200, w.models[i])
	default:
		send(rw, 200, w.models[i])
	}
}

func (w *Workspace) serveAssets(rw http.ResponseWriter, method string, at []string, body Object) {
	switch {
	case method == http.MethodPost:
		id := w.next("asset")
		body["id"] = id
		w.assets[id] = body
		send(rw, 200, body)
	case len(at) == 0:
		found := []Object{}
		for _, asset := range w.assets {
			found = append(found, asset)
		}
		send(rw, 200, Object{"value": found})
	case w.assets[at[0]] == nil:
		missing(rw, at[0])
	case method == http.MethodDelete:
		delete(w.assets, at[0])
		rw.WriteHeader(http.StatusOK)
	default:
		send(rw, 200, w.assets[at[0]])
	}
}

// serveEnvironments answers for one environment, or with the latest of each name. The
// API wraps its errors.
func (w *Workspace) serveEnvironments(rw http.ResponseWriter, at string) {
	name, version, _ := strings.Cut(at, "/versions/")
	latest := map[string]Object{}
	for _, environment := range w.environments {
		if version == "" || environment["version"] == version {
			latest[environment["name"].(string)] = environment
		}
	}
	switch {
	case name == "":
		send(rw, 200, Object{"value": slices.Collect(maps.Values(latest))})
	case latest[name] == nil:
		send(rw, http.StatusNotFound, Object{"error": Object{"code": "UserError", "message": "Not found: " + at}})
	default:
		send(rw, 200, latest[name])
	}
}

// artifacts answers where uploads go. No byte of them is kept.
func (w *Workspace) artifacts(rw http.ResponseWriter, path string, body Object) {
	container := path[strings.LastIndexByte(path, '/')+1:]
	made, contents := Object{}, Object{}
	paths, _ := body["paths"].([]any)
	for _, each := range paths {
		file, _ := each.(Object)["path"].(string)
		made[file] = Object{"artifactId": "LocalUpload/" + container + "/" + file, "origin": "LocalUpload", "container": container, "path": file}
		contents[file] = Object{"contentUri": URL + blobPath + w.next("blob") + "?sig=secret"}
	}
	send(rw, 200, Object{"artifacts": made, "artifactContentInformation": contents})
}
