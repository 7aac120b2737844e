// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

// Deploying over a service keeps its keys: they are compared, and put back where
// Azure changed them.
func TestRedeploymentKeepsKeys(t *testing.T) {
	changed := aci(fields{"cpu_cores": 0.5})
	redeploy := func(l *live, change func()) (existing, string) {
		l.T.Helper()
		service := l.Apply(aciType, existing{}, aci(nil))
		l.workspace.Forget()
		l.workspace.Answer("POST", "/services", 1, func(rw http.ResponseWriter, r *http.Request) {
			l.workspace.Serve(rw, r)
			change()
		})
		return l.tryApply(aciType, service, changed)
	}
	onWorkspace(t, "they stay", func(t *testing.T, l *live) {
		service, said := redeploy(l, func() {})
		if said != "" {
			t.Error(said)
		}
		var body struct{ Overwrite bool }
		if err := json.Unmarshal([]byte(l.workspace.Sent("POST", "/services")[0].Body), &body); err != nil || !body.Overwrite {
			t.Errorf("the create does not say overwrite: %v", err)
		}
		l.wantCalls("POST /services/iris/listkeys", "POST /services", "POST /services/iris/listkeys")
		l.unchanged(aciType, service, changed)
	})
	for slot, rotated := range map[string]string{"Primary": "Primary", "Secondary": "Secondary"} {
		onWorkspace(t, "the "+slot+" one is put back", func(t *testing.T, l *live) {
			var before [2]string
			_, said := redeploy(l, func() {
				before[0], before[1] = l.workspace.Keys("iris")
				l.workspace.Rotate("iris", rotated)
			})
			if said != "" {
				t.Error(said)
			}
			if primary, secondary := l.workspace.Keys("iris"); [2]string{primary, secondary} != before {
				t.Error("the keys are others than before")
			}
			if calls := l.workspace.Sent("POST", "/regenerateKeys"); len(calls) != 1 || !strings.Contains(calls[0].Body, slot) {
				t.Errorf("%d regenerate calls", len(calls))
			}
		})
	}
	onWorkspace(t, "it cannot be put back", func(t *testing.T, l *live) {
		l.workspace.Answer("POST", "/regenerateKeys", -1, workspacetest.Refuse(400, "BadRequest", "no such value"))
		_, said := redeploy(l, func() { l.workspace.Rotate("iris", "Primary") })
		wantText(t, said, "The Primary key has changed", "no such value", "Give clients the new key")
		primary, secondary := l.workspace.Keys("iris")
		if strings.Contains(said, primary) || strings.Contains(said, secondary) {
			t.Error("a key is shown")
		}
	})
	onWorkspace(t, "they cannot be read before", func(t *testing.T, l *live) {
		l.workspace.Answer("POST", "/listkeys", 1, workspacetest.Refuse(403, "Forbidden", "no"))
		_, said := redeploy(l, func() { l.workspace.Rotate("iris", "Primary") })
		wantText(t, said, "The keys could not be compared", "403")
		l.wantCalls("POST /services/iris/listkeys", "POST /services")
	})
	onWorkspace(t, "the redeployment failed", func(t *testing.T, l *live) {
		var before string
		_, said := redeploy(l, func() {
			before, _ = l.workspace.Keys("iris")
			l.workspace.Rotate("iris", "Primary")
			l.workspace.EditService("iris", wireObject{"state": "Failed"})
			l.workspace.SetOperations(failedOperation)
			l.workspace.Answer("POST", "/regenerateKeys", 1, func(rw http.ResponseWriter, r *http.Request) {
				l.workspace.SetOperations(wireObject{"state": "Succeeded"})
				l.workspace.Serve(rw, r)
			})
		})
		wantText(t, said, "did not become Healthy again")
		if primary, _ := l.workspace.Keys("iris"); primary != before {
			t.Error("the key is another one than before")
		}
	})
	onWorkspace(t, "a failure shows no earlier key", func(t *testing.T, l *live) {
		var before string
		l.workspace.Answer("POST", "/regenerateKeys", -1, workspacetest.Refuse(400, "BadRequest", "no such value"))
		_, said := redeploy(l, func() {
			before, _ = l.workspace.Keys("iris")
			l.workspace.Rotate("iris", "Primary")
			l.workspace.EditService("iris", wireObject{"state": "Failed"})
			l.workspace.SetOperations(wireObject{"state": "Failed", "error": wireObject{"code": "Crash", "message": "bad key " + before}})
			l.workspace.Answer("GET", "/services/iris/logs", -1, workspacetest.Reply(200, `{"content":"started with `+before+`"}`))
		})
		wantText(t, said, "did not become Healthy again", "bad key ", "started with ")
		if strings.Contains(said, before) {
			t.Error("the key from before the redeployment is shown")
		}
	})
	for name, auth := range map[string][2]bool{"key auth is off": {false, false}, "key auth is turned off": {true, false}, "key auth is turned on": {false, true}} {
		onWorkspace(t, name, func(_ *testing.T, l *live) {
			service := l.Apply(aciType, existing{}, aci(fields{"auth_enabled": auth[0]}))
			l.workspace.Forget()
			l.Apply(aciType, service, aci(fields{"auth_enabled": auth[1], "cpu_cores": 0.5}))
			l.wantCalls("POST /services")
		})
	}
}

