// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"slices"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

// inEnvironment is a service on ACI with code at a URL, in a registered environment.
func inEnvironment(environment fields) fields {
	return aci(fields{"inference_config": fields{"entry_script": "score.py", "source_url": "aml://artifact/x/score.py", "environment": environment}})
}

// A model or environment that the workspace does not have is a warning at plan, since
// the same apply may register it, and an error at apply before anything is sent.
func TestReferencesAreLookedUp(t *testing.T) {
	for name, tc := range map[string]struct {
		config fields
		says   []string
	}{
		"version of a model":             {aci(fields{"model_ids": list{"iris:9"}}), []string{"The model does not exist", `no model "iris:9"`, "It has iris in versions 3, 2, 1."}},
		"misspelt model":                 {aci(fields{"model_ids": list{"irs:1"}}), []string{`no model "irs:1"`, "It has the similar name iris."}},
		"model of another name":          {aci(fields{"model_ids": list{"zebra:1"}}), []string{`no model "zebra:1"`, "none of a similar name"}},
		"model that needs code":          {aci(fields{"model_ids": list{"iris-raw:1"}}), []string{"The model needs code", "framework Custom", "Onnx, ScikitLearn, TensorFlow, Multi"}},
		"version of an environment":      {inEnvironment(fields{"name": "sklearn", "version": "7"}), []string{"The environment does not exist", `environment "sklearn" with version "7"`, `Its latest version is "4".`}},
		"misspelt environment":           {inEnvironment(fields{"name": "skleam"}), []string{`no environment "skleam"`, "It has the similar name sklearn."}},
		"misspelt, with a version":       {inEnvironment(fields{"name": "skleam", "version": "7"}), []string{`no environment "skleam"`, "It has the similar name sklearn."}},
		"environment of another name":    {inEnvironment(fields{"name": "zebra", "version": "1"}), []string{"none of a similar name"}},
		"both, each with its own answer": {merged(inEnvironment(fields{"name": "zebra"}), fields{"model_ids": list{"iris:1", "iris:8"}}), []string{`no environment "zebra"`, `no model "iris:8"`}},
	} {
		onWorkspace(t, name, func(t *testing.T, l *live) {
			l.workspace.AddModel("iris-raw", wireObject{"framework": "Custom"})
			l.workspace.AddEnvironment("sklearn", "3", nil)
			l.workspace.AddEnvironment("sklearn", "4", nil)
			plan := l.TryPlan(aciType, existing{}, tc.config)
			warned := strings.Join(plan.Warnings, "\n")
			wantText(t, warned, append(tc.says, "Unless this apply changes that, it will fail.")...)
			if len(plan.Diagnostics) != len(plan.Warnings) || plan.State == nil {
				t.Errorf("the plan failed: %v", texts(plan.Diagnostics))
			}
			made, said := l.tryApply(aciType, existing{}, tc.config)
			wantText(t, said, append(tc.says, "Nothing was sent.")...)
			l.wantCalls()
			if made.State != nil {
				t.Error("a service that was not sent is in the state")
			}
		})
	}
}

// A model or an environment of a change is looked up as those of a new service are.
func TestChangedReferencesAreLookedUp(t *testing.T) {
	for name, changed := range map[string]fields{
		"model":       merged(inEnvironment(fields{"name": "sklearn", "version": "3"}), fields{"model_ids": list{"iris:9"}}),
		"environment": inEnvironment(fields{"name": "sklearn", "version": "7"}),
	} {
		onWorkspace(t, name, func(t *testing.T, l *live) {
			l.workspace.AddEnvironment("sklearn", "3", nil)
			service := l.Apply(aciType, existing{}, inEnvironment(fields{"name": "sklearn", "version": "3"}))
			if warned := l.TryPlan(aciType, service, changed).Warnings; len(warned) != 1 || !strings.Contains(warned[0], "does not exist") {
				t.Errorf("warned: %q", warned)
			}
			l.workspace.Forget()
			if _, said := l.tryApply(aciType, service, changed); !strings.Contains(said, "does not exist") || !strings.Contains(said, "Nothing was sent.") {
				t.Error(said)
			}
			l.wantCalls()
		})
	}
}

// A name that is taken is known at plan, with the import block.
func TestTakenNameIsWarnedAbout(t *testing.T) {
	onWorkspace(t, "taken", func(t *testing.T, l *live) {
		l.workspace.AddService("iris", nil)
		plan := l.TryPlan(aciType, existing{}, aci(nil))
		wantText(t, strings.Join(plan.Warnings, "\n"), "The service exists already", "Unless this apply deletes that service first, it will fail.", "to = mlws_aci_service.iris")
		l.wantCalls()
		_, said := l.tryApply(aciType, existing{}, aci(nil))
		wantText(t, said, "The service exists already", "to = mlws_aci_service.iris")
		l.wantCalls()
	})
	// Terraform plans a replacement twice: as a change, and as a new service.
	onWorkspace(t, "by the service that is replaced", func(t *testing.T, l *live) {
		service := l.Apply(aciType, existing{}, aci(nil))
		moved := aci(fields{"location": "northeurope"})
		l = l.withTags(t, framework.Tags{}) // of another process
		if plan := l.TryPlan(aciType, service, moved); len(plan.Replace) == 0 {
			t.Error("the service is not replaced")
		}
		if warned := l.TryPlan(aciType, existing{}, moved).Warnings; len(warned) > 0 {
			t.Errorf("warned: %q", warned)
		}
	})
	// A tainted service is planned as a new one alone, after its refresh.
	onWorkspace(t, "by the service that is tainted", func(t *testing.T, l *live) {
		service := l.Apply(aciType, existing{}, aci(nil))
		l = l.withTags(t, framework.Tags{}) // of another process
		l.Refresh(aciType, service)
		if warned := l.TryPlan(aciType, existing{}, aci(nil)).Warnings; len(warned) > 0 {
			t.Errorf("warned: %q", warned)
		}
	})
}

