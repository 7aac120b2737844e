// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

// blind refuses the polls of the operations and, after the first ones, the keys: a
// regenerate is accepted, and nobody sees what came of it.
func (l *fixture) blind(after int, more emulator.FaultKind) {
	l.T.Helper()
	refused := emulator.Fault{Operation: "RegenerateKeys", Kind: emulator.FaultOperationRefused, Status: 403}
	if more != "" {
		l.emulator.Fault(emulator.Fault{Operation: "RegenerateKeys", Kind: more})
		refused = emulator.Fault{Operation: "GetOperation", Kind: emulator.FaultError, Status: 403}
	}
	l.emulator.Fault(refused)
	l.emulator.Fault(emulator.Fault{Operation: "ListKeys", Kind: emulator.FaultError, Status: 403, Skip: after})
}

// key returns the live key of a slot.
func (l *fixture) key(slot azureml.KeyType) string {
	primary, secondary := l.emulator.Keys(workspaceID, "iris")
	return azureml.Keys{Primary: primary, Secondary: secondary}.Slot(slot)
}

// A regenerate that was accepted and not seen is in the state, and the next apply
// takes its key. It regenerates again only if nothing came of the first one.
func TestOpenRegenerate(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		typeName string
		slot     azureml.KeyType
		ends     emulator.FaultKind // of the operation; "" for success
		untaint  bool               // the user keeps the object
		calls    int
		stale    bool // the next plan is made without a refresh
	}{
		"a key":                                {keyResource, azureml.KeyPrimary, "", false, 1, false},
		"a key, untainted":                     {keyResource, azureml.KeyPrimary, "", true, 1, false},
		"a key, untainted, no refresh":         {keyResource, azureml.KeyPrimary, "", true, 1, true},
		"a key that was not made":              {keyResource, azureml.KeyPrimary, emulator.FaultOperationEndless, false, 2, false},
		"a key that was not made, untainted":   {keyResource, azureml.KeyPrimary, emulator.FaultOperationEndless, true, 2, false},
		"a first rotation":                     {rotationResource, azureml.KeySecondary, "", false, 1, false},
		"a first rotation, untainted":          {rotationResource, azureml.KeySecondary, "", true, 1, false},
		"a first rotation that was not made":   {rotationResource, azureml.KeySecondary, emulator.FaultOperationEndless, false, 2, false},
		"a key, and its operation failed, too": {keyResource, azureml.KeyPrimary, emulator.FaultOperationFailed, false, 2, false},
		"a key, no refresh":                    {keyResource, azureml.KeyPrimary, "", false, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newFixture(t)
			l.deployIris()
			config := map[string]fields{keyResource: primaryKey(), rotationResource: {"service_id": irisID}}[tc.typeName]
			config = with(config, fields{"rotate_after": "24h", "verify": true})
			l.blind(2, tc.ends) // the keys are read for the verification, and by the client
			before := l.key(tc.slot)
			open, diags := l.TryApply(t.Context(), tc.typeName, object{}, config, l.Plan(tc.typeName, object{}, config))
			said := strings.Join(texts(diags), "\n")
			if !strings.Contains(said, "still works is not known") || !strings.Contains(said, "The next apply looks for the new key first") {
				t.Errorf("the error: %s", said)
			}
			if open.State == nil || open.State["rotated_at"] != nil {
				t.Fatalf("the state: %v", open.State)
			}
			l.emulator.ClearFaults()
			if !tc.stale {
				open = l.Refresh(tc.typeName, open)
			}
			var made object
			if tc.untaint {
				made = l.Apply(tc.typeName, open, config)
			} else {
				// Terraform destroys a tainted object without its private state.
				l.Destroy(tc.typeName, object{State: open.State})
				made = l.Apply(tc.typeName, object{}, config)
			}
			live := l.key(tc.slot)
			if live == before || !slices.Contains(slices.Collect(maps.Values(made.State)), any(live)) {
				t.Error("the state does not have the new key")
			}
			if got := l.emulator.Count("RegenerateKeys"); got != tc.calls {
				t.Errorf("%d regenerate calls, want %d", got, tc.calls)
			}
			l.unchanged(tc.typeName, l.Refresh(tc.typeName, made), config)
		})
	}
}

