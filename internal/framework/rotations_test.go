// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework_test

import (
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

const irisID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/services/iris"

func TestRotationsPlan(t *testing.T) {
	t.Parallel()
	var r framework.Rotations
	if r.Plan(irisID, azureml.KeyPrimary) || r.Plan(irisID, azureml.KeyPrimary) || r.Plan(irisID+"2", azureml.KeySecondary) {
		t.Error("one slot of a service is taken for both")
	}
	if !r.Plan(strings.ToUpper(irisID), azureml.KeySecondary) {
		t.Error("both slots of a service are not seen")
	}
	r.Done(irisID, azureml.KeyPrimary)
	if r.Plan(irisID, azureml.KeySecondary) {
		t.Error("a plan that was carried out counts")
	}
}

// What a destroy leaves is taken once, for the same slot of the same service.
func TestRotationsLeave(t *testing.T) {
	t.Parallel()
	var r framework.Rotations
	if r.TakeKeys(irisID, azureml.KeyPrimary) != nil {
		t.Error("keys that nobody left")
	}
	r.LeaveKeys(irisID, azureml.KeyPrimary, framework.Regenerated{After: azureml.Keys{Primary: "new"}})
	if r.TakeKeys(irisID, azureml.KeySecondary) != nil || r.TakeKeys(irisID+"2", azureml.KeyPrimary) != nil {
		t.Error("keys of another slot or service")
	}
	if left := r.TakeKeys(strings.ToUpper(irisID), azureml.KeyPrimary); left == nil || left.After.Primary != "new" {
		t.Error("the keys are not found")
	}
	if r.TakeKeys(irisID, azureml.KeyPrimary) != nil {
		t.Error("the keys are taken twice")
	}
	r.LeaveActive(irisID, azureml.KeySecondary)
	if slot, found := r.TakeActive(strings.ToUpper(irisID)); !found || slot != azureml.KeySecondary {
		t.Errorf("the active slot is %q", slot)
	}
	if _, found := r.TakeActive(irisID); found {
		t.Error("the active slot is taken twice")
	}
}
