// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"net/http"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

// A service is created, changed and deleted with one changing call each, and each
// plan in between is empty.
func TestServiceLife(t *testing.T) {
	for typeName, config := range map[string]fields{aciType: aci(nil), aksType: merged(aksConfig, fields{"num_replicas": 1})} {
		onWorkspace(t, typeName, func(t *testing.T, l *live) {
			service := l.Apply(typeName, existing{}, config)
			l.wantCalls("POST /services")
			if service.State["state"] != "Healthy" || service.State["id"] != workspacetest.ID+"/services/iris" || service.State["scoring_uri"] == nil {
				t.Errorf("the state: %v", service.State)
			}
			service = l.unchanged(typeName, service, config)

			described := merged(config, fields{"description": "two", "tags": fields{"a": "1"}})
			plan := l.changes(typeName, service, described)
			if plan.State["scoring_uri"] != service.State["scoring_uri"] || plan.State["state"] != (unknown{}) {
				t.Errorf("planned as %v and %v", plan.State["scoring_uri"], plan.State["state"])
			}
			l.workspace.Forget()
			service = l.Apply(typeName, service, described)
			l.wantCalls("PATCH /services/iris")
			service = l.unchanged(typeName, service, described)

			l.workspace.Forget()
			service = l.Apply(typeName, service, merged(described, fields{"timeouts": fields{"create": "50m"}}))
			l.wantCalls()

			l.Destroy(typeName, service)
			l.wantCalls("DELETE /services/iris")
			if l.workspace.Service("iris") != nil {
				t.Error("the service is left")
			}
			l.Destroy(typeName, service) // it is gone already
		})
	}
}

// Nothing is deployed to a cluster that cannot take it; one that cannot be looked up
// is left to the API.
func TestClusterIsChecked(t *testing.T) {
	for name, tc := range map[string]struct {
		cluster wireObject
		says    string // empty: it is deployed
	}{
		"ready":            {wireObject{"computeType": "AKS", "provisioningState": "Succeeded"}, ""},
		"nothing is known": {wireObject{}, ""},
		"not ready":        {wireObject{"computeType": "AKS", "provisioningState": "Creating"}, "is in provisioning state Creating"},
		"another type":     {wireObject{"computeType": "AmlCompute", "provisioningState": "Succeeded"}, "is of type AmlCompute"},
		"missing":          {nil, "has no compute target named"},
	} {
		onWorkspace(t, name, func(t *testing.T, l *live) {
			config := merged(aksConfig, fields{"compute_name": "other"})
			if tc.cluster != nil {
				l.workspace.SetCompute("other", tc.cluster)
			}
			made, said := l.tryApply(aksType, existing{}, config)
			if tc.says == "" {
				if said != "" || made.State["state"] != "Healthy" {
					t.Errorf("%v: %s", made.State["state"], said)
				}
				return
			}
			wantText(t, said, tc.says, "other")
			l.wantCalls()
			if made.State != nil {
				t.Error("a service that was not sent is in the state")
			}
		})
	}
	onWorkspace(t, "refused", func(t *testing.T, l *live) {
		l.workspace.Answer("GET", "/computes/aks-demo", -1, workspacetest.Reply(403, `{"error":{"code":"AuthorizationFailed","message":"no"}}`))
		if made, said := l.tryApply(aksType, existing{}, aksConfig); said != "" || made.State["state"] != "Healthy" {
			t.Errorf("%v: %s", made.State["state"], said)
		}
	})
}

// A name that is taken is never deployed over: the error shows how to import it.
func TestNameIsTaken(t *testing.T) {
	for computeType, says := range map[string]string{"ACI": "to = mlws_aci_service.iris", "AKS": "It runs on AKS, so it belongs to mlws_aks_service"} {
		onWorkspace(t, computeType, func(t *testing.T, l *live) {
			l.workspace.AddService("iris", wireObject{"computeType": computeType})
			made, said := l.tryApply(aciType, existing{}, aci(nil))
			wantText(t, said, "The service exists already", says)
			if made.State != nil {
				t.Error("a service of somebody else is in the state")
			}
		})
	}
}

// failedOperation is an operation that ended badly.
var failedOperation = wireObject{"state": "Failed", "error": wireObject{"code": "AciDeploymentFailed", "message": "it crashed"}}

