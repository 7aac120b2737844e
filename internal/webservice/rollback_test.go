// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

// crashed deploys a service, and applies a change that fails. Each later deployment is
// carried out by the handler.
func crashed(l *live, typeName string, before, change fields, then http.HandlerFunc) (existing, string) {
	l.T.Helper()
	service := l.Apply(typeName, existing{}, before)
	l.workspace.SetOperations(failedOperation)
	l.workspace.SetDeployments(wireObject{"state": "Failed"})
	l.workspace.Answer("POST", "/services", 1, then)
	l.workspace.Forget()
	return l.tryApply(typeName, service, merged(before, change))
}

// heals carries a request out, by a workspace that deploys again.
func heals(l *live) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		l.workspace.SetOperations(wireObject{"state": "Succeeded"})
		l.workspace.SetDeployments(wireObject{"state": "Healthy"})
		l.workspace.Serve(rw, r)
	}
}

// modelsOf returns the models that a service runs.
func modelsOf(l *live) any {
	image, _ := l.workspace.Service("iris")["environmentImageRequest"].(wireObject)
	return image["modelIds"]
}

const rolledBack = "It was rolled back: the models, code and environment"

// A failed change of the models is rolled back. What else the apply has changed stays,
// and so do the keys; the next plan shows the change again.
func TestRollback(t *testing.T) {
	for typeName, before := range map[string]fields{
		aciType: aci(fields{"on_failed_update": "rollback"}), aksType: merged(aksConfig, fields{"num_replicas": 1, "on_failed_update": "rollback"}),
	} {
		onWorkspace(t, typeName, func(t *testing.T, l *live) {
			change := fields{"model_ids": list{"iris:2"}, "description": "new"}
			service, said := crashed(l, typeName, before, change, heals(l))
			primary, secondary := l.workspace.Keys("iris")
			wantText(t, said, "The service was changed, but did not become Healthy again", "AciDeploymentFailed: it crashed", "the end of the log", rolledBack, "Correct the cause, and apply again")
			if diff := cmp.Diff([]any{"iris:1"}, modelsOf(l)); diff != "" || l.workspace.Service("iris")["description"] != "new" {
				t.Errorf("it runs (-want +got):\n%s\ndescribed as %v", diff, l.workspace.Service("iris")["description"])
			}
			if len(l.workspace.Sent("PATCH", "/services/iris")) != 1 || len(l.workspace.Sent("POST", "/services")) != 1 || len(l.workspace.Sent("POST", "/regenerateKeys")) != 0 {
				t.Errorf("the calls: %q", l.workspace.Calls())
			}
			if service.State["state"] != "Healthy" || service.State["description"] != "new" || cmp.Diff(list{"iris:1"}, service.State["model_ids"]) != "" {
				t.Errorf("the state: %v", service.State)
			}
			l.unchanged(typeName, service, merged(before, fields{"description": "new"}))
			plan := l.changes(typeName, service, merged(before, change))
			if diff := cmp.Diff(list{"iris:2"}, plan.State["model_ids"]); diff != "" {
				t.Errorf("the next plan (-want +got):\n%s", diff)
			}
			service = l.Apply(typeName, service, merged(before, change))
			l.unchanged(typeName, service, merged(before, change))
			if p, s := l.workspace.Keys("iris"); p != primary || s != secondary {
				t.Error("the keys have changed")
			}
		})
	}
}

// A rollback puts back the keys that the service had before the failed update, not
// those that the failed deployment has made.
func TestRollbackPutsBackTheFirstKeys(t *testing.T) {
	onWorkspace(t, "the failed deployment changes the keys", func(t *testing.T, l *live) {
		on := aci(fields{"on_failed_update": "rollback"})
		service := l.Apply(aciType, existing{}, on)
		primary, secondary := l.workspace.Keys("iris")
		l.workspace.SetOperations(failedOperation)
		l.workspace.SetDeployments(wireObject{"state": "Failed"})
		l.workspace.Answer("POST", "/services", 1, func(rw http.ResponseWriter, r *http.Request) {
			l.workspace.Serve(rw, r)
			l.workspace.SetKeys("iris", "another-primary", "another-secondary")
			l.workspace.Answer("POST", "/services", 1, heals(l))
		})
		l.workspace.Answer("POST", "/regenerateKeys", 1, workspacetest.Refuse(400, "BadRequest", "the service has failed"))
		_, said := l.tryApply(aciType, service, merged(on, fields{"model_ids": list{"iris:2"}, "cpu_cores": 2}))
		wantText(t, said, rolledBack)
		if p, s := l.workspace.Keys("iris"); p != primary || s != secondary {
			t.Errorf("the keys are %q and %q, want %q and %q", p, s, primary, secondary)
		}
	})
}

