// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// The SDK's way to a workspace: the cloud's metadata, Resource Manager,
// discovery (anonymous), and the compute.
func TestSDKWorkspace(t *testing.T) {
	t.Parallel()
	s := open(t)
	metadata := s.sdk("GET", s.e.ResourceManagerURL()+"/metadata/endpoints?api-version=2019-05-01", "", "")
	if !strings.Contains(metadata.raw, `"name":"AzureCloud"`) || !strings.Contains(metadata.raw, `"resourceManager":"`+s.e.AuthorityURL()+`/"`) {
		t.Errorf("cloud metadata: %s", metadata.raw)
	}
	for _, member := range []string{
		"authentication", "loginEndpoint", "audiences", "graphAudience", "gallery", "batch", "media", "sqlManagement", "activeDirectoryDataLake",
		"vmImageAliasDoc", "suffixes", "storage", "keyVaultDns", "sqlServerHostname", "acrLoginServer", "azureDataLakeStoreFileSystem", "azureDataLakeAnalyticsCatalogAndJob",
	} {
		if !strings.Contains(metadata.raw, `"`+member+`":`) {
			t.Errorf("cloud metadata lacks %s", member)
		}
	}
	workspace := s.sdk("GET", s.e.ResourceManagerURL()+"/"+s.scope+"?api-version=2022-05-01", "", "")
	hasKeys(t, "workspace", workspace.json, "id", "name", "location", "tags", "properties")
	properties := objectOf(t, workspace.json["properties"])
	hasKeys(t, "workspace properties", properties, "workspaceId", "discoveryUrl", "friendlyName", "provisioningState", "storageAccount", "keyVault",
		"applicationInsights", "containerRegistry", "imageBuildCompute", "hbiWorkspace", "privateEndpointConnections", "allowPublicAccessWhenBehindVnet")
	discovery := s.do("GET", properties["discoveryUrl"].(string), "", nil)
	hasKeys(t, "discovery", discovery.json, "api", "experimentation", "history", "hyperdrive", "modelmanagement", "studio")

	compute := s.sdk("GET", discovery.json["api"].(string)+"/rp/workspaces"+s.scope+"/computes/aks-demo?api-version=2020-02-02", "", "")
	hasKeys(t, "compute", compute.json, "id", "name", "location", "tags", "properties")
	outer := objectOf(t, compute.json["properties"])
	hasKeys(t, "compute properties", outer, "computeType", "properties", "provisioningErrors", "description", "provisioningState", "resourceId")
	hasKeys(t, "inner properties", outer["properties"], "agentVmSize", "agentCount", "clusterPurpose", "clusterFqdn", "systemServices")
	if got := s.sdk("GET", discovery.json["api"].(string)+"/rp/workspaces"+s.scope+"/computes/none?api-version=2020-02-02", "", ""); got.status != http.StatusNotFound {
		t.Errorf("a missing compute: %d", got.status)
	}
}

const registered = `{"name": "sdk-model", "url": "aml://asset/%s", "mimeType": "application/json", "framework": "ScikitLearn", "frameworkVersion": "1.0",
	"description": "first", "kvTags": {"area": "flowers"}, "properties": {"owner": "me"}, "unpack": false, "datasets": [{"name": "training", "id": "d-1"}],
	"resourceRequirements": {"cpu": 1.0, "memoryInGB": 0.5}}`

// registerModel is the whole of Model.register.
func (s *session) registerModel(container string) (id string, asset answer) {
	s.t.Helper()
	uri := s.sdkAsset(container, "model.pkl", "weights")
	if uri != "aml://artifact/LocalUpload/"+container+"/model.pkl" {
		s.t.Fatalf("artifact: %s", uri)
	}
	asset = s.sdk("POST", s.url("/assets"), jsonType, `{"name": "sdk-model", "artifacts": [{"prefix": "LocalUpload/`+container+`/model.pkl"}]}`)
	model := s.sdk("POST", s.url("/models"), jsonType, fmt.Sprintf(registered, asset.json["id"]))
	if asset.status != http.StatusOK || model.status != http.StatusOK {
		s.t.Fatalf("register: %d %s, %d %s", asset.status, asset.raw, model.status, model.raw)
	}
	return model.json["id"].(string), asset
}