// A service that was accepted is in the state, however its deployment ends.
func TestCreateFails(t *testing.T) {
	onWorkspace(t, "the service is Failed", func(t *testing.T, l *live) {
		l.workspace.SetOperations(failedOperation)
		l.workspace.SetDeployments(wireObject{"state": "Failed"})
		made, said := l.tryApply(aciType, existing{}, aci(nil))
		wantText(t, said, "did not become Healthy", "AciDeploymentFailed: it crashed", "The service is Failed", "the end of the log", "tainted")
		if made.State["state"] != "Failed" || made.State["id"] == nil {
			t.Errorf("the state: %v", made.State)
		}
	})
	onWorkspace(t, "the service is Healthy anyway", func(t *testing.T, l *live) {
		l.workspace.SetOperations(failedOperation)
		made, said := l.tryApply(aciType, existing{}, aci(nil))
		wantText(t, said, "The operation of the deployment did not end well", "AciDeploymentFailed")
		if made.State["state"] != "Healthy" {
			t.Errorf("the state: %v", made.State["state"])
		}
	})
	onWorkspace(t, "the service cannot be read", func(t *testing.T, l *live) {
		l.workspace.Answer("GET", "/services/iris", -1, workspacetest.Refuse(403, "Forbidden", "no"))
		made, said := l.tryApply(aciType, existing{}, aci(nil))
		wantText(t, said, "did not become Healthy", "403")
		if made.State["state"] != "Transitioning" || made.State["id"] == nil {
			t.Errorf("the state: %v", made.State)
		}
	})
	onWorkspace(t, "refused", func(t *testing.T, l *live) {
		l.workspace.Answer("POST", "/services", -1, workspacetest.Refuse(400, "BadRequest", "no such model"))
		if made, said := l.tryApply(aciType, existing{}, aci(nil)); made.State != nil || !strings.Contains(said, "no such model") {
			t.Errorf("in the state: %t, %s", made.State != nil, said)
		}
	})
	onWorkspace(t, "somebody deletes it", func(t *testing.T, l *live) {
		l.workspace.SetOperations(failedOperation)
		l.workspace.Answer("GET", "/services/iris", -1, workspacetest.Refuse(404, "NotFound", "none"))
		_, said := l.tryApply(aciType, existing{}, aci(nil))
		wantText(t, said, "did not become Healthy", "does not exist any more", "Apply again")
		if strings.Contains(said, "untaint") {
			t.Errorf("the advice is about a service that is gone: %s", said)
		}
	})
	onWorkspace(t, "the reply is lost", func(t *testing.T, l *live) {
		l.workspace.Answer("POST", "/services", 1, l.workspace.Lose)
		if made, said := l.tryApply(aciType, existing{}, aci(nil)); made.State["state"] != "Healthy" || said != "" {
			t.Errorf("%v: %s", made.State["state"], said)
		}
		l.wantCalls("POST /services")
	})
}