// The log of the version that a rollback deploys shows no variable of that version.
func TestRollbackShowsNoEarlierVariable(t *testing.T) {
	onWorkspace(t, "the password changes with the code", func(t *testing.T, l *live) {
		with := func(password, model string) fields {
			return aci(fields{"on_failed_update": "rollback", "model_ids": list{model}, "inference_config": fields{
				"entry_script": "score.py", "source_url": "aml://artifact/code/score.py",
				"environment": fields{"name": "own", "base_image": "image:1", "environment_variables": fields{"MODE": password}},
			}})
		}
		_, said := crashed(l, aciType, with("hunter-two-of-old", "iris:1"), with("hunter-three-of-new", "iris:2"), func(rw http.ResponseWriter, r *http.Request) {
			l.workspace.Answer("GET", "/logs", -1, func(rw http.ResponseWriter, _ *http.Request) {
				_ = json.NewEncoder(rw).Encode(wireObject{"content": "started in mode hunter-two-of-old, then hunter-three-of-new"})
			})
			l.workspace.Serve(rw, r)
		})
		wantText(t, said, "failed too", "started in mode")
		for _, secret := range []string{"hunter-two-of-old", "hunter-three-of-new"} {
			if strings.Contains(said, secret) {
				t.Errorf("it shows %q: %s", secret, said)
			}
		}
	})
}

// Only what was asked for, and can be rolled back, is.
func TestNoRollback(t *testing.T) {
	on := aci(fields{"on_failed_update": "rollback"})
	models := fields{"model_ids": list{"iris:2"}}
	for name, test := range map[string]struct {
		before, change fields
		prepare        func(l *live)
		deployments    int // POST requests
		says           string
	}{
		"keep":               {aci(fields{"on_failed_update": "keep"}), models, nil, 0, ""},
		"by default":         {aci(nil), models, nil, 0, ""},
		"no change of image": {on, fields{"description": "new"}, nil, 0, ""},
		"only the resources": {on, fields{"cpu_cores": 2}, nil, 1, ""},
		"not healthy before": {on, models, func(l *live) { l.workspace.EditService("iris", wireObject{"state": "Unhealthy"}) }, 0, "It was not rolled back, because it was not Healthy before"},
		"still deploying":    {on, models, func(l *live) { l.workspace.SetDeployments(wireObject{"state": "Transitioning"}) }, 0, "It was not rolled back, because Azure is still deploying"},
		"cannot be read": {on, models, func(l *live) {
			l.workspace.Answer("PATCH", "/services/iris", 1, func(rw http.ResponseWriter, r *http.Request) {
				l.workspace.Serve(rw, r)
				l.workspace.Answer("GET", "/services/iris", -1, workspacetest.Refuse(403, "Forbidden", "no"))
			})
		}, 0, "It was not rolled back, because the service could not be read"},
	} {
		onWorkspace(t, name, func(t *testing.T, l *live) {
			service := l.Apply(aciType, existing{}, test.before)
			l.workspace.SetOperations(failedOperation)
			l.workspace.SetDeployments(wireObject{"state": "Failed"})
			if test.prepare != nil {
				test.prepare(l)
			}
			l.workspace.Forget()
			failed, said := l.tryApply(aciType, service, merged(test.before, test.change))
			wantText(t, said, "did not become Healthy again", test.says)
			if strings.Contains(said, rolledBack) || test.says == "" && strings.Contains(said, "rolled back") {
				t.Errorf("it says: %s", said)
			}
			if sent := len(l.workspace.Sent("POST", "/services")); sent != test.deployments || failed.State["state"] == nil {
				t.Errorf("%d deployments, the state is %v", sent, failed.State["state"])
			}
		})
	}
}

// An earlier version that still runs is not deployed again.
func TestNoRollbackOfWhatStillRuns(t *testing.T) {
	onWorkspace(t, "it still runs", func(t *testing.T, l *live) {
		on := aci(fields{"on_failed_update": "rollback"})
		service := l.Apply(aciType, existing{}, on)
		l.workspace.SetOperations(failedOperation)
		l.workspace.Answer("PATCH", "/services/iris", 1, func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Operation-Location", "/operations/op-1")
			rw.WriteHeader(http.StatusAccepted)
		})
		_, said := l.tryApply(aciType, service, merged(on, fields{"model_ids": list{"iris:2"}}))
		wantText(t, said, "The service was not changed", "Its old version still runs")
		if strings.Contains(said, "rolled back") {
			t.Errorf("it says: %s", said)
		}
	})
}