// A rotation that was not seen to end leaves the active key active, and the next
// apply finishes it, once.
func TestOpenRotationInPlace(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		ends  emulator.FaultKind
		calls int
	}{
		"it came through": {"", 1},
		"it was not made": {emulator.FaultOperationEndless, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newFixture(t)
			l.deployIris()
			config := fields{"service_id": irisID, "triggers": fields{"a": "1"}}
			made := l.Apply(rotationResource, object{}, config)
			l.emulator.ResetRequests()
			l.blind(1, tc.ends)
			config["triggers"] = fields{"a": "2"}
			open, diags := l.TryApply(t.Context(), rotationResource, made, config, l.Plan(rotationResource, made, config))
			if said := strings.Join(texts(diags), "\n"); !strings.Contains(said, "The next apply looks for the new key first") {
				t.Errorf("the error: %s", said)
			}
			for _, kept := range []string{"active_key_type", "active_key", "active_key_fingerprint", "rotated_at"} {
				if open.State[kept] != made.State[kept] {
					t.Errorf("%s changed", kept)
				}
			}
			l.emulator.ClearFaults()
			open = l.Refresh(rotationResource, open)
			if len(open.Warnings) > 0 || open.State["active_key"] != l.key(azureml.KeySecondary) {
				t.Errorf("the active key is not the one in use: %v", open.Warnings)
			}
			done := l.Apply(rotationResource, open, config)
			if done.State["active_key_type"] != "Primary" || done.State["active_key"] != l.key(azureml.KeyPrimary) {
				t.Errorf("the rotation is not finished: %v is active", done.State["active_key_type"])
			}
			if l.key(azureml.KeySecondary) != made.State["active_key"] {
				t.Error("the key that was active before no longer works")
			}
			if got := l.emulator.Count("RegenerateKeys"); got != tc.calls {
				t.Errorf("%d regenerate calls, want %d", got, tc.calls)
			}
			l.unchanged(rotationResource, l.Refresh(rotationResource, done), config)
		})
	}
}

// A destroy that regenerates ends well if the key is useless, and else with an error
// that keeps the key in the state. The operation alone says nothing.
func TestDestroyLooksAtTheKeys(t *testing.T) {
	t.Parallel()
	lost := emulator.Fault{Operation: "GetOperation", Kind: emulator.FaultError, Status: 404, Code: "NotFound"}
	for name, tc := range map[string]struct {
		faults []emulator.Fault
		dead   bool
		want   string
	}{
		"the operation is lost":               {[]emulator.Fault{lost}, true, ""},
		"the operation is lost, nothing done": {[]emulator.Fault{{Operation: "RegenerateKeys", Kind: emulator.FaultOperationEndless}, lost}, false, "still lists the old one"},
		"the operation failed":                {[]emulator.Fault{{Operation: "RegenerateKeys", Kind: emulator.FaultOperationFailed}}, false, "still lists the old one"},
		"the request is refused":              {[]emulator.Fault{{Operation: "RegenerateKeys", Kind: emulator.FaultError, Status: 403}}, false, "Could not regenerate the key"},
		"a gateway has no keys":               {[]emulator.Fault{{Operation: "ListKeys", Kind: emulator.FaultNotFoundText}}, false, "came from a gateway or a proxy"},
		"a gateway has no service":            {[]emulator.Fault{{Operation: "RegenerateKeys", Kind: emulator.FaultNotFoundEmpty}}, false, "came from a gateway or a proxy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newFixture(t)
			l.deployIris()
			key := l.Apply(keyResource, object{}, with(primaryKey(), fields{"on_destroy": "regenerate"}))
			l.emulator.ResetRequests()
			for _, fault := range tc.faults {
				l.emulator.Fault(fault)
			}
			left, diags := l.TryDestroy(t.Context(), keyResource, key)
			said := strings.Join(texts(diags), "\n")
			if (left.State == nil) != tc.dead || !strings.Contains(said, tc.want) || tc.dead && len(diags) > 0 {
				t.Errorf("left in the state: %t, %s", left.State != nil, said)
			}
			if dead := l.key(azureml.KeyPrimary) != key.State["key"]; dead != tc.dead {
				t.Errorf("the key is useless: %t", dead)
			}
			if got := l.emulator.Count("RegenerateKeys"); got > 1 {
				t.Errorf("%d regenerate calls, want one", got)
			}
			if tc.dead {
				return
			}
			l.emulator.ClearFaults()
			l.Destroy(keyResource, left)
			if l.key(azureml.KeyPrimary) == key.State["key"] {
				t.Error("the next destroy leaves the key valid")
			}
		})
	}
}

