// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

const (
	endpointID = workspacetest.ID + "/onlineEndpoints/iris-v2"
	secondID   = workspacetest.ID + "/onlineEndpoints/iris-v3"
)

// bridged is a rotation with an online endpoint that has its keys too.
var bridged = fields{"service_id": irisID, "also_set_on": protocoltest.List{endpointID}}

// wantBridged asserts that an online endpoint has the keys of the service.
func (l *live) wantBridged(endpoint string, want bool) {
	l.T.Helper()
	primary, secondary := l.workspace.Keys("iris")
	p, s := l.workspace.OnlineEndpointKeys(endpoint)
	if (p == primary && s == secondary) != want {
		l.T.Errorf("the keys of %s are those of the service: %t, want %t", endpoint, !want, want)
	}
}

// wantSet asserts which regenerates were sent since the last such call: of the service,
// and of online endpoints.
func (l *live) wantSet(service, endpoints int) {
	l.T.Helper()
	sent := l.workspace.Sent("POST", "/regenerateKeys")
	l.workspace.Forget()
	atService := slices.DeleteFunc(slices.Clone(sent), func(c workspacetest.Call) bool { return strings.HasPrefix(c.Path, "/onlineEndpoints/") })
	if len(atService) != service || len(sent)-len(atService) != endpoints {
		l.T.Errorf("%d regenerates of the service and %d of endpoints, want %d and %d: %v", len(atService), len(sent)-len(atService), service, endpoints, sent)
	}
}

// A rotation is carried over to its online endpoint by one call, and clients can use
// the old key and the new one on both.
func TestRotationIsCarriedOver(t *testing.T) {
	inMemory(t, "one call a rotation", func(t *testing.T, l *live) {
		l.workspace.AddOnlineEndpoint("iris-v2")
		made := l.Apply(rotationResource, object{}, bridged)
		l.wantSet(1, 2) // the endpoint had keys of its own
		l.wantBridged("iris-v2", true)
		if got := fmt.Sprint(made.State["not_set_on"]); got != "[]" {
			t.Errorf("not set on %s", got)
		}
		l.restart(t)
		made = l.Refresh(rotationResource, made)
		l.unchanged(rotationResource, made, bridged)

		config := with(bridged, fields{"triggers": fields{"a": "1"}})
		made = l.Apply(rotationResource, made, config)
		l.wantSet(0, 0)
		config = with(bridged, fields{"triggers": fields{"a": "2"}})
		made = l.Apply(rotationResource, made, config)
		l.wantSet(1, 1)
		l.wantBridged("iris-v2", true)
		l.wantKey(made.State["active_key"], "Primary")
		l.unchanged(rotationResource, l.Refresh(rotationResource, made), config)
	})
	inMemory(t, "a revocation too", func(t *testing.T, l *live) {
		l.workspace.AddOnlineEndpoint("iris-v2")
		config := with(revoking, bridged)
		made := l.Apply(rotationResource, object{}, config)
		l.wantSet(1, 2)
		l.restart(t)
		l.clock.Set(noon.Add(48 * time.Hour))
		made = l.Apply(rotationResource, l.Refresh(rotationResource, made), config)
		l.wantSet(1, 1)
		l.wantBridged("iris-v2", true)
		l.unchanged(rotationResource, l.Refresh(rotationResource, made), config)
	})
	inMemory(t, "added and taken out without a rotation", func(t *testing.T, l *live) {
		l.workspace.AddOnlineEndpoint("iris-v2")
		l.workspace.AddOnlineEndpoint("iris-v3")
		made := l.Apply(rotationResource, object{}, fields{"service_id": irisID})
		l.wantSet(1, 0)
		if made.State["not_set_on"] != nil {
			t.Errorf("not set on %v", made.State["not_set_on"])
		}
		made = l.Apply(rotationResource, made, bridged)
		l.wantSet(0, 2)
		both := with(bridged, fields{"also_set_on": protocoltest.List{endpointID, secondID}})
		made = l.Apply(rotationResource, made, both)
		l.wantSet(0, 2)
		l.wantBridged("iris-v2", true)
		l.wantBridged("iris-v3", true)
		made = l.Apply(rotationResource, made, fields{"service_id": irisID})
		l.wantSet(0, 0)
		l.wantBridged("iris-v3", true)
		if made.State["not_set_on"] != nil {
			t.Errorf("not set on %v", made.State["not_set_on"])
		}
		l.Destroy(rotationResource, made)
		l.wantSet(0, 0)
	})
	inMemory(t, "without a key in the state", func(t *testing.T, l *live) {
		l.workspace.AddOnlineEndpoint("iris-v2")
		config := with(bridged, fields{"store_key": false})
		made := l.Apply(rotationResource, object{}, config)
		l.wantBridged("iris-v2", true)
		l.unchanged(rotationResource, l.Refresh(rotationResource, made), config)
	})
}