// A create body cannot take away tags or a description: a PATCH after it does.
func TestRedeploymentRemoves(t *testing.T) {
	onWorkspace(t, "description and tags", func(t *testing.T, l *live) {
		before := aci(fields{"description": "one", "tags": fields{"a": "1"}})
		service := l.Apply(aciType, existing{}, before)
		l.workspace.Answer("POST", "/services", 1, func(rw http.ResponseWriter, r *http.Request) {
			l.workspace.Serve(rw, r)
			l.workspace.EditService("iris", wireObject{"description": "one", "kvTags": wireObject{"a": "1"}}) // Azure keeps them
		})
		after := aci(fields{"cpu_cores": 0.5})
		service = l.Apply(aciType, service, after)
		var sent []map[string]any
		patches := l.workspace.Sent("PATCH", "/services/iris")
		if len(patches) != 1 || json.Unmarshal([]byte(patches[0].Body), &sent) != nil {
			t.Fatalf("%d PATCH requests", len(patches))
		}
		paths := map[string]bool{}
		for _, operation := range sent {
			paths[operation["path"].(string)] = true
		}
		if diff := cmp.Diff(map[string]bool{"/description": true, "/kvTags": true}, paths); diff != "" {
			t.Errorf("patched (-want +got):\n%s", diff)
		}
		l.unchanged(aciType, service, after)
	})
}

// A secret that the API does not return stays as it was in the state if its change
// failed, so that the next apply sends it again.
func TestFailedChangeOfASecretIsSentAgain(t *testing.T) {
	onWorkspace(t, "the key of TLS", func(t *testing.T, l *live) {
		other := strings.Replace(pem, "AAAA", "BBBB", 1)
		ssl := func(key string) fields {
			return aci(fields{"ssl": fields{"enabled": true, "cert_pem": pem, "key_pem": key, "cname": "iris.example.com"}})
		}
		service := l.Apply(aciType, existing{}, ssl(pem))
		l.workspace.SetOperations(failedOperation)
		l.workspace.SetDeployments(wireObject{"state": "Unhealthy"})
		failed, said := l.tryApply(aciType, service, ssl(other))
		wantText(t, said, "did not become Healthy again")
		if failed.State["ssl"].(fields)["key_pem"] != pem {
			t.Error("a key that may not have arrived is in the state")
		}
	})
}