// A gateway's 404 says nothing of a key: it stays in the state, and no apply makes
// it a second time.
func TestGatewayKeepsTheKey(t *testing.T) {
	t.Parallel()
	for _, kind := range []emulator.FaultKind{emulator.FaultNotFoundText, emulator.FaultNotFoundEmpty, emulator.FaultNotFoundJSON, emulator.FaultNotFoundHTML} {
		for typeName, config := range map[string]fields{keyResource: primaryKey(), rotationResource: {"service_id": irisID}} {
			t.Run(typeName+", "+string(kind), func(t *testing.T) {
				t.Parallel()
				l := newFixture(t)
				l.deployIris()
				made := l.Apply(typeName, object{}, config)
				l.emulator.Fault(emulator.Fault{Operation: "ListKeys", Kind: kind})
				kept, diags := l.TryRefresh(typeName, made)
				if said := strings.Join(texts(diags), "\n"); len(diags) != 1 || !strings.Contains(said, "came from a gateway or a proxy") {
					t.Errorf("the error: %s", said)
				}
				if kept.State == nil || !protocoltest.Agrees(made.State, kept.State) {
					t.Error("the key is not in the state as it was")
				}
				l.emulator.ClearFaults()
				l.unchanged(typeName, l.Refresh(typeName, kept), config)
				if got := l.emulator.Count("RegenerateKeys"); got != 1 {
					t.Errorf("%d regenerate calls, want 1", got)
				}
			})
		}
	}
}

// A key that somebody else rotates after a destroy has regenerated it, and before the
// replacement is made, is not the replacement's: that one regenerates.
func TestReplacementDoesNotAdopt(t *testing.T) {
	t.Parallel()
	l := newFixture(t)
	l.deployIris()
	config := with(primaryKey(), fields{"on_destroy": "regenerate"})
	key := l.Apply(keyResource, object{}, config)
	l.Destroy(keyResource, key)
	if err := l.emulator.SetKeys(workspaceID, "iris", "rotated-by-somebody-else", ""); err != nil {
		t.Fatal(err)
	}
	again := l.Apply(keyResource, object{}, config)
	if again.State["key"] == "rotated-by-somebody-else" || again.State["key"] != l.key(azureml.KeyPrimary) {
		t.Error("the replacement has somebody else's key")
	}
	if got := l.emulator.Count("RegenerateKeys"); got != 3 {
		t.Errorf("%d regenerate calls, want one for each create and destroy", got)
	}
}

// An operation that failed although the key has changed is a warning: the new key is
// in the state, and nothing is tainted.
func TestFailedOperationThatChangedTheKey(t *testing.T) {
	t.Parallel()
	l := newFixture(t)
	l.deployIris()
	l.emulator.Fault(emulator.Fault{Operation: "RegenerateKeys", Kind: emulator.FaultOperationFailed})
	// Once the client has read that it failed.
	go func() {
		for l.emulator.Count("GetOperation") == 0 && t.Context().Err() == nil {
			time.Sleep(time.Millisecond)
		}
		if err := l.emulator.SetKeys(workspaceID, "iris", "changed-all-the-same", ""); err != nil {
			t.Error(err)
		}
	}()
	made, diags := l.TryApply(t.Context(), keyResource, object{}, primaryKey(), l.Plan(keyResource, object{}, primaryKey()))
	l.Must(nil, diags)
	if said := strings.Join(texts(diags), "\n"); len(diags) != 1 || !strings.Contains(said, "the old one no longer works") || strings.Contains(said, "changed-all-the-same") {
		t.Errorf("the warning: %s", said)
	}
	if made.State["key"] != "changed-all-the-same" {
		t.Error("the new key is not in the state")
	}
	if got := l.emulator.Count("RegenerateKeys"); got != 1 {
		t.Errorf("%d regenerate calls, want 1", got)
	}
}
