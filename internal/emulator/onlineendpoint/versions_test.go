// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestCodeVersions(t *testing.T) {
	t.Parallel()
	s := open(t)
	code := func(uri string) object { return object{"properties": object{"codeUri": uri, "description": "d"}} }
	created := s.want(http.StatusCreated, s.call("PUT", "/codes/iris/versions/1", code("https://demo.blob.core.windows.net/code/iris")))
	if p := properties(created.json); created.json["id"] != id("/codes/iris/versions/1") || created.json["name"] != "1" || p["provisioningState"] != "Succeeded" || p["isAnonymous"] != false {
		t.Errorf("created: %s", created.raw)
	}
	s.want(http.StatusOK, s.call("PUT", "/codes/iris/versions/1", created.json)) // the body of a GET can be sent back
	changed := s.call("PUT", "/codes/iris/versions/1", code("https://demo.blob.core.windows.net/code/other"))
	if _, detail, about := changed.problem(); changed.status != http.StatusBadRequest || detail != "PropertyImmutable" || about != "properties.codeUri" {
		t.Errorf("code that changes: %d %s", changed.status, changed.raw)
	}
	s.want(http.StatusOK, s.call("PUT", "/codes/iris/versions/1", object{"properties": object{"tags": object{"a": "b"}}}))
	if p := properties(s.call("GET", "/codes/iris/versions/1", nil).json); p["codeUri"] == nil || p["tags"].(object)["a"] != "b" {
		t.Errorf("after a change of tags: %v", p)
	}
	if p := properties(s.call("GET", "/codes/iris", nil).json); p["latestVersion"] != "1" || p["nextVersion"] != "2" {
		t.Errorf("the container that came with the version: %v", p)
	}
	s.want(http.StatusCreated, s.call("PUT", "/codes/empty", object{"properties": object{"description": "of none"}}))
	if p := properties(s.call("GET", "/codes/empty", nil).json); p["description"] != "of none" || p["latestVersion"] != nil || p["nextVersion"] != "1" {
		t.Errorf("a container without versions: %v", p)
	}
	s.want(http.StatusNotFound, s.call("GET", "/codes/none", nil))
	s.want(http.StatusCreated, s.call("PUT", "/codes/iris/versions/2", code("https://demo.blob.core.windows.net/code/two")))
	if listed := s.call("GET", "/codes/iris/versions", nil).json["value"].([]any); len(listed) != 2 {
		t.Errorf("listed: %v", listed)
	}
	s.put("/onlineEndpoints/iris", endpoint())
	s.put(blue, deployment("codeConfiguration", object{"codeId": id("/codes/iris/versions/2"), "scoringScript": "score.py"}))
	if reply := s.call("DELETE", "/codes/iris/versions/2", nil); reply.status != http.StatusConflict {
		t.Errorf("a deletion of code in use: %d", reply.status)
	}
	s.want(http.StatusOK, s.call("DELETE", "/codes/iris/versions/1", nil))
	s.want(http.StatusNoContent, s.call("DELETE", "/codes/iris/versions/1", nil))
	s.want(http.StatusNotFound, s.call("GET", "/codes/iris/versions/1", nil))
}

