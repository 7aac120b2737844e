// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// These tests send what the Python SDK azureml-core 1.51 sends, byte for byte
// where it matters (null members, content types, offsets), and check every key
// that it insists on in the answers: where one is missing, it raises KeyError.

// sdk sends a request with the SDK's headers.
func (s *session) sdk(method, address, contentType, body string) answer {
	s.t.Helper()
	request, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.bearer)
	request.Header.Set("User-Agent", "azureml-sdk-core/1.51.0")
	request.Header.Set("x-ms-client-session-id", "6f9a1c7e-0000-4000-8000-000000000001")
	request.Header.Set("x-ms-client-request-id", "6f9a1c7e-0000-4000-8000-000000000002")
	request.Header.Set("Accept-Encoding", "identity")
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	reply, err := send(s.e, request)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply
}

// hasKeys fails for every key that is not there; null counts as there.
func hasKeys(t testing.TB, what string, object any, keys ...string) {
	t.Helper()
	members, isObject := object.(map[string]any)
	if !isObject {
		t.Errorf("%s: want an object, got %v", what, object)
		return
	}
	for _, key := range keys {
		if _, there := members[key]; !there {
			t.Errorf("%s lacks %s", what, key)
		}
	}
}

func objectOf(t testing.TB, value any) map[string]any {
	t.Helper()
	members, isObject := value.(map[string]any)
	if !isObject {
		t.Fatalf("want an object, got %v", value)
	}
	return members
}

const (
	jsonType  = "application/json"
	patchType = "application/json-patch+json"
)

var (
	serviceKeys = []string{"computeType", "createdTime", "description", "kvTags", "name", "properties", "state", "operationId"}
	aciKeys     = []string{
		"appInsightsEnabled", "authEnabled", "cname", "containerResourceRequirements", "location", "publicIp", "scoringUri", "sslCertificate", "sslEnabled", "sslKey",
	}
	aksKeys = []string{
		"appInsightsEnabled", "authEnabled", "aadAuthEnabled", "autoScaler", "computeName", "containerResourceRequirements", "dataCollection",
		"maxConcurrentRequestsPerContainer", "maxQueueWaitMs", "numReplicas", "scoringTimeoutMs", "scoringUri", "livenessProbeRequirements",
	}
	// expandedModelKeys are needed in every GET of a service: one that lacks
	// raises in deploy, update and wait alike.
	expandedModelKeys = []string{
		"createdBy", "createdTime", "datasets", "description", "experimentName", "framework", "frameworkVersion", "id", "mimeType", "name", "properties",
		"runId", "unpack", "url", "version", "tags", "resourceRequirements",
	}
)

// checkService checks what the SDK reads of a service.
func checkService(t *testing.T, service map[string]any) {
	t.Helper()
	hasKeys(t, "service", service, serviceKeys...)
	if _, err := time.Parse(time.RFC3339, service["createdTime"].(string)); err != nil {
		t.Errorf("createdTime: %v", err)
	}
	if updated, there := service["updatedTime"]; there {
		if _, err := time.Parse(time.RFC3339, updated.(string)); err != nil {
			t.Errorf("updatedTime: %v", err)
		}
	}
	for _, name := range []string{"kvTags", "properties"} {
		objectOf(t, service[name]) // {} and never null
	}
	switch service["computeType"] {
	case "ACI":
		hasKeys(t, "ACI service", service, aciKeys...)
		hasKeys(t, "resources", service["containerResourceRequirements"], "cpu", "memoryInGB")
		if service["sslCertificate"] != "" || service["sslKey"] != "" {
			t.Error("TLS material is echoed")
		}
	case "AKS":
		hasKeys(t, "AKS service", service, aksKeys...)
		hasKeys(t, "autoScaler", service["autoScaler"], "autoscaleEnabled", "minReplicas", "maxReplicas", "targetUtilization", "refreshPeriodInSeconds")
		hasKeys(t, "resources", service["containerResourceRequirements"], "cpu", "cpuLimit", "memoryInGB", "memoryInGBLimit", "gpu")
		hasKeys(t, "dataCollection", service["dataCollection"], "eventHubEnabled", "storageEnabled")
	}
	if _, there := service["keys"]; there {
		t.Error("keys are returned")
	}
	for _, item := range service["models"].([]any) {
		model := objectOf(t, item)
		hasKeys(t, "expanded model", model, expandedModelKeys...)
		if _, isArray := model["datasets"].([]any); !isArray || model["createdTime"] == nil {
			t.Errorf("expanded model: %v", model)
		}
	}
}