// refusal is Resource Manager's refusal of a call.
var refusal = workspacetest.Reply(500, `{"error":{"code":"InternalError","message":"broken"}}`)

// An endpoint that fails leaves the rotation as made: the next apply repeats only what
// failed, for as long as it fails.
func TestFailedEndpointIsRepeated(t *testing.T) {
	const suffix = "/onlineEndpoints/iris-v2/regenerateKeys"
	inMemory(t, "of a new rotation", func(t *testing.T, l *live) {
		l.workspace.AddOnlineEndpoint("iris-v2")
		l.workspace.AddOnlineEndpoint("iris-v3")
		l.workspace.Answer("POST", suffix, -1, workspacetest.Reply(400, `{"error":{"code":"BadArgument","message":"no"}}`))
		config := with(bridged, fields{"also_set_on": protocoltest.List{endpointID, secondID}})
		plan := l.Plan(rotationResource, object{}, config)
		made, diags := l.TryApply(t.Context(), rotationResource, object{}, config, plan)
		// An error would taint the rotation, and so rotate again.
		texts := protocoltest.Texts(diags)
		if protocoltest.Failed(diags) || len(texts) != 1 || !strings.Contains(texts[0], `nline endpoint "iris-v2"`) || !strings.Contains(texts[0], "without regenerating any") {
			t.Fatalf("diagnostics: %v", texts)
		}
		l.wantBridged("iris-v3", true)
		l.wantKey(made.State["active_key"], "Secondary")
		if got := fmt.Sprint(made.State["not_set_on"]); got != "["+endpointID+"]" {
			t.Errorf("not set on %s", got)
		}
		l.workspace.Forget()
		for _, refresh := range []bool{false, true} { // a plan without a refresh knows it too
			if refresh {
				l.restart(t)
				made = l.Refresh(rotationResource, made)
			}
			if plan := l.Plan(rotationResource, made, config); len(plan.Replace) > 0 || plan.State["not_set_on"] != any(unknown{}) || plan.State["active_key"] != made.State["active_key"] {
				t.Errorf("refreshed %t: the plan %v", refresh, plan.State)
			}
		}
		made, diags = l.TryApply(t.Context(), rotationResource, made, config, l.Plan(rotationResource, made, config))
		if len(diags) != 1 || protocoltest.Failed(diags) || strings.Contains(fmt.Sprint(protocoltest.Texts(diags)), made.State["active_key"].(string)) {
			t.Errorf("an update that fails again: %v", protocoltest.Texts(diags))
		}
		l.wantSet(0, 1)
	})
	inMemory(t, "once", func(t *testing.T, l *live) {
		l.workspace.AddOnlineEndpoint("iris-v2")
		made := l.Apply(rotationResource, object{}, with(bridged, fields{"triggers": fields{"a": "1"}}))
		l.wantSet(1, 2)
		l.workspace.Answer("POST", suffix, 1, workspacetest.Reply(403, `{"error":{"code":"AuthorizationFailed","message":"no"}}`))
		config := with(bridged, fields{"triggers": fields{"a": "2"}})
		made, diags := l.TryApply(t.Context(), rotationResource, made, config, l.Plan(rotationResource, made, config))
		// An error would keep the new key from what depends on the rotation.
		if len(diags) != 1 || protocoltest.Failed(diags) {
			t.Errorf("diagnostics: %v", protocoltest.Texts(diags))
		}
		l.wantSet(1, 1)
		l.wantKey(made.State["active_key"], "Primary")
		l.restart(t)
		made = l.Apply(rotationResource, l.Refresh(rotationResource, made), config)
		l.wantSet(0, 1)
		l.wantBridged("iris-v2", true)
		l.unchanged(rotationResource, l.Refresh(rotationResource, made), config)
	})
	inMemory(t, "while another one takes all its time", func(t *testing.T, l *live) {
		l.workspace.AddOnlineEndpoint("iris-v2")
		l.workspace.AddOnlineEndpoint("iris-v3")
		l.workspace.Answer("POST", suffix, -1, workspacetest.Reply(202, "")) // accepted, and never done
		config := with(bridged, fields{"also_set_on": protocoltest.List{endpointID, secondID}, "timeouts": fields{"create": "5m"}})
		made, diags := l.TryApply(t.Context(), rotationResource, object{}, config, l.Plan(rotationResource, object{}, config))
		if texts := protocoltest.Texts(diags); len(texts) != 1 || fmt.Sprint(made.State["not_set_on"]) != "["+endpointID+"]" {
			t.Errorf("not set on %v: %v", made.State["not_set_on"], texts)
		}
		l.wantBridged("iris-v3", true)
	})
	inMemory(t, "after a regenerate with an unknown outcome", func(t *testing.T, l *live) {
		l.workspace.AddOnlineEndpoint("iris-v2")
		made := l.Apply(rotationResource, object{}, with(bridged, fields{"triggers": fields{"a": "1"}}))
		l.workspace.Forget()
		l.workspace.Answer("POST", "/services/iris/regenerateKeys", 1, l.workspace.Lose)
		l.workspace.Answer("POST", "/services/iris/listkeys", 1, l.workspace.Serve)
		l.workspace.Answer("POST", "/services/iris/listkeys", 400, refusal)
		config := with(bridged, fields{"triggers": fields{"a": "2"}})
		made, diags := l.TryApply(t.Context(), rotationResource, made, config, l.Plan(rotationResource, made, config))
		if !protocoltest.Failed(diags) || fmt.Sprint(made.State["not_set_on"]) != "["+endpointID+"]" {
			t.Errorf("not set on %v: %v", made.State["not_set_on"], protocoltest.Texts(diags))
		}
		l.workspace.Answer("POST", "/services/iris/listkeys", 0, refusal)
	})
}

