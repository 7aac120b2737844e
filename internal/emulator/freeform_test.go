// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// Members of a definition of an environment that the API does not describe are the
// user's. They come back byte for byte: nulls, long integers, and numbers in the
// form in which they were written. Members are in the order of names.
const freeDefinition = `"attributes":{"big":9007199254740993,"none":null},` + registeredDefinition

// A registered environment has members of these names only.
const registeredDefinition = `"databricks":{"jarLibraries":[],"pypiLibraries":[{"package":"a<b","repo":null}]},` +
	`"docker":{"arguments":["--cpus","1"],"baseDockerfile":null,"baseImage":"mcr.microsoft.com/azureml/base","platform":{"architecture":"amd64","os":"Linux"},"shmSize":"2g"},` +
	`"name":"mine","python":{"baseCondaEnvironment":null,"condaDependencies":{"dependencies":["python=3.8",{"pip":["azureml-defaults"]}],"ratio":1.0,"seed":12345678901234567890},"interpreterPath":"/opt/python","userManagedDependencies":false},` +
	`"r":{"rVersion":null},"spark":{"packages":[{"weight":1e3}],"precachePackages":false,"repositories":[]}`

func TestFreeFormJSONIsKept(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	s := open(t, emulator.WithOperationDuration(0), emulator.WithStateFile(state))
	image := `{"environment":{` + freeDefinition + `},"modelIds":["iris:1"]}`
	kept := func(when, name string) {
		t.Helper()
		if reply := s.call("GET", "/services/"+name, nil); !strings.Contains(reply.raw, `"environment":{`+freeDefinition+`}`) {
			t.Errorf("%s: %s", when, reply.raw)
		}
	}
	s.succeed(s.call("POST", "/services", `{"name":"svc-aci","computeType":"ACI","environmentImageRequest":`+image+`}`))
	kept("created", "svc-aci")
	s.deploy(aks("svc-aks"))
	s.succeed(s.call("PATCH", "/services/svc-aks", `[{"op":"replace","path":"/environmentImageRequest","value":`+image+`}]`))
	kept("patched", "svc-aks")
	s.succeed(s.call("PATCH", "/services/svc-aks", replace("/description", "another change")))
	kept("after another change", "svc-aks")
	if err := s.e.EditService(s.scope, "svc-aks", func(doc map[string]any) { doc["description"] = "out of band" }); err != nil {
		t.Fatal(err)
	}
	kept("after an edit", "svc-aks")
	s.do("PUT", s.e.ResourceManagerURL()+"/environment/v1.0"+s.scope+"/environments/mine/versions/1", s.bearer, "{"+registeredDefinition+"}")
	if err := s.e.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, emulator.WithOperationDuration(0), emulator.WithStateFile(state))
	kept("after a restart", "svc-aci")
	kept("after a restart", "svc-aks")
	s.succeed(s.call("PATCH", "/services/svc-aks", replace("/numReplicas", 2, "/autoScaler/autoscaleEnabled", false)))
	registered := s.do("GET", s.e.ResourceManagerURL()+"/environment/v1.0"+s.scope+"/environments/mine/versions/1", s.bearer, nil)
	for _, part := range []string{`"seed":12345678901234567890`, `"ratio":1.0`, `"weight":1e3`, `"baseCondaEnvironment":null`, `"shmSize":"2g"`} {
		if !strings.Contains(registered.raw, part) {
			t.Errorf("the registered environment lacks %s: %s", part, registered.raw)
		}
	}
	scored := s.do("POST", s.call("GET", "/services/svc-aci", nil).json["scoringUri"].(string), "", `{"rows":[9007199254740993,null,1.0]}`)
	if !strings.Contains(scored.raw, `"input":{"rows":[9007199254740993,null,1.0]}`) {
		t.Errorf("the echo of a scoring call: %s", scored.raw)
	}
}

// createdBy of a service or a model has no empty members.
func TestCreatedByHasNoNulls(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	s.deploy(aci("svc"))
	model := s.call("POST", "/models", object{"name": "mine", "url": "https://example.com/m", "mimeType": "application/json"})
	for what, made := range map[string]any{"service": at(s.call("GET", "/services/svc", nil).json, "/createdBy"), "model": model.json["createdBy"]} {
		by, _ := made.(object)
		if by["userName"] != "owner" || by["userObjectId"] == nil || by["userTenantId"] != emulator.DefaultTenantID {
			t.Errorf("%s: %v", what, by)
		}
		for name, value := range by {
			if value == nil {
				t.Errorf("%s: %s is null", what, name)
			}
		}
	}
}