// The driver and the source directory, uploaded as Model.deploy does it: one
// path each, a container of eight hexadecimal digits.
func (s *session) sdkAsset(container, name, content string) string {
	s.t.Helper()
	reply := s.sdk("POST", s.artifactURL("/artifacts/batch/metadata/LocalUpload/"+container), patchType+"; charset=utf-8", `{"paths": [{"path": "`+name+`"}]}`)
	artifact := objectOf(s.t, objectOf(s.t, reply.json["artifacts"])[name])
	uri := objectOf(s.t, objectOf(s.t, reply.json["artifactContentInformation"])[name])["contentUri"].(string)
	if put := s.blob("PUT", uri+"&timeout=30", content); put.status != http.StatusCreated {
		s.t.Fatalf("PUT: %d", put.status)
	}
	if head := s.blob("HEAD", uri, ""); head.status != http.StatusOK {
		s.t.Fatalf("HEAD: %d", head.status)
	}
	return "aml://artifact/" + artifact["artifactId"].(string)
}

// imageRequest is the environmentImageRequest of an inference configuration.
func (s *session) imageRequest(model string) string {
	return `{"driverProgram": "_generated_driver.py", "assets": [
		{"id": "_generated_driver.py", "url": "` + s.sdkAsset("0a1b2c3d", "_generated_driver.py", "# driver") + `", "mimeType": "application/x-python"},
		{"id": "source.tar.gz", "url": "` + s.sdkAsset("4e5f6a7b", "source.tar.gz", "tar") + `", "mimeType": "application/octet-stream", "unpack": true}],
		"modelIds": ["` + model + `"],
		"environment": {"name": "sklearn-env", "version": "1", "assetId": null, "autoRebuild": true,
			"environmentVariables": {"AZUREML_ENTRY_SCRIPT": "src/score.py", "AZUREML_SOURCE_DIRECTORY": "src"},
			"python": {"userManagedDependencies": false, "interpreterPath": "python", "condaDependenciesFile": null, "baseCondaEnvironment": null,
				"condaDependencies": {"channels": ["conda-forge"], "dependencies": ["python=3.8", {"pip": ["azureml-defaults"]}], "name": "project_environment"}},
			"docker": {"enabled": false, "baseImage": "mcr.microsoft.com/azureml/base", "baseDockerfile": null, "platform": {"os": "Linux", "architecture": "amd64"},
				"baseImageRegistry": {"address": "r.example.com", "username": "user", "password": "secret-of-the-registry", "registryIdentity": null}, "sharedVolumes": true, "shmSize": null, "arguments": []},
			"spark": {"repositories": [], "packages": [], "precachePackages": true}, "databricks": {"mavenLibraries": []}, "r": null, "inferencingStackVersion": null}}`
}

// follow polls an operation as wait_for_deployment(show_output=True) does: the
// offset is the number of characters shown so far.
func (s *session) follow(accepted answer) {
	s.t.Helper()
	location := accepted.header.Get("Operation-Location")
	if location == "" {
		s.t.Fatalf("no Operation-Location: %d %s", accepted.status, accepted.raw)
	}
	id := location[strings.LastIndex(location, "/")+1:]
	shown := ""
	for range 500 {
		operation := s.sdk("GET", s.url("/operations/"+id+"?offset="+itoa(len(shown))), "", "").json
		hasKeys(s.t, "operation", operation, "id", "operationType", "state", "createdTime", "streamingOperationLog", "operationDetails")
		shown += operation["streamingOperationLog"].(string)
		if state := operation["state"]; state == "Succeeded" {
			for _, item := range strings.Split(shown, "#") {
				if at, text, cut := strings.Cut(item, "|"); !cut || len(at) != 14 || text == "" {
					s.t.Errorf("item of the streaming log: %q", item)
				}
			}
			return
		} else if state != "NotStarted" && state != "Running" {
			s.t.Fatalf("operation: %v", operation)
		}
		time.Sleep(5 * time.Millisecond)
	}
	s.t.Fatal("the operation did not end")
}

func itoa(n int) string { raw, _ := json.Marshal(n); return string(raw) }