// Each question is asked once a plan, and a plan that changes no reference asks none.
func TestLookUpsAreFew(t *testing.T) {
	onWorkspace(t, "", func(t *testing.T, l *live) {
		l.workspace.AddEnvironment("sklearn", "3", nil)
		config := merged(inEnvironment(fields{"name": "sklearn", "version": "3"}), fields{"model_ids": list{"iris:1", "iris:2"}})
		for _, name := range []string{"iris", "iris-two", "iris-three"} {
			l.TryPlan(aciType, existing{}, merged(config, fields{"name": name}))
		}
		want := []string{
			"GET /environments/sklearn/versions/3", "GET /models/iris:1", "GET /models/iris:2",
			"GET /services/iris", "GET /services/iris-three", "GET /services/iris-two",
		}
		if got := slices.Sorted(slices.Values(l.workspace.Calls())); !slices.Equal(got, want) {
			t.Errorf("asked %q, want %q", got, want)
		}
		config = merged(inEnvironment(fields{"name": "sklearn"}), fields{"model_ids": list{"iris:1", "iris:2"}})
		service := l.Apply(aciType, existing{}, config)
		l = l.withTags(t, framework.Tags{}) // of another process
		l.workspace.Forget()
		for _, change := range []fields{nil, {"description": "two"}, {"cpu_cores": 0.5}, {"model_ids": list{"iris:2", "iris:1"}}} {
			l.TryPlan(aciType, service, merged(config, change))
		}
		if got := l.workspace.Calls(); len(got) > 0 {
			t.Errorf("asked %q", got)
		}
		l.TryPlan(aciType, service, merged(config, fields{"model_ids": list{"iris:1", "iris:3"}}))
		if got := l.workspace.Calls(); !slices.Equal(got, []string{"GET /models/iris:3"}) {
			t.Errorf("asked %q", got)
		}
	})
}

// A look-up that fails is no failure of a plan or an apply. After one without any
// answer, no more are made.
func TestLookUpsFail(t *testing.T) {
	onWorkspace(t, "refused", func(t *testing.T, l *live) {
		l.workspace.Answer("GET", "/models/iris:1", -1, workspacetest.Refuse(403, "Forbidden", "no"))
		l.workspace.Answer("GET", "/services/iris", 1, workspacetest.Refuse(403, "Forbidden", "no"))
		if plan := l.TryPlan(aciType, existing{}, aci(nil)); len(plan.Diagnostics) > 0 {
			t.Errorf("%v", texts(plan.Diagnostics))
		}
		if made, said := l.tryApply(aciType, existing{}, aci(nil)); said != "" || made.State["state"] != "Healthy" {
			t.Errorf("%v: %s", made.State["state"], said)
		}
	})
	onWorkspace(t, "hints are refused", func(t *testing.T, l *live) {
		l.workspace.Answer("GET", "/models", -1, workspacetest.Refuse(403, "Forbidden", "no"))
		l.workspace.Answer("GET", "/environments/", -1, workspacetest.Refuse(403, "Forbidden", "no"))
		config := merged(inEnvironment(fields{"name": "sklearn"}), fields{"model_ids": list{"irs:1"}})
		wantText(t, strings.Join(l.TryPlan(aciType, existing{}, config).Warnings, "\n"), `no model "irs:1". Its versions could not be looked up.`, `no environment "sklearn". Other names could not be looked up.`)
	})
	onWorkspace(t, "no answer", func(t *testing.T, l *live) {
		l.workspace.Answer("GET", "/services/iris", -1, workspacetest.Reply(200, `[`))
		for _, id := range []string{"iris:8", "iris:9"} {
			if plan := l.TryPlan(aciType, existing{}, aci(fields{"model_ids": list{id}})); len(plan.Diagnostics) > 0 {
				t.Errorf("%v", texts(plan.Diagnostics))
			}
		}
		if got := l.workspace.Sent("GET", "iris:8"); len(got) > 0 {
			t.Errorf("asked %v", got)
		}
		l.workspace.Forget()
		l.TryPlan(aciType, existing{}, aci(fields{"name": "another"}))
		if got := l.workspace.Calls(); len(got) > 0 {
			t.Errorf("asked %v", got)
		}
	})
}