func TestSDKModel(t *testing.T) {
	t.Parallel()
	s := open(t)
	id, asset := s.registerModel("241124T000000-0a1b2c3d")
	second, _ := s.registerModel("241124T000001-4e5f6a7b")
	if id != "sdk-model:1" || second != "sdk-model:2" {
		t.Fatalf("versions: %s %s", id, second)
	}
	// The id is one path segment, with its colon escaped.
	got := s.sdk("GET", s.url("/models/sdk-model%3A1"), "", "")
	hasKeys(t, "model", got.json, expandedModelKeysWithoutTags()...)
	if _, isArray := got.json["datasets"].([]any); !isArray {
		t.Errorf("datasets: %v", got.json["datasets"])
	}
	// Registered without a gpu, shown with one: the SDK reads all three.
	hasKeys(t, "resource requirements", got.json["resourceRequirements"], "cpu", "memoryInGB", "gpu")
	// Model(workspace, name): the first of a page of one is the latest.
	one := s.sdk("GET", s.url("/models?name=sdk-model&count=1"), "", "")
	if items := one.json["value"].([]any); len(items) != 1 || objectOf(t, items[0])["version"] != 2.0 {
		t.Errorf("Model(ws, name): %s", one.raw)
	}
	// A model that is not there: the SDK reads statusCode in the flat body.
	if missing := s.sdk("GET", s.url("/models/none%3A1"), "", ""); missing.status != http.StatusNotFound || missing.json["statusCode"] != 404.0 || missing.json["error"] != nil {
		t.Errorf("missing: %d %s", missing.status, missing.raw)
	}

	patched := s.sdk("PATCH", s.url("/models/sdk-model%3A1"), patchType, `[{"op": "replace", "path": "/kvTags", "value": {"a": "b"}},
		{"op": "replace", "path": "/description", "value": "second"}, {"op": "add", "path": "/properties", "value": {"more": "x"}}]`)
	properties := objectOf(t, patched.json["properties"])
	if tags := objectOf(t, patched.json["kvTags"]); patched.status != http.StatusOK || len(tags) != 1 || patched.json["description"] != "second" || properties["owner"] != "me" || properties["more"] != "x" {
		t.Errorf("PATCH: %d %s", patched.status, patched.raw)
	}

	// Download: the asset names a prefix, the prefix the file itself.
	read := s.sdk("GET", s.url("/assets/"+asset.json["id"].(string)), "", "")
	prefix := objectOf(t, read.json["artifacts"].([]any)[0])["prefix"].(string)
	contents := s.sdk("GET", s.artifactURL("/artifacts/prefix/contentinfo/"+prefix), "", "")
	uri := objectOf(t, contents.json["value"].([]any)[0])["contentUri"].(string)
	if file := s.blob("GET", uri, ""); file.raw != "weights" {
		t.Errorf("download: %d %q", file.status, file.raw)
	}

	// Deployed without code, it cannot be deleted; expanded, its tags have another name.
	service := s.sdkDeploy(t, "no-code", `{"name": "no-code", "computeType": "ACI", "keys": {"primaryKey": null, "secondaryKey": null}, "containerResourceRequirements": {"cpu": null, "memoryInGB": null},
		"environmentImageRequest": {"modelIds": ["sdk-model:1"]}}`)
	if tags := objectOf(t, objectOf(t, service["models"].([]any)[0])["tags"]); tags["a"] != "b" {
		t.Errorf("tags of the expanded model: %v", tags)
	}
	if metrics := s.sdk("GET", s.url("/models/sdk-model%3A1/metrics"), "", ""); objectOf(t, metrics.json["deploymentSummary"])["successfulDeployments"] != 1.0 {
		t.Errorf("metrics: %s", metrics.raw)
	}
	if used := s.sdk("DELETE", s.url("/models/sdk-model%3A1"), "", ""); used.status != http.StatusPreconditionFailed || !strings.Contains(used.json["message"].(string), "DeletionRequired") || !strings.Contains(used.raw, `"details":[{"code":"DeletionRequired"`) {
		t.Errorf("delete of a used model: %d %s", used.status, used.raw)
	}
	s.succeed(s.call("DELETE", "/services/no-code", nil))
	if gone := s.sdk("DELETE", s.url("/models/sdk-model%3A1"), "", ""); gone.status != http.StatusOK {
		t.Errorf("delete: %d %s", gone.status, gone.raw)
	}
	if gone := s.sdk("DELETE", s.url("/models/sdk-model%3A1"), "", ""); gone.status != http.StatusNoContent {
		t.Errorf("delete again: %d %s", gone.status, gone.raw)
	}
}