// A model that v1 registers is a version of v2, and the other way round.
func TestModelsAreShared(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.want(http.StatusOK, s.management("POST", "/modelmanagement/v1.0{scope}/models", object{
		"name": "tree", "url": "aml://artifact/LocalUpload/1a2b3c4d/tree.pkl", "mimeType": "application/json", "kvTags": object{"a": "1"}, "description": "of v1",
	}))
	got := s.want(http.StatusOK, s.call("GET", "/models/tree/versions/1", nil)).json
	p := properties(got)
	if got["id"] != id("/models/tree/versions/1") || p["modelType"] != "custom_model" || p["description"] != "of v1" || p["tags"].(object)["a"] != "1" ||
		p["modelUri"] != "azureml:/"+id("/datastores/workspaceartifactstore/paths/LocalUpload/1a2b3c4d/tree.pkl") {
		t.Errorf("a model of v1: %v", got)
	}
	s.want(http.StatusCreated, s.call("PUT", "/models/tree/versions/7", object{"properties": object{
		"modelUri": "https://demo.blob.core.windows.net/models/tree", "modelType": "mlflow_model", "tags": object{"b": "2"}, "description": "of v2",
		"flavors": object{"sklearn": object{"data": object{"version": "1.0"}}},
	}}))
	v1 := s.want(http.StatusOK, s.management("GET", "/modelmanagement/v1.0{scope}/models/tree:7", nil)).json
	if v1["version"] != 7.0 || v1["url"] != "https://demo.blob.core.windows.net/models/tree" || v1["kvTags"].(object)["b"] != "2" || v1["description"] != "of v2" || v1["mimeType"] != "application/json" {
		t.Errorf("a model of v2: %v", v1)
	}
	next := s.management("POST", "/modelmanagement/v1.0{scope}/models", object{"name": "tree", "url": "https://demo/next.pkl", "mimeType": "application/json"})
	if next.json["version"] != 8.0 {
		t.Errorf("the next version of v1: %s", next.raw)
	}
	s.want(http.StatusOK, s.call("PUT", "/models/tree/versions/7", object{"properties": object{"tags": object{"c": "3"}}}))
	seven := properties(s.call("GET", "/models/tree/versions/7", nil).json)
	if seven["tags"].(object)["c"] != "3" || seven["modelType"] != "mlflow_model" || seven["flavors"].(object)["sklearn"] == nil {
		t.Errorf("after a change of tags: %v", seven)
	}
	if listed := s.call("GET", "/models/tree/versions", nil).json["value"].([]any); len(listed) != 3 {
		t.Errorf("listed: %v", listed)
	}
	for name, c := range map[string]struct {
		path          string
		body          object
		detail, about string
	}{
		"a version that is no number": {"/models/tree/versions/latest", object{"modelUri": "https://demo/tree"}, "InvalidVersion", "version"},
		"no address":                  {"/models/tree/versions/9", object{}, "InvalidModelUri", "properties.modelUri"},
		"another address":             {"/models/tree/versions/7", object{"modelUri": "https://demo/other"}, "PropertyImmutable", "properties.modelUri"},
		"a name of no model":          {"/models/-tree/versions/1", object{"modelUri": "https://demo/other"}, "InvalidModelName", "name"},
	} {
		reply := s.call("PUT", c.path, object{"properties": c.body})
		if _, detail, about := reply.problem(); reply.status != http.StatusBadRequest || detail != c.detail || about != c.about {
			t.Errorf("%s: %d %s", name, reply.status, reply.raw)
		}
	}
	s.put("/onlineEndpoints/iris", endpoint())
	s.put(blue, deployment("model", id("/models/tree/versions/7"), "environmentId", nil)) // a model that Azure serves by itself
	s.want(http.StatusConflict, s.call("DELETE", "/models/tree/versions/7", nil))
	if used := s.management("DELETE", "/modelmanagement/v1.0{scope}/models/tree:7", nil); used.status != http.StatusPreconditionFailed || !strings.Contains(used.raw, "iris/blue") {
		t.Errorf("a deletion by v1 of what v2 uses: %d %s", used.status, used.raw)
	}
	s.want(http.StatusAccepted, s.management("POST", "/modelmanagement/v1.0{scope}/services", object{
		"name": "old", "computeType": "ACI", "environmentImageRequest": object{"modelIds": []string{"iris:2"}},
	}))
	if used := s.call("DELETE", "/models/iris/versions/2", nil); used.status != http.StatusConflict || !strings.Contains(used.raw, "old") {
		t.Errorf("a deletion by v2 of what v1 uses: %d %s", used.status, used.raw)
	}
	s.want(http.StatusOK, s.call("DELETE", "/models/tree/versions/8", nil))
	if gone := s.management("GET", "/modelmanagement/v1.0{scope}/models/tree:8", nil); gone.status != http.StatusNotFound {
		t.Errorf("a model that v2 deleted: %d", gone.status)
	}
}