// An update that was accepted and ended badly is not forgotten: the next plan goes on
// with it, unless the service has become Healthy by itself.
func TestUpdateFails(t *testing.T) {
	changed := aci(fields{"description": "two"})
	fail := func(l *live) existing {
		l.T.Helper()
		service := l.Apply(aciType, existing{}, aci(nil))
		l.workspace.SetOperations(failedOperation)
		l.workspace.SetDeployments(wireObject{"state": "Unhealthy"})
		l.workspace.Forget()
		failed, said := l.tryApply(aciType, service, changed)
		wantText(l.T.(*testing.T), said, "did not become Healthy again", "AciDeploymentFailed", "The service is Unhealthy")
		l.wantCalls("PATCH /services/iris", "POST /services/iris/listkeys") // the keys are removed from the log
		l.workspace.SetOperations(wireObject{"state": "Succeeded"})
		l.workspace.SetDeployments(wireObject{"state": "Healthy"})
		return failed
	}
	onWorkspace(t, "it is deployed again", func(_ *testing.T, l *live) {
		service := l.Refresh(aciType, fail(l))
		l.changes(aciType, service, changed)
		l.workspace.Forget()
		service = l.Apply(aciType, service, changed)
		l.wantCalls("POST /services/iris/listkeys", "POST /services", "POST /services/iris/listkeys")
		l.workspace.EditService("iris", wireObject{"state": "Unhealthy"})
		l.unchanged(aciType, l.Refresh(aciType, service), changed) // that is not the update any more
	})
	onWorkspace(t, "it is waited for", func(_ *testing.T, l *live) {
		service := fail(l)
		l.workspace.EditService("iris", wireObject{"state": "Transitioning"})
		service = l.Refresh(aciType, service)
		plan := l.changes(aciType, service, changed)
		l.workspace.EditService("iris", wireObject{"state": "Healthy"})
		l.workspace.Forget()
		service, diags := l.TryApply(l.T.Context(), aciType, service, changed, plan)
		l.Must(nil, diags)
		l.wantCalls()
		l.unchanged(aciType, service, changed)
	})
	onWorkspace(t, "it is Healthy by itself", func(_ *testing.T, l *live) {
		service := fail(l)
		l.workspace.EditService("iris", wireObject{"state": "Healthy"})
		service = l.Refresh(aciType, service)
		l.unchanged(aciType, service, changed)
		l.workspace.EditService("iris", wireObject{"state": "Unhealthy"})
		service = l.Refresh(aciType, service)
		l.unchanged(aciType, service, changed) // that is not the update
	})
	onWorkspace(t, "the old version still runs", func(t *testing.T, l *live) {
		service := l.Apply(aciType, existing{}, aci(nil))
		l.workspace.SetOperations(failedOperation)
		l.workspace.Answer("PATCH", "/services/iris", 1, func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Operation-Location", "/operations/op-1")
			rw.WriteHeader(http.StatusAccepted)
		})
		failed, said := l.tryApply(aciType, service, changed)
		wantText(t, said, "The service was not changed", "Its old version still runs")
		if failed.State["description"] != nil || failed.State["state"] != "Healthy" {
			t.Errorf("the state: %v", failed.State)
		}
		l.changes(aciType, l.Refresh(aciType, failed), changed)
	})
	onWorkspace(t, "refused", func(t *testing.T, l *live) {
		service := l.Apply(aciType, existing{}, aci(nil))
		l.workspace.Answer("PATCH", "/services/iris", -1, workspacetest.Refuse(400, "BadRequest", "no"))
		failed, said := l.tryApply(aciType, service, changed)
		wantText(t, said, "Could not change the service")
		if failed.State["description"] != nil {
			t.Error("a change that was refused is in the state")
		}
	})
}

// A refresh takes the service as it is.
func TestServiceIsRead(t *testing.T) {
	onWorkspace(t, "gone", func(t *testing.T, l *live) {
		service := l.Apply(aciType, existing{}, aci(nil))
		l.workspace.RemoveService("iris")
		if gone := l.Refresh(aciType, service); gone.State != nil {
			t.Error("a service that is gone stays in the state")
		}
	})
	onWorkspace(t, "refused", func(t *testing.T, l *live) {
		service := l.Apply(aciType, existing{}, aci(nil))
		l.workspace.Answer("GET", "/services/iris", -1, workspacetest.Refuse(403, "Forbidden", "no"))
		if _, diags := l.TryRefresh(aciType, service); len(diags) != 1 || diags[0].Summary != "Could not read the service" {
			t.Errorf("%v", protocoltest.Texts(diags))
		}
	})
	onWorkspace(t, "of another type", func(t *testing.T, l *live) {
		service := l.Apply(aciType, existing{}, aci(nil))
		l.workspace.EditService("iris", wireObject{"computeType": "AKS"})
		if _, diags := l.TryRefresh(aciType, service); len(diags) != 1 || diags[0].Summary != "The service is of another compute type" {
			t.Errorf("%v", protocoltest.Texts(diags))
		}
	})
	onWorkspace(t, "unhealthy", func(t *testing.T, l *live) {
		service := l.Apply(aciType, existing{}, aci(nil))
		l.workspace.EditService("iris", wireObject{"state": "Unhealthy", "error": wireObject{"code": "Crash", "message": "boom"}})
		found := l.Refresh(aciType, service)
		if len(found.Warnings) != 1 || !strings.Contains(found.Warnings[0], "has become unhealthy") {
			t.Errorf("%v", found.Warnings)
		}
		if again := l.Refresh(aciType, found); len(again.Warnings) > 0 {
			t.Errorf("warned again: %v", again.Warnings)
		}
		l.unchanged(aciType, found, aci(nil))
	})
	onWorkspace(t, "changed by somebody else", func(t *testing.T, l *live) {
		service := l.Apply(aciType, existing{}, aci(fields{"description": "mine"}))
		l.workspace.EditService("iris", wireObject{"description": "theirs"})
		found := l.Refresh(aciType, service)
		if found.State["description"] != "theirs" {
			t.Errorf("the description: %v", found.State["description"])
		}
		l.changes(aciType, found, aci(fields{"description": "mine"}))
	})
}
