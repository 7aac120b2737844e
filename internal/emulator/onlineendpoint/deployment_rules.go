// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"slices"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// maxManagedTimeout is the longest that a request may take on a managed endpoint.
const maxManagedTimeout = 180 * time.Second

// withoutEnvironment are the types of models that Azure serves without one.
var withoutEnvironment = []string{"mlflow_model", "triton_model"}

// checkName holds the rule of names of endpoints and deployments.
func checkName(name string) error {
	if namePattern.MatchString(name) {
		return nil
	}
	return api.Invalid("InvalidName", "name", "'%s' is no name of an endpoint or a deployment: it has 3 to 32 letters, digits and dashes, a letter first, and no dash at the end.", name)
}

// checkDeployment holds the rules of a deployment that are not in the types.
func checkDeployment(w *state.Workspace, e *state.OnlineEndpoint, given map[string]any) error {
	p := properties(given)
	if place(text(given, "location")) != place(w.Location) {
		return api.Invalid("InvalidLocation", "location", "The deployment must be in %s, the region of its endpoint.", w.Location)
	}
	want := managed
	if text(properties(e.Doc), "compute") != "" {
		want = kubernetes
	}
	if kind := text(p, "endpointComputeType"); kind != want {
		return api.Invalid("InvalidComputeType", "properties.endpointComputeType", "Endpoint %s has %s deployments, and this one is %s.", e.Name, want, kind)
	}
	if err := checkReferences(w, p); err != nil {
		return err
	}
	return checkMachines(given, want)
}

// checkReferences finds what the deployment is made of.
func checkReferences(w *state.Workspace, p map[string]any) error {
	var model *state.Model
	if id := text(p, "model"); id != "" {
		name, version, found := asset(w, "models", id)
		if found {
			model = w.Model(name + ":" + version)
		}
		if model == nil {
			return api.Invalid("ModelNotFound", "properties.model", "'%s' is the id of no model in workspace %s.", id, w.Name)
		}
	}
	if id := text(p, "environmentId"); id != "" {
		if name, version, found := asset(w, "environments", id); !found || w.Environment(name, version) == nil {
			return api.Invalid("EnvironmentNotFound", "properties.environmentId", "'%s' is the id of no environment in workspace %s.", id, w.Name)
		}
	} else if model == nil || !slices.Contains(withoutEnvironment, text(model.V2, "modelType")) {
		return api.Invalid("EnvironmentRequired", "properties.environmentId", "A deployment needs an environment, unless its model is of the type %s.", strings.Join(withoutEnvironment, " or "))
	}
	code, _ := p["codeConfiguration"].(map[string]any)
	if id := text(code, "codeId"); id != "" {
		name, version, found := asset(w, "codes", id)
		version = state.CodeKey(name, version)
		if !found || w.Codes[version] == nil {
			return api.Invalid("CodeNotFound", "properties.codeConfiguration.codeId", "'%s' is the id of no code in workspace %s.", id, w.Name)
		}
		if text(w.Codes[version].Doc, "codeUri") == "" {
			return api.Invalid("CodeNotFound", "properties.codeConfiguration.codeId", "The code '%s' has no codeUri.", id)
		}
	}
	return nil
}

// asset takes the id of a version in this workspace apart.
func asset(w *state.Workspace, collection, id string) (name, version string, found bool) {
	prefix := w.ID + "/" + collection + "/"
	if len(id) <= len(prefix) || !strings.EqualFold(id[:len(prefix)], prefix) {
		return "", "", false
	}
	segments := strings.Split(id[len(prefix):], "/")
	if len(segments) != 3 || !strings.EqualFold(segments[1], "versions") || segments[2] == "" {
		return "", "", false
	}
	return segments[0], segments[2], true
}

// checkMachines holds the rules of Azure's documentation about instances and limits.
func checkMachines(given map[string]any, kind string) error {
	p := properties(given)
	scale, _ := p["scaleSettings"].(map[string]any)
	requests, _ := p["requestSettings"].(map[string]any)
	if sku, _ := given["sku"].(map[string]any); sku["capacity"] != nil && whole(sku["capacity"]) < 1 {
		return api.Invalid("InvalidValue", "sku.capacity", "A deployment has at least one instance.")
	}
	if requests["maxConcurrentRequestsPerInstance"] != nil && whole(requests["maxConcurrentRequestsPerInstance"]) < 1 {
		return api.Invalid("InvalidValue", "properties.requestSettings.maxConcurrentRequestsPerInstance", "An instance takes at least one request at a time.")
	}
	if least, most := whole(scale["minInstances"]), whole(scale["maxInstances"]); scale["minInstances"] != nil && scale["maxInstances"] != nil && least > most {
		return api.Invalid("InvalidScaling", "properties.scaleSettings.minInstances", "minInstances is %d, more than maxInstances, which is %d.", least, most)
	}
	if kind != managed {
		return nil
	}
	if text(p, "instanceType") == "" {
		return api.Invalid("MissingField", "properties.instanceType", "A managed deployment needs an instanceType.")
	}
	if text(scale, "scaleType") == targetUtilization {
		return api.Invalid("InvalidScaling", "properties.scaleSettings.scaleType", "A managed deployment scales by rules of Azure Monitor: its scaleType is Default.")
	}
	if timeout := durationOf(requests, "requestTimeout", 0); timeout > maxManagedTimeout {
		return api.Invalid("InvalidValue", "properties.requestSettings.requestTimeout", "A request of a managed deployment takes at most %s.", maxManagedTimeout)
	}
	return nil
}