// sdkDeploy sends the advisory calls and the create, reads the service at once
// and follows the operation.
func (s *session) sdkDeploy(t *testing.T, name, payload string) map[string]any {
	t.Helper()
	for path, body := range map[string]string{
		"/services/validate/name/" + name: `{}`,
		"/services/validate":              `{"type": "Create", "serviceName": "` + name + `", "createRequest": ` + payload + `, "updateRequest": null}`,
		"/services/validate/resource":     payload,
	} {
		if got := s.sdk("POST", s.url(path), jsonType, body); got.status != http.StatusOK || strings.Contains(got.raw, "error") {
			t.Errorf("%s: %d %s", path, got.status, got.raw)
		}
	}
	created := s.sdk("POST", s.url("/services"), jsonType, payload)
	if created.status != http.StatusAccepted {
		t.Fatalf("create: %d %s", created.status, created.raw)
	}
	early := s.sdk("GET", s.url("/services/"+name+"?expand=true"), "", "")
	checkService(t, early.json)
	s.follow(created)
	service := s.sdk("GET", s.url("/services/"+name+"?expand=true"), "", "")
	checkService(t, service.json)
	if strings.Contains(service.raw, "secret-of-the-registry") {
		t.Error("the registry's password is returned")
	}
	return service.json
}

// Model.deploy to ACI with an inference configuration and chosen keys.
func TestSDKDeployACI(t *testing.T) {
	t.Parallel()
	s := open(t)
	service := s.sdkDeploy(t, "aci-svc", `{"name": "aci-svc", "description": null, "kvTags": null, "properties": {}, "imageId": null,
		"keys": {"primaryKey": "chosen-primary", "secondaryKey": "chosen-secondary"}, "computeType": "ACI",
		"containerResourceRequirements": {"cpu": 0.5, "memoryInGB": 1}, "location": null, "authEnabled": true, "sslEnabled": null, "appInsightsEnabled": null,
		"sslCertificate": null, "sslKey": null, "cname": null, "dnsNameLabel": null, "vnetConfiguration": null, "encryptionProperties": null,
		"environmentImageRequest": `+s.imageRequest("raw:1")+`}`)
	keys := s.sdk("POST", s.url("/services/aci-svc/listkeys"), "", "")
	if keys.json["primaryKey"] != "chosen-primary" || keys.json["secondaryKey"] != "chosen-secondary" {
		t.Errorf("keys: %s", keys.raw)
	}
	if got := s.score(service, "chosen-secondary"); got != http.StatusOK {
		t.Errorf("score: %d", got)
	}
	if logs := s.sdk("GET", s.url("/services/aci-svc/logs?tail=5000&init=False"), "", ""); logs.json["content"] == "" || logs.status != http.StatusOK {
		t.Errorf("logs: %d %s", logs.status, logs.raw)
	}
	for keyType, value := range map[string]string{"Primary": `null`, "Secondary": `"a-new-one"`} {
		again := s.sdk("POST", s.url("/services/aci-svc/regenerateKeys"), jsonType, `{"keyType": "`+keyType+`", "keyValue": `+value+`}`)
		s.follow(again)
	}
	if keys = s.sdk("POST", s.url("/services/aci-svc/listkeys"), "", ""); keys.json["secondaryKey"] != "a-new-one" || keys.json["primaryKey"] == "chosen-primary" {
		t.Errorf("keys after regen_key: %s", keys.raw)
	}
}