// A rollback that fails gives both reasons, and the state is as the service is.
func TestRollbackFails(t *testing.T) {
	on := aci(fields{"on_failed_update": "rollback"})
	models := fields{"model_ids": list{"iris:2"}}
	onWorkspace(t, "it is refused", func(t *testing.T, l *live) {
		failed, said := crashed(l, aciType, on, models, workspacetest.Refuse(400, "BadRequest", "not now"))
		wantText(t, said, "AciDeploymentFailed: it crashed", "The rollback to what it ran before failed too", "not now")
		if failed.State["state"] != "Failed" || cmp.Diff(list{"iris:2"}, failed.State["model_ids"]) != "" {
			t.Errorf("the state: %v", failed.State)
		}
		l.changes(aciType, failed, merged(on, models))
	})
	onWorkspace(t, "it crashes too", func(t *testing.T, l *live) {
		failed, said := crashed(l, aciType, on, models, func(rw http.ResponseWriter, r *http.Request) {
			l.workspace.SetOperations(wireObject{"state": "Failed", "error": wireObject{"code": "AciDeploymentFailed", "message": "no capacity"}})
			l.workspace.Serve(rw, r)
		})
		wantText(t, said, "it crashed", "failed too", "no capacity")
		if failed.State["state"] != "Failed" || cmp.Diff(list{"iris:1"}, failed.State["model_ids"]) != "" {
			t.Errorf("the state: %v", failed.State)
		}
		l.workspace.SetOperations(wireObject{"state": "Succeeded"})
		l.workspace.SetDeployments(wireObject{"state": "Healthy"})
		service := l.Apply(aciType, l.Refresh(aciType, failed), merged(on, models))
		l.unchanged(aciType, service, merged(on, models))
	})
	// It gets half of timeouts.update.
	onWorkspace(t, "it takes too long", func(t *testing.T, l *live) {
		limited := merged(on, fields{"timeouts": fields{"update": "10m"}})
		var begun time.Time
		_, said := crashed(l, aciType, limited, models, func(rw http.ResponseWriter, r *http.Request) {
			begun = time.Now()
			l.workspace.SetOperations(wireObject{"state": "Running"})
			l.workspace.SetDeployments(wireObject{"state": "Transitioning"})
			l.workspace.Serve(rw, r)
		})
		wantText(t, said, "it crashed", "failed too", "the time allowed for waiting on operation")
		if took := time.Since(begun); took < 4*time.Minute || took > 6*time.Minute {
			t.Errorf("the rollback took %s", took)
		}
	})
	onWorkspace(t, "it is interrupted", func(t *testing.T, l *live) {
		service := l.Apply(aciType, existing{}, on)
		l.workspace.SetOperations(failedOperation)
		l.workspace.SetDeployments(wireObject{"state": "Failed"})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		l.workspace.Answer("POST", "/services", 1, func(rw http.ResponseWriter, r *http.Request) {
			l.workspace.SetOperations(wireObject{"state": "Running"})
			l.workspace.SetDeployments(wireObject{"state": "Transitioning"})
			l.workspace.Serve(rw, r)
			time.AfterFunc(time.Minute, cancel)
		})
		changed := merged(on, models)
		failed, diags := l.TryApply(ctx, aciType, service, changed, l.Plan(aciType, service, changed))
		wantText(t, strings.Join(protocoltest.Texts(diags), "\n"), "it crashed", "failed too", "interrupted")
		if failed.State["state"] != "Transitioning" {
			t.Errorf("the state: %v", failed.State["state"])
		}
		l.changes(aciType, failed, changed)
	})
	onWorkspace(t, "it is interrupted while it is sent", func(t *testing.T, l *live) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		service := l.Apply(aciType, existing{}, on)
		l.workspace.SetOperations(failedOperation)
		l.workspace.SetDeployments(wireObject{"state": "Failed"})
		l.workspace.Answer("POST", "/services", 1, func(rw http.ResponseWriter, r *http.Request) {
			cancel()
			heals(l)(rw, r)
		})
		changed := merged(on, models)
		failed, diags := l.TryApply(ctx, aciType, service, changed, l.Plan(aciType, service, changed))
		wantText(t, strings.Join(protocoltest.Texts(diags), "\n"), "it crashed", "failed too", "interrupted")
		if failed.State["state"] != "Healthy" || cmp.Diff(list{"iris:1"}, failed.State["model_ids"]) != "" {
			t.Errorf("the state is not as the service is: %v", failed.State)
		}
	})
	onWorkspace(t, "the update is interrupted", func(t *testing.T, l *live) {
		service := l.Apply(aciType, existing{}, on)
		l.workspace.SetDeployments(wireObject{"state": "Failed"})
		l.workspace.SetOperations(wireObject{"state": "Running"})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		l.workspace.Answer("PATCH", "/services/iris", 1, func(rw http.ResponseWriter, r *http.Request) {
			l.workspace.Serve(rw, r)
			time.AfterFunc(time.Minute, cancel)
		})
		l.workspace.Forget()
		changed := merged(on, models)
		_, diags := l.TryApply(ctx, aciType, service, changed, l.Plan(aciType, service, changed))
		wantText(t, strings.Join(protocoltest.Texts(diags), "\n"), "It was not rolled back, because the run was interrupted")
		if sent := l.workspace.Sent("POST", "/services"); len(sent) > 0 {
			t.Errorf("%d deployments", len(sent))
		}
	})
}