// A property can be added in place; a changed one replaces the service, a removed one
// stays on it, and one that is not known yet is waited for.
func TestPropertiesOfAService(t *testing.T) {
	onWorkspace(t, "each change", func(t *testing.T, l *live) {
		config := aci(fields{"properties": fields{"p": "1"}})
		service := l.Apply(aciType, existing{}, config)
		if plan := l.Plan(aciType, service, aci(fields{"properties": fields{"p": "2"}})); !cmp.Equal(plan.Replace, []string{"properties"}) || !strings.Contains(strings.Join(plan.Warnings, ""), "A changed property replaces the service") {
			t.Errorf("changed: replaced because of %v, %v", plan.Replace, plan.Warnings)
		}
		for _, later := range []any{unknown{}, fields{"p": unknown{}}, fields{"p": "1", "q": unknown{}}} {
			if plan := l.Plan(aciType, service, aci(fields{"properties": later})); len(plan.Replace) > 0 {
				t.Errorf("%v: replaced because of %v", later, plan.Replace)
			}
		}
		if plan := l.Plan(aciType, service, aci(nil)); len(plan.Replace) > 0 || !strings.Contains(strings.Join(plan.Warnings, ""), "keeps p;") {
			t.Errorf("removed: replaced because of %v, %v", plan.Replace, plan.Warnings)
		}
		l.workspace.Forget()
		more := aci(fields{"properties": fields{"p": "1", "q": "2"}})
		service = l.Apply(aciType, service, more)
		if patches := l.workspace.Sent("PATCH", "/services/iris"); len(patches) != 1 || strings.TrimSpace(patches[0].Body) != `[{"op":"add","path":"/properties/q","value":"2"}]` {
			t.Errorf("%v", patches)
		}
		service = l.unchanged(aciType, service, more)
		service = l.Apply(aciType, service, config)
		l.workspace.Forget()
		l.unchanged(aciType, l.Apply(aciType, service, more), more)
		l.wantCalls() // the service has kept it
	})
}

// A test request is sent after a change that sent something, and again until it has
// succeeded; never for a change of nothing that it tests.
func TestTestRequestOfAService(t *testing.T) {
	status, tested := http.StatusOK, 0
	workspacetest.ServeScoring(t, func(r *http.Request) (*http.Response, error) {
		tested++
		if r.Header.Get("Authorization") == "" {
			return nil, errors.New("no credential")
		}
		return workspacetest.Scored(r, status, "{}"), nil
	})
	wantTests := func(t *testing.T, want int) {
		t.Helper()
		if tested != want {
			t.Errorf("%d test requests, want %d", tested, want)
		}
		tested = 0
	}
	onWorkspace(t, "life", func(t *testing.T, l *live) {
		config := aci(fields{"test_request": fields{"body": "{}"}})
		service := l.Apply(aciType, existing{}, config)
		wantTests(t, 1)
		service = l.unchanged(aciType, service, config)
		service = l.Apply(aciType, service, merged(config, fields{"timeouts": fields{"create": "50m"}}))
		service = l.Apply(aciType, service, config)
		wantTests(t, 0)

		described := merged(config, fields{"description": "two"})
		status = http.StatusBadRequest
		failed, said := l.tryApply(aciType, service, described)
		wantTests(t, 1)
		wantText(t, said, "400")
		if failed.State["description"] != "two" {
			t.Error("the service was changed, and its state is not")
		}
		status = http.StatusOK
		l.workspace.Forget()
		plan := l.changes(aciType, failed, described)
		wantText(t, strings.Join(plan.Warnings, ""), "The test request has not succeeded yet")
		service = l.Apply(aciType, failed, described)
		wantTests(t, 1)
		l.wantCalls("POST /services/iris/listkeys") // for the credential
		service = l.unchanged(aciType, service, described)

		l.Apply(aciType, service, merged(described, fields{"test_request": fields{"body": "[]"}}))
		wantTests(t, 1)
	})
	onWorkspace(t, "a create that fails it", func(t *testing.T, l *live) {
		status = http.StatusBadRequest
		config := aci(fields{"test_request": fields{"body": "{}"}})
		made, said := l.tryApply(aciType, existing{}, config)
		wantText(t, said, "400")
		if made.State["state"] != "Healthy" {
			t.Errorf("the state: %v", made.State["state"])
		}
		if plan := l.Plan(aciType, made, aci(nil)); strings.Contains(strings.Join(plan.Warnings, ""), "test request") {
			t.Error("a test request that is no longer configured is waited for")
		}
		status, tested = http.StatusOK, 0
	})
}