func expandedModelKeysWithoutTags() []string {
	var keys []string
	for _, key := range expandedModelKeys {
		if key != "tags" {
			keys = append(keys, key)
		}
	}
	return keys
}

// Model.list: count, absolute nextLink, and the filters.
func TestSDKModelList(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithBehavior(emulator.Behavior{PageSize: 20}))
	for i := range 45 {
		body := fmt.Sprintf(`{"name": "m%d", "url": "https://example.invalid/m", "mimeType": "application/json", "kvTags": {"n": "%d", "odd": "%t"}, "properties": {"p": "1"}}`, i%9, i, i%2 == 1)
		if got := s.sdk("POST", s.url("/models"), jsonType, body); got.status != http.StatusOK {
			t.Fatalf("register: %d %s", got.status, got.raw)
		}
	}
	list := func(query string) (ids []string) {
		for next := s.url("/models?" + query); next != ""; {
			page := s.sdk("GET", next, "", "")
			if page.status != http.StatusOK {
				t.Fatalf("%s: %d %s", query, page.status, page.raw)
			}
			for _, item := range page.json["value"].([]any) {
				ids = append(ids, objectOf(t, item)["id"].(string))
			}
			next, _ = page.json["nextLink"].(string)
		}
		return ids
	}
	for query, want := range map[string]int{
		"count=20": 48, "name=m3": 5, "tags=odd%3Dtrue": 22, "tags=n%3D44,odd": 1, "properties=p": 45, "latestVersionOnly=true": 11,
		"framework=ScikitLearn": 2, "tag=odd": 45, "offset=40&count=3&name=m1": 0, "name=m1&offset=3": 2, "runId=r": 0, "orderBy=CreatedAtAsc&count=7": 48,
	} {
		ids := list(query)
		seen := map[string]bool{}
		for _, id := range ids {
			seen[id] = true
		}
		if len(ids) != want || len(seen) != want {
			t.Errorf("%s: %d models, %d different, want %d", query, len(ids), len(seen), want)
		}
	}
	if newest := list("count=20")[0]; newest != "m8:5" {
		t.Errorf("newest first: %s", newest)
	}
	for _, query := range []string{"count=0", "count=x", "orderBy=Name", "$skipToken=!", "offset=-1"} {
		if got := s.sdk("GET", s.url("/models?"+query), "", ""); got.status != http.StatusBadRequest || got.json["statusCode"] != 400.0 {
			t.Errorf("%s: %d %s", query, got.status, got.raw)
		}
	}
	body := `{"name": "m3", "count": 2}`
	total := 0
	for range 5 {
		page := s.sdk("POST", s.url("/models/list"), jsonType, body)
		total += len(page.json["value"].([]any))
		token, _ := page.json["continuationToken"].(string)
		if token == "" {
			break
		}
		if query, found := strings.CutPrefix(page.json["nextLink"].(string), s.url("/models?")); !found || len(list(query)) != 5-total {
			t.Errorf("by the link of a list by body: %v", page.json["nextLink"])
		}
		body = `{"name": "m3", "count": 2, "skipToken": "` + token + `"}`
	}
	if total != 5 {
		t.Errorf("by body: %d", total)
	}
}