// An environment that v1 registers is a version of v2, and the other way round.
func TestEnvironmentsAreShared(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.want(http.StatusOK, s.management("PUT", "/environment/v1.0{scope}/environments/tree/versions/1", object{
		"docker": object{"baseImage": "mcr.microsoft.com/azureml/minimal"},
		"python": object{"userManagedDependencies": false, "condaDependencies": object{"name": "tree", "dependencies": []any{"python=3.11", object{"pip": []any{"azureml-defaults"}}}}},
	}))
	p := properties(s.want(http.StatusOK, s.call("GET", "/environments/tree/versions/1", nil)).json)
	conda, _ := p["condaFile"].(string)
	if p["image"] != "mcr.microsoft.com/azureml/minimal" || p["osType"] != "Linux" || p["environmentType"] != "UserCreated" || !strings.Contains(conda, "- python=3.11") {
		t.Errorf("an environment of v1: %v", p)
	}
	if curated := properties(s.call("GET", "/environments/AzureML-sklearn-1.0/versions/1", nil).json); curated["environmentType"] != "Curated" {
		t.Errorf("a curated environment: %v", curated)
	}
	s.want(http.StatusCreated, s.call("PUT", "/environments/tree/versions/2", object{"properties": object{"image": "demo.azurecr.io/tree", "condaFile": conda, "tags": object{"a": "1"}}}))
	v1 := s.want(http.StatusOK, s.management("GET", "/environment/v1.0{scope}/environments/tree/versions/2", nil)).json
	python := v1["python"].(object)
	if v1["docker"].(object)["baseImage"] != "demo.azurecr.io/tree" || python["userManagedDependencies"] != false || python["condaDependencies"].(object)["name"] != "tree" {
		t.Errorf("an environment of v2: %v", v1)
	}
	again := s.want(http.StatusOK, s.call("GET", "/environments/tree/versions/2", nil))
	if p := properties(again.json); p["condaFile"] != conda || p["tags"].(object)["a"] != "1" {
		t.Errorf("read back: %s", again.raw)
	}
	s.want(http.StatusOK, s.call("PUT", "/environments/tree/versions/2", again.json))
	for name, c := range map[string]struct {
		path          string
		body          object
		detail, about string
	}{
		"another image":        {"/environments/tree/versions/2", object{"image": "other"}, "PropertyImmutable", "properties.image"},
		"no image":             {"/environments/tree/versions/3", object{}, "InvalidEnvironment", "properties.image"},
		"an image and a build": {"/environments/tree/versions/3", object{"image": "a", "build": object{"contextUri": "https://demo/b"}}, "InvalidEnvironment", "properties.image"},
		"no YAML":              {"/environments/tree/versions/3", object{"image": "a", "condaFile": "- [a"}, "InvalidCondaFile", "properties.condaFile"},
		"no object":            {"/environments/tree/versions/3", object{"image": "a", "condaFile": "- a"}, "InvalidCondaFile", "properties.condaFile"},
		"a curated name":       {"/environments/AzureML-own/versions/1", object{"image": "a"}, "InvalidEnvironmentName", "name"},
	} {
		reply := s.call("PUT", c.path, object{"properties": c.body})
		if _, detail, about := reply.problem(); reply.status != http.StatusBadRequest || detail != c.detail || about != c.about {
			t.Errorf("%s: %d %s", name, reply.status, reply.raw)
		}
	}
	s.want(http.StatusOK, s.call("DELETE", "/environments/tree/versions/2", nil))
	s.want(http.StatusNotFound, s.call("GET", "/environments/tree/versions/2", nil))
	if p := properties(s.call("GET", "/environments/tree", nil).json); p["latestVersion"] != "1" {
		t.Errorf("the container: %v", p)
	}
}