// A refresh finds the endpoints that lack the keys, and never loses one.
func TestEndpointsAreCompared(t *testing.T) {
	inMemory(t, "changed by somebody else", func(t *testing.T, l *live) {
		l.workspace.AddOnlineEndpoint("iris-v2")
		made := l.Apply(rotationResource, object{}, bridged)
		l.workspace.RotateOnlineEndpoint("iris-v2", "Primary")
		l.workspace.Forget()
		made = l.Refresh(rotationResource, made)
		if len(made.Warnings) != 1 || !strings.Contains(made.Warnings[0], "other keys than the service") {
			t.Errorf("warnings: %v", made.Warnings)
		}
		made = l.Apply(rotationResource, made, bridged)
		l.wantSet(0, 1)
		l.wantBridged("iris-v2", true)
		l.unchanged(rotationResource, l.Refresh(rotationResource, made), bridged)
	})
	inMemory(t, "not to be read", func(t *testing.T, l *live) {
		l.workspace.AddOnlineEndpoint("iris-v2")
		made := l.Apply(rotationResource, object{}, bridged)
		l.workspace.Answer("POST", "/onlineEndpoints/iris-v2/listKeys", 1, workspacetest.Reply(403, `{"error":{"code":"AuthorizationFailed","message":"no"}}`))
		found := l.Refresh(rotationResource, made)
		if len(found.Warnings) != 1 || !strings.Contains(found.Warnings[0], "could not be compared") {
			t.Errorf("warnings: %v", found.Warnings)
		}
		l.unchanged(rotationResource, found, bridged)
	})
	inMemory(t, "not within the time of a read", func(t *testing.T, l *live) {
		l.workspace.AddOnlineEndpoint("iris-v2")
		config := with(bridged, fields{"timeouts": fields{"read": "1m"}})
		made := l.Apply(rotationResource, object{}, config)
		l.workspace.Answer("POST", "/onlineEndpoints/iris-v2/listKeys", -1, func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Retry-After", "600")
			workspacetest.Reply(429, `{"error":{"code":"TooManyRequests","message":"no"}}`)(rw, r)
		})
		begun := time.Now()
		found := l.Refresh(rotationResource, made)
		if took := time.Since(begun); took > 2*time.Minute || len(found.Warnings) != 1 {
			t.Errorf("after %s: %v", took, found.Warnings)
		}
		l.unchanged(rotationResource, found, config)
	})
	inMemory(t, "gone", func(t *testing.T, l *live) {
		l.workspace.AddOnlineEndpoint("iris-v2")
		made := l.Apply(rotationResource, object{}, bridged)
		l.workspace.RemoveOnlineEndpoint("iris-v2")
		made = l.Refresh(rotationResource, made)
		if fmt.Sprint(made.State["not_set_on"]) != "["+endpointID+"]" {
			t.Errorf("not set on %v", made.State["not_set_on"])
		}
		_, diags := l.TryApply(t.Context(), rotationResource, made, bridged, l.Plan(rotationResource, made, bridged))
		if texts := fmt.Sprint(protocoltest.Texts(diags)); !strings.Contains(texts, "the online endpoint does not exist") {
			t.Errorf("diagnostics: %s", texts)
		}
	})
}

// An id that is none is refused before anything is sent, also if it becomes known in the
// apply.
func TestEndpointIDs(t *testing.T) {
	inMemory(t, "refused", func(t *testing.T, l *live) {
		config := with(bridged, fields{"also_set_on": protocoltest.List{irisID}})
		if texts := protocoltest.Texts(l.Validate(rotationResource, config)); len(texts) != 1 || !strings.Contains(texts[0], "is not the id of an online endpoint") {
			t.Errorf("validation: %v", texts)
		}
		plan := l.Plan(rotationResource, object{}, config) // as if it had become known after the validation
		_, diags := l.TryApply(t.Context(), rotationResource, object{}, config, plan)
		if texts := fmt.Sprint(protocoltest.Texts(diags)); !strings.Contains(texts, "Invalid also_set_on") {
			t.Errorf("diagnostics: %s", texts)
		}
		l.wantSet(0, 0)
	})
}
