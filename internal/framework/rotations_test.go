// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

const irisID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/services/iris"

var (
	key      = framework.Owner{Type: "mlws_service_key", ID: "a"}
	otherKey = framework.Owner{Type: "mlws_service_key", ID: "b"}
	newKey   = framework.Owner{Type: "mlws_service_key"}
	rotation = framework.Owner{Type: "mlws_service_key_rotation"}
)

// An object is planned more than once; two are told apart by type, or by id.
func TestRotationsPlan(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		first, second framework.Owner
		twice         bool
	}{
		"the same, again":       {key, key, false},
		"replaced":              {key, newKey, false},
		"replaced, the new one": {newKey, key, false},
		"created, twice or two": {newKey, newKey, false},
		"two of a type":         {key, otherKey, true},
		"two types":             {newKey, rotation, true},
	} {
		var r framework.Rotations
		if twice, both := r.Plan(irisID, azureml.KeyPrimary, tc.first); twice != nil || both {
			t.Errorf("%s: the first is refused because of %v, %t", name, twice, both)
		}
		if twice, both := r.Plan(irisID+"2", azureml.KeySecondary, tc.second); twice != nil || both {
			t.Errorf("%s: another service counts: %v, %t", name, twice, both)
		}
		if twice, both := r.Plan(strings.ToUpper(irisID), azureml.KeyPrimary, tc.second); (twice != nil) != tc.twice || both {
			t.Errorf("%s: %v, %t", name, twice, both)
		}
		if twice, both := r.Plan(irisID, azureml.KeySecondary, otherKey); twice != nil || !both {
			t.Errorf("%s: the other slot: %v, %t", name, twice, both)
		}
		r.Done(irisID, azureml.KeyPrimary, tc.first)
		if _, both := r.Plan(irisID, azureml.KeySecondary, otherKey); both {
			t.Errorf("%s: a plan that was carried out counts", name)
		}
	}
}

func TestRotationsOwn(t *testing.T) {
	t.Parallel()
	var r framework.Rotations
	if other := r.Own(irisID, azureml.KeyPrimary, key); other != nil {
		t.Errorf("the first: %v", other)
	}
	if other := r.Own(irisID, azureml.KeySecondary, rotation); other != nil {
		t.Errorf("the other slot: %v", other)
	}
	if other := r.Own(irisID, azureml.KeyPrimary, rotation); other == nil || *other != key {
		t.Errorf("the second: %v", other)
	}
	r.Release(irisID, azureml.KeyPrimary, key)
	if other := r.Own(irisID, azureml.KeyPrimary, rotation); other != nil {
		t.Errorf("one that is destroyed: %v", other)
	}
}

// Within one apply a slot is regenerated for one object.
func TestRotationsClaim(t *testing.T) {
	t.Parallel()
	var r framework.Rotations
	claim := func(owner framework.Owner) bool { return r.Claim(irisID, azureml.KeyPrimary, owner) == nil }
	if !claim(newKey) {
		t.Error("the first is refused")
	}
	if claim(newKey) || claim(rotation) {
		t.Error("the second is not refused")
	}
	if r.Claim(irisID, azureml.KeySecondary, rotation) != nil {
		t.Error("the other slot is refused")
	}
	r.Done(irisID, azureml.KeyPrimary, key)
	if claim(newKey) || claim(otherKey) || !claim(key) {
		t.Error("the slot is kept for the object that regenerated it, and for it alone")
	}
	r.Release(irisID, azureml.KeyPrimary, otherKey)
	if claim(newKey) {
		t.Error("another object ended the claim")
	}
	r.Release(irisID, azureml.KeyPrimary, key)
	if !claim(newKey) {
		t.Error("the claim of a destroyed object stays")
	}
}

// The keys that a destroy stores are loaded once, for the same slot of the same service.
func TestRotationsStore(t *testing.T) {
	t.Parallel()
	var r framework.Rotations
	if r.LoadKeys(irisID, azureml.KeyPrimary) != nil {
		t.Error("keys that nobody left")
	}
	r.StoreKeys(irisID, azureml.KeyPrimary, framework.Regenerated{After: azureml.Keys{Primary: "new"}})
	if r.LoadKeys(irisID, azureml.KeySecondary) != nil || r.LoadKeys(irisID+"2", azureml.KeyPrimary) != nil {
		t.Error("keys of another slot or service")
	}
	if left := r.LoadKeys(strings.ToUpper(irisID), azureml.KeyPrimary); left == nil || left.After.Primary != "new" {
		t.Error("the keys are not found")
	}
	if r.LoadKeys(irisID, azureml.KeyPrimary) != nil {
		t.Error("the keys are taken twice")
	}
	r.UseActive(irisID, azureml.KeyPrimary)
	if slot := r.LoadActive(irisID); slot != "" {
		t.Errorf("a create takes %q, which no destroy has left", slot)
	}
	r.StoreActive(irisID, azureml.KeySecondary)
	if slot := r.Active(strings.ToUpper(irisID)); slot != azureml.KeySecondary {
		t.Errorf("the active slot is %q", slot)
	}
	if slot := r.LoadActive(strings.ToUpper(irisID)); slot != azureml.KeySecondary {
		t.Errorf("the slot that was left is %q", slot)
	}
	if slot := r.LoadActive(irisID); slot != "" {
		t.Errorf("%q is taken twice", slot)
	}
	if slot := r.Active(irisID); slot != azureml.KeyPrimary {
		t.Errorf("the active slot that was seen is %q", slot)
	}
}

// One object at a time rotates a key of a service.
func TestRotationsTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r framework.Rotations
		end, err := r.TakeTurn(t.Context(), irisID)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err = r.TakeTurn(ctx, strings.ToUpper(irisID))
		var timeout *azureml.WaitTimeoutError
		if !errors.As(err, &timeout) || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(strings.ToLower(err.Error()), `another rotation of a key of service "iris"`) {
			t.Errorf("got %v", err)
		}
		other, err := r.TakeTurn(t.Context(), irisID+"2")
		if err != nil {
			t.Fatal(err)
		}
		other()
		end()
		if end, err = r.TakeTurn(t.Context(), irisID); err != nil {
			t.Fatal(err)
		}
		end()
	})
}

func TestRotationsKnowCreatedServices(t *testing.T) {
	t.Parallel()
	var r framework.Rotations
	if r.HasCreated(irisID) {
		t.Error("a service that nobody has created")
	}
	r.ServiceCreated(irisID)
	if !r.HasCreated(strings.ToUpper(irisID)) || r.HasCreated(irisID+"2") {
		t.Error("the service is not found, or another one")
	}
}