// Model.deploy to AKS with nothing configured: objects of nulls are defaults.
func TestSDKDeployAKSWithNulls(t *testing.T) {
	t.Parallel()
	s := open(t)
	payload := func(compute string) string {
		return `{"name": "aks-svc", "description": null, "kvTags": null, "properties": {}, "imageId": null, "keys": {"primaryKey": null, "secondaryKey": null},
		"computeType": "AKS", "computeName": ` + compute + `, "namespace": null, "numReplicas": null, "location": null,
		"containerResourceRequirements": {"cpu": null, "cpuLimit": null, "memoryInGB": null, "memoryInGBLimit": null, "gpu": null},
		"livenessProbeRequirements": {"periodSeconds": null, "initialDelaySeconds": null, "timeoutSeconds": null, "failureThreshold": null, "successThreshold": null},
		"scoringTimeoutMs": null, "maxConcurrentRequestsPerContainer": null, "maxQueueWaitMs": null, "environmentImageRequest": {"modelIds": ["iris:1"]}}`
	}
	// The SDK does not check for a deployment target.
	if got := s.sdk("POST", s.url("/services"), jsonType, payload("null")); got.status != http.StatusBadRequest || got.json["statusCode"] != 400.0 {
		t.Errorf("without a compute: %d %s", got.status, got.raw)
	}
	service := s.sdkDeploy(t, "aks-svc", payload(`"aks-demo"`))
	probe := objectOf(t, service["livenessProbeRequirements"])
	scaler := objectOf(t, service["autoScaler"])
	if service["authEnabled"] != true || service["aadAuthEnabled"] != false || probe["initialDelaySeconds"] != 310.0 || scaler["autoscaleEnabled"] != true || scaler["maxReplicas"] != 10.0 || service["scoringTimeoutMs"] != 60000.0 {
		t.Errorf("defaults: %v", service)
	}
	// From keys to tokens: both flags in one PATCH.
	patched := s.sdk("PATCH", s.url("/services/aks-svc"), patchType, `[{"op": "replace", "path": "/authEnabled", "value": false}, {"op": "replace", "path": "/aadAuthEnabled", "value": true}]`)
	if patched.status != http.StatusAccepted {
		t.Fatalf("PATCH: %d %s", patched.status, patched.raw)
	}
	s.follow(patched)
	token := s.sdk("POST", s.url("/services/aks-svc/token"), "", "")
	hasKeys(t, "token", token.json, "accessToken", "tokenType", "expiryOn", "refreshAfter")
	if token.status != http.StatusCreated || token.json["expiryOn"].(float64)-token.json["refreshAfter"].(float64) != 12*3600 {
		t.Errorf("token: %d %s", token.status, token.raw)
	}
	if got := s.score(service, token.json["accessToken"].(string)); got != http.StatusOK {
		t.Errorf("score with the token: %d", got)
	}
}

// PATCH answered with 200 must have a JSON body: the SDK parses it.
func TestSDKPatchWith200(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithBehavior(emulator.Behavior{PatchStatus: 200}))
	s.deploy(aci("svc-one"))
	got := s.sdk("PATCH", s.url("/services/svc-one"), patchType, `[{"op": "replace", "path": "/kvTags", "value": {"a": "b"}}, {"op": "add", "path": "/properties/p/q", "value": "v"}]`)
	if got.status != http.StatusOK || objectOf(t, got.json["kvTags"])["a"] != "b" || objectOf(t, got.json["properties"])["p/q"] != "v" {
		t.Errorf("PATCH: %d %s", got.status, got.raw)
	}
}

// The SDK loops while the key nextLink is there, whatever its value.
func TestSDKListServices(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithBehavior(emulator.Behavior{PageSize: 2}))
	for _, name := range []string{"svc-a", "svc-b", "svc-c", "svc-d", "svc-e"} {
		s.deploy(aci(name))
	}
	names, pages := map[string]bool{}, 0
	for next := s.url("/services?expand=true&computeType=ACI"); next != ""; pages++ {
		page := s.sdk("GET", next, "", "")
		for _, item := range page.json["value"].([]any) {
			checkService(t, objectOf(t, item))
			names[item.(map[string]any)["name"].(string)] = true
		}
		link, there := page.json["nextLink"]
		if there && link == nil {
			t.Fatal("nextLink is null")
		}
		next, _ = link.(string)
		if next != "" && !strings.HasPrefix(next, "http://") {
			t.Fatalf("nextLink is not absolute: %s", next)
		}
	}
	if len(names) != 5 || pages != 3 {
		t.Errorf("%d services on %d pages", len(names), pages)
	}
}

// The token that Entra issues is decoded by the SDK: a JWT with exp.
func TestSDKEntraToken(t *testing.T) {
	t.Parallel()
	s := open(t)
	reply := s.do("POST", s.e.AuthorityURL()+"/"+emulator.DefaultTenantID+"/oauth2/v2.0/token", "", nil)
	if reply.status == http.StatusOK {
		t.Error("a token without a credential")
	}
	request, err := http.NewRequest("POST", s.e.AuthorityURL()+"/"+emulator.DefaultTenantID+"/oauth2/v2.0/token", strings.NewReader(form(
		"grant_type", "client_credentials", "client_id", emulator.OwnerClientID, "client_secret", emulator.OwnerSecret,
		"scope", "https://management.core.windows.net//.default")))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if reply, err = send(s.e, request); err != nil {
		t.Fatal(err)
	}
	token, _ := reply.json["access_token"].(string)
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("not a JWT: %d %s", reply.status, reply.raw)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims map[string]any
	if err != nil || json.Unmarshal(payload, &claims) != nil || claims["exp"].(float64) <= float64(time.Now().Unix()) {
		t.Errorf("claims: %s %v", payload, err)
	}
}