func TestModelRefuses(t *testing.T) {
	t.Parallel()
	s := open(t)
	id, _ := s.registerModel("241124T000000-0a1b2c3d")
	good := map[string]any{"name": "m", "url": "https://example.invalid/m", "mimeType": "application/json"}
	for name, test := range map[string]struct {
		pairs  []any
		target string
	}{
		"no name":       {[]any{"name", nil}, "name"},
		"bad name":      {[]any{"name", "-m"}, "name"},
		"no url":        {[]any{"url", nil}, "url"},
		"unknown asset": {[]any{"url", "aml://asset/none"}, "url"},
		"no scheme":     {[]any{"url", "model.pkl"}, "url"},
		"unknown":       {[]any{"stage", "x"}, "stage"},
		"tags":          {[]any{"kvTags", map[string]any{"a": 1}}, "kvTags"},
		"datasets":      {[]any{"datasets", "d"}, "datasets"},
	} {
		body := map[string]any{}
		for key, value := range good {
			body[key] = value
		}
		got := s.call("POST", "/models", change(body, test.pairs))
		if _, target, _ := got.problem(); got.status != http.StatusBadRequest || got.json["statusCode"] != 400.0 || target != test.target {
			t.Errorf("%s: %d %s", name, got.status, got.raw)
		}
	}
	for _, patch := range []string{
		`[]`, `{}`, `[{"op": "replace", "path": "/name", "value": "x"}]`, `[{"op": "remove", "path": "/kvTags"}]`, `[{"op": "replace", "path": "/description", "value": 1}]`,
		`[{"op": "add", "path": "/properties", "value": {"owner": "other"}}]`, `[{"op": "replace", "path": "/properties", "value": null}]`,
	} {
		if got := s.sdk("PATCH", s.url("/models/"+strings.ReplaceAll(id, ":", "%3A")), patchType, patch); got.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", patch, got.status, got.raw)
		}
	}
	if got := s.call("PATCH", "/models/none%3A1", []any{}); got.status != http.StatusNotFound {
		t.Errorf("PATCH of a missing model: %d", got.status)
	}
	reader := s.as(emulator.ReaderClientID)
	for _, method := range []string{"PATCH", "DELETE"} {
		if got := reader.call(method, "/models/"+strings.ReplaceAll(id, ":", "%3A"), []any{}); got.status != http.StatusForbidden {
			t.Errorf("%s by a Reader: %d", method, got.status)
		}
	}
}