// The password of a private registry is never returned: the rollback has it only from a
// configuration that uses the same registry.
func TestRollbackFromAPrivateRegistry(t *testing.T) {
	registry := func(more fields) fields {
		return fields{"inference_config": merged(code, fields{"environment": merged(inline, fields{"base_image_registry": merged(fields{"address": "r.example"}, more)})})}
	}
	credentials := func(version int) fields {
		return fields{"username": "puller", "password_wo": "hush-hush", "password_wo_version": version}
	}
	on := aci(fields{"on_failed_update": "rollback"})
	before := merged(on, registry(credentials(1)))
	onWorkspace(t, "the same one", func(t *testing.T, l *live) {
		change := registry(credentials(1))
		change["model_ids"] = list{"iris:2"}
		_, said := crashed(l, aciType, before, change, heals(l))
		wantText(t, said, rolledBack)
		var body struct {
			Image struct {
				ModelIDs    []string `json:"modelIds"`
				Environment struct {
					Docker struct{ BaseImageRegistry map[string]any }
				}
			} `json:"environmentImageRequest"`
		}
		if err := json.Unmarshal([]byte(l.workspace.Sent("POST", "/services")[0].Body), &body); err != nil {
			t.Fatal(err)
		}
		want := map[string]any{"address": "r.example", "username": "puller", "password": "hush-hush"}
		if diff := cmp.Diff(want, body.Image.Environment.Docker.BaseImageRegistry); diff != "" || body.Image.ModelIDs[0] != "iris:1" {
			t.Errorf("the registry (-want +got):\n%s\n%v", diff, body.Image.ModelIDs)
		}
		if strings.Contains(said, "hush-hush") {
			t.Error("the password is in the error")
		}
	})
	onWorkspace(t, "none before", func(t *testing.T, l *live) {
		change := registry(credentials(1))
		_, said := crashed(l, aciType, merged(on, registry(nil)), change, heals(l))
		wantText(t, said, rolledBack)
		if body := l.workspace.Sent("POST", "/services")[0].Body; strings.Contains(body, "hush-hush") || strings.Contains(body, "puller") {
			t.Errorf("the credentials of the failed change are sent: %s", body)
		}
	})
	for name, change := range map[string]fields{
		"another password": registry(credentials(2)),
		"another registry": registry(fields{"address": "other.example", "username": "puller", "password_wo": "hush-hush", "password_wo_version": 1}),
		"no code any more": {"inference_config": nil},
	} {
		onWorkspace(t, name, func(t *testing.T, l *live) {
			failed, said := crashed(l, aciType, before, change, heals(l))
			wantText(t, said, "It was not rolled back: what it ran before starts from a private registry", "with base_image_registry.password_wo, and apply")
			if len(l.workspace.Sent("POST", "/services")) > 0 || failed.State["state"] != "Failed" || strings.Contains(said, "hush-hush") {
				t.Errorf("the calls: %q, the state is %v, it says: %s", l.workspace.Calls(), failed.State["state"], said)
			}
		})
	}
}
