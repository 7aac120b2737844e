// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package adoption_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// shape is a service in one of the forms that the SDK can give it, and a change of
// one attribute.
type shape struct {
	name string
	// request are the members in which the SDK's request differs from one without
	// any argument.
	request string
	// edit replaces text of the generated configuration: a regular expression, in
	// which " = " fits any alignment, and the text.
	edit [2]string
	// moved are the members of the document that the edit changes, by path.
	moved map[string]any
}

func (s shape) compute() string { kind, _, _ := strings.Cut(s.name, "-"); return kind }

func (s shape) address() string {
	return "mlws_" + s.compute() + "_service." + strings.ReplaceAll(s.name, "-", "_")
}

// The documents that Model.deploy of azureml-core 1.51 sends without any argument.
// AksWebservice omits switches that are not set, and sends null for the rest.
const (
	bareACI = `{"description": null, "kvTags": null, "properties": {}, "imageId": null, "keys": {"primaryKey": null, "secondaryKey": null}, "computeType": "ACI",
		"containerResourceRequirements": {"cpu": 0.1, "memoryInGB": 0.5}, "location": null, "authEnabled": null, "sslEnabled": null, "appInsightsEnabled": null,
		"sslCertificate": null, "sslKey": null, "cname": null, "dnsNameLabel": null, "vnetConfiguration": null, "encryptionProperties": null,
		"environmentImageRequest": {"modelIds": ["iris:1"]}}`
	bareAKS = `{"description": null, "kvTags": null, "properties": {}, "imageId": null, "keys": {"primaryKey": null, "secondaryKey": null}, "computeType": "AKS",
		"computeName": "aks-demo", "namespace": null, "numReplicas": null, "location": null,
		"containerResourceRequirements": {"cpu": null, "cpuLimit": null, "memoryInGB": null, "memoryInGBLimit": null, "gpu": null},
		"livenessProbeRequirements": {"periodSeconds": null, "initialDelaySeconds": null, "timeoutSeconds": null, "failureThreshold": null, "successThreshold": null},
		"scoringTimeoutMs": null, "maxConcurrentRequestsPerContainer": null, "maxQueueWaitMs": null, "environmentImageRequest": {"modelIds": ["iris:1"]}}`
)

// payload is the body of the create request.
func (s shape) payload(t testing.TB) []byte {
	t.Helper()
	bare := map[string]string{"aci": bareACI, "aks": bareAKS}[s.compute()]
	body := object(t, bare)
	maps.Copy(body, object(t, "{"+s.request+"}"))
	body["name"] = s.name
	encoded, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func object(t testing.TB, text string) map[string]any {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal([]byte(text), &members); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return members
}

// deployed is a workspace with these services, on an emulator that lists seven on a page.
func deployed(t testing.TB, services []shape) *acctest.Env {
	t.Helper()
	env := acctest.StartEmulated(t, acctest.Seed, emulator.WithOperationDuration(0), emulator.WithBehavior(emulator.Behavior{PageSize: 7}))
	workspace := env.Emulator.ModelManagementURL() + "/modelmanagement/v1.0" + env.WorkspaceID
	for _, service := range services {
		accepted, _ := sdk(t, env, http.MethodPost, workspace+"/services", service.payload(t))
		operation := workspace + "/operations/" + path.Base(accepted.Get("Operation-Location"))
		for until := time.Now().Add(time.Minute); ; {
			_, answer := sdk(t, env, http.MethodGet, operation, nil)
			state := object(t, answer)["state"]
			if state == "Succeeded" {
				break
			}
			if (state != "NotStarted" && state != "Running") || time.Now().After(until) {
				t.Fatalf("%s: the deployment is %v", service.name, state)
			}
		}
	}
	env.ResetLog()
	return env
}

// sdk sends a request with the headers of the SDK, and returns the header and the body
// of the answer.
func sdk(t testing.TB, env *acctest.Env, method, url string, content []byte) (header http.Header, answer string) {
	t.Helper()
	request, err := http.NewRequest(method, url, bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+env.Emulator.AccessToken(emulator.OwnerClientID))
	request.Header.Set("User-Agent", "azureml-sdk-core/1.51.0")
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		t.Fatalf("%s %s: %d %s\n%s", method, url, response.StatusCode, read, content)
	}
	return response.Header, string(read)
}

// documents are the services in their wire form with their keys. They have neither
// the two members that every accepted change moves, nor the copy of the models that
// GET takes from the registry.
func documents(t testing.TB, env *acctest.Env, services []shape) map[string]map[string]any {
	t.Helper()
	found := map[string]map[string]any{}
	for _, service := range services {
		document, exists := env.Emulator.ServiceJSON(env.WorkspaceID, service.name)
		if !exists {
			t.Fatalf("there is no service %s", service.name)
		}
		delete(document, "updatedTime")
		delete(document, "operationId")
		delete(document, "models")
		primary, secondary := env.MustKeys(t, service.name)
		document["keys"] = []any{primary, secondary}
		found[service.name] = document
	}
	return found
}

// set replaces a member of a document by a path such as "a.b.0.c".
func set(t testing.TB, document map[string]any, path string, value any) {
	t.Helper()
	steps := strings.Split(path, ".")
	last := len(steps) - 1
	var at any = document
	for i, step := range steps {
		switch container := at.(type) {
		case map[string]any:
			if i == last {
				container[step] = value
			}
			at = container[step]
		case []any:
			index, err := strconv.Atoi(step)
			if err != nil || index >= len(container) {
				t.Fatalf("%s: there is no element %s", path, step)
			}
			if i == last {
				container[index] = value
			}
			at = container[index]
		default:
			t.Fatalf("%s: %v is not a container", path, at)
		}
	}
}

// names are the names of the shapes of a compute type, sorted; all with "".
func names(compute string) []string {
	var found []string
	for _, service := range shapes() {
		if compute == "" || service.compute() == compute {
			found = append(found, service.name)
		}
	}
	slices.Sort(found)
	return found
}