func TestAssets(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithBehavior(emulator.Behavior{PageSize: 2}))
	var last string
	for i := range 5 {
		got := s.call("POST", "/assets", map[string]any{"name": fmt.Sprintf("a%d", i%2), "runid": "r", "kvTags": map[string]any{"i": fmt.Sprint(i)}})
		if last, _ = got.json["id"].(string); got.status != http.StatusOK || last == "" || strings.ContainsAny(last, "/:%") {
			t.Fatalf("create: %d %s", got.status, got.raw)
		}
	}
	count := func(query string) (n int, first string) {
		for next := s.url("/assets?" + query); next != ""; {
			page := s.do("GET", next, s.bearer, nil)
			for _, item := range page.json["value"].([]any) {
				if n == 0 {
					first = objectOf(t, item)["id"].(string)
				}
				n++
			}
			next, _ = page.json["nextLink"].(string)
		}
		return n, first
	}
	if n, first := count(""); n != 5 || first != last {
		t.Errorf("list: %d, first %s, newest %s", n, first, last)
	}
	if n, _ := count("name=a1&runId=r"); n != 2 {
		t.Errorf("by name: %d", n)
	}
	if n, _ := count("tags=i%3D3"); n != 1 {
		t.Errorf("by tag: %d", n)
	}
	if got := s.call("PATCH", "/assets/"+last, []any{map[string]any{"op": "replace", "path": "/description", "value": "d"}}); got.json["description"] != "d" {
		t.Errorf("PATCH: %d %s", got.status, got.raw)
	}
	if got := s.call("DELETE", "/assets/"+last, nil); got.status != http.StatusOK {
		t.Errorf("DELETE: %d", got.status)
	}
	if got := s.call("DELETE", "/assets/"+last, nil); got.status != http.StatusNoContent {
		t.Errorf("DELETE again: %d", got.status)
	}
	if got := s.call("GET", "/assets/"+last, nil); got.status != http.StatusNotFound || got.json["statusCode"] != 404.0 {
		t.Errorf("GET of a missing asset: %d %s", got.status, got.raw)
	}
	if got := s.call("POST", "/assets", map[string]any{"artifacts": []any{}}); got.status != http.StatusBadRequest {
		t.Errorf("without a name: %d", got.status)
	}
	if got := s.call("GET", "/assets?orderby=x", nil); got.status != http.StatusBadRequest {
		t.Errorf("order: %d", got.status)
	}
}

// Environment.register, get and list. The request's names are in upper camel
// case, the reply's in lower.
func TestSDKEnvironment(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithBehavior(emulator.Behavior{PageSize: 2}))
	environments := s.e.ResourceManagerURL() + "/environment/v1.0" + s.scope + "/environments"
	body := `{"Name": "my-env", "Version": null, "python": {"userManagedDependencies": false, "interpreterPath": "python", "condaDependencies": {"Name": "kept", "dependencies": ["python=3.8"]}},
		"EnvironmentVariables": {"UPPER": "v"}, "Docker": {"BaseImage": "img", "enabled": false, "baseImageRegistry": {"address": "a", "username": "u", "password": "p-secret"}}, "Spark": {"precachePackages": true}, "InferencingStackVersion": "latest", "r": null}`
	first := s.sdk("PUT", environments+"/my-env", jsonType, body)
	second := s.sdk("PUT", environments+"/my-env", jsonType, body)
	chosen := s.sdk("PUT", environments+"/my-env/versions/v7", jsonType, body)
	if first.json["version"] != "1" || second.json["version"] != "2" || chosen.json["version"] != "v7" || first.status != http.StatusOK {
		t.Fatalf("versions: %s %s %s", first.raw, second.raw, chosen.raw)
	}
	got := s.sdk("GET", environments+"/my-env/versions/1", "", "")
	hasKeys(t, "environment", got.json, "name", "version", "python", "environmentVariables", "docker", "spark", "inferencingStackVersion")
	conda := objectOf(t, objectOf(t, got.json["python"])["condaDependencies"])
	if conda["Name"] != "kept" || objectOf(t, got.json["environmentVariables"])["UPPER"] != "v" || objectOf(t, got.json["docker"])["baseImage"] != "img" || strings.Contains(got.raw, "p-secret") {
		t.Errorf("environment: %s", got.raw)
	}
	if latest := s.sdk("GET", environments+"/my-env", "", ""); latest.json["version"] != "v7" {
		t.Errorf("latest: %s", latest.raw)
	}
	if curated := s.sdk("GET", environments+"/AzureML-sklearn-1.0", "", ""); curated.status != http.StatusOK {
		t.Errorf("a curated environment: %d", curated.status)
	}
	var names []string
	for next, pages := "", 0; pages < 5; pages++ {
		page := s.sdk("GET", environments+"/?continuation="+next, "", "")
		for _, item := range page.json["value"].([]any) {
			names = append(names, objectOf(t, item)["name"].(string)+":"+objectOf(t, item)["version"].(string))
		}
		if next, _ = page.json["continuationToken"].(string); next == "" {
			break
		}
	}
	if strings.Join(names, " ") != "AzureML-sklearn-1.0:1 my-env:v7 sklearn-env:1" {
		t.Errorf("list: %v", names)
	}
	for name, request := range map[string][2]string{
		"unknown member": {"/my-env", `{"Name": "my-env", "channel": "x"}`}, "other name": {"/my-env", `{"Name": "other"}`}, "no JSON": {"/my-env", `[`},
		"reserved": {"/AzureML-mine", `{}`}, "empty member": {"/my-env", `{"": 1}`}, "wrong type": {"/my-env", `{"python": "3.8"}`},
	} {
		if got := s.sdk("PUT", environments+request[0], jsonType, request[1]); got.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", name, got.status, got.raw)
		}
	}
	if got := s.sdk("GET", environments+"/none/versions/1", "", ""); got.status != http.StatusNotFound {
		t.Errorf("missing: %d", got.status)
	}
	reader := s.as(emulator.ReaderClientID)
	if got := reader.sdk("PUT", environments+"/my-env", jsonType, body); got.status != http.StatusForbidden {
		t.Errorf("by a Reader: %d", got.status)
	}
}

// The older token endpoint, and the subscriptions that a sign-in looks up.
func TestSDKSignIn(t *testing.T) {
	t.Parallel()
	s := open(t)
	sign := func(pairs ...string) answer {
		request, err := http.NewRequest("POST", s.e.AuthorityURL()+"/"+emulator.DefaultTenantID+"/oauth2/token", strings.NewReader(form(pairs...)))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		reply, err := send(s.e, request)
		if err != nil {
			t.Fatal(err)
		}
		return reply
	}
	granted := sign("grant_type", "client_credentials", "client_id", emulator.ReaderClientID, "client_secret", emulator.ReaderSecret, "resource", "https://management.core.windows.net/")
	token, _ := granted.json["access_token"].(string)
	if granted.status != http.StatusOK || granted.json["token_type"] != "Bearer" || granted.json["resource"] != "https://management.core.windows.net/" {
		t.Fatalf("token: %d %s", granted.status, granted.raw)
	}
	hasKeys(t, "token", granted.json, "expires_in", "expires_on", "ext_expires_in")
	for name, wrong := range map[string]answer{
		"secret":   sign("grant_type", "client_credentials", "client_id", emulator.ReaderClientID, "client_secret", "x", "resource", "https://management.core.windows.net/"),
		"resource": sign("grant_type", "client_credentials", "client_id", emulator.ReaderClientID, "client_secret", emulator.ReaderSecret, "resource", "https://vault.azure.net"),
		"nothing":  sign(),
	} {
		if wrong.status < 400 || wrong.json["error"] == nil || wrong.json["access_token"] != nil {
			t.Errorf("wrong %s: %d %s", name, wrong.status, wrong.raw)
		}
	}
	list := s.do("GET", s.e.ResourceManagerURL()+"/subscriptions?api-version=2016-06-01", token, nil)
	if items := list.json["value"].([]any); len(items) != 1 || objectOf(t, items[0])["subscriptionId"] != emulator.DefaultSubscriptionID {
		t.Errorf("subscriptions: %s", list.raw)
	}
	one := s.do("GET", s.e.ResourceManagerURL()+"/subscriptions/"+emulator.DefaultSubscriptionID+"?api-version=2016-06-01", token, nil)
	hasKeys(t, "subscription", one.json, "id", "subscriptionId", "displayName", "state", "tenantId")
	if missing := s.do("GET", s.e.ResourceManagerURL()+"/subscriptions/33333333-3333-3333-3333-333333333333", token, nil); missing.status != http.StatusNotFound || missing.json["error"] == nil {
		t.Errorf("a missing subscription: %d %s", missing.status, missing.raw)
	}
}
