// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// The whole life of a service with token auth, against the emulator, which was
// written from the API's descriptions and not from this client.
func TestLifeOfAService(t *testing.T) {
	e, ws := newEmulated(t)
	ctx := within(t, time.Minute)
	compute, err := ws.GetCompute(ctx, emulator.DefaultCompute)
	if err != nil || compute.ProvisioningState != "Succeeded" || compute.ComputeType != "AKS" {
		t.Fatalf("got %+v, %v", compute, err)
	}
	ref, err := ws.CreateService(ctx, azureml.CreateServiceRequest{ServiceSpec: azureml.ServiceSpec{
		Name: "iris", ComputeType: azureml.ComputeAKS, ComputeName: pointer(emulator.DefaultCompute),
		Tags: map[string]string{"team": "a"}, Image: &azureml.EnvironmentImage{ModelIDs: []string{"iris:1"}},
		AuthEnabled: pointer(false), AADAuthEnabled: pointer(true),
	}})
	if err != nil || ref.ID == "" {
		t.Fatalf("got %q, %v", ref.ID, err)
	}
	if err := ws.WaitOperation(ctx, ref); err != nil {
		t.Fatal(err)
	}
	service, err := ws.WaitHealthy(ctx, "iris")
	if err != nil || service.ScoringURI == nil || *service.AuthEnabled || !*service.AADAuthEnabled || service.CreatedTime.IsZero() {
		t.Fatalf("got %+v, %v", service, err)
	}
	issued, err := ws.CreateToken(ctx, "iris")
	if err != nil || !issued.ExpiryOn.After(issued.RefreshAfter) {
		t.Fatalf("got a token until %s, %v", issued.ExpiryOn, err)
	}
	ref, err = ws.PatchService(ctx, "iris", []azureml.PatchOperation{
		{Op: "replace", Path: "/authEnabled", Value: true},
		{Op: "replace", Path: "/aadAuthEnabled", Value: false},
		{Op: "add", Path: "/properties/" + azureml.PointerToken("a/b~c"), Value: "x"},
	})
	if err != nil {
		t.Fatal(err)
	}
	// Sent while the patch may still be running: the client waits for it.
	before, err := ws.ListKeys(ctx, "iris")
	if err != nil {
		t.Fatal(err)
	}
	after, err := ws.RegenerateKey(ctx, "iris", azureml.KeyPrimary, "")
	if err != nil || after.Primary == before.Primary || after.Secondary != before.Secondary {
		t.Fatalf("the keys after a regeneration are wrong: %v", err)
	}
	if err := ws.WaitOperation(ctx, ref); err != nil {
		t.Fatal(err)
	}
	var found []string
	for s, err := range ws.ListServices(ctx, azureml.ListServicesOptions{Tags: map[string]string{"team": "a"}}) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, s.Name+"="+s.Properties["a/b~c"])
	}
	if !slices.Equal(found, []string{"iris=x"}) {
		t.Errorf("listed %v", found)
	}
	ref, err = ws.DeleteService(ctx, "iris")
	if err == nil {
		err = ws.WaitDeleted(ctx, "iris", ref)
	}
	if err != nil {
		t.Fatal(err)
	}
	accepted := 0
	for _, r := range e.Requests() {
		if r.Operation == "RegenerateKeys" && r.Status != 409 { // while the patch ran
			accepted++
		}
	}
	if accepted != 1 {
		t.Errorf("%d regenerations were not refused", accepted)
	}
	if left := e.ServiceNames(emulator.DefaultWorkspaceID); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Replies that are lost after the work was done: nothing is done twice.
func TestLostRepliesOfTheEmulator(t *testing.T) {
	e, ws := newEmulated(t)
	ctx := within(t, time.Minute)
	for _, operation := range []string{"CreateService", "RegenerateKeys", "DeleteService"} {
		e.Fault(emulator.Fault{Operation: operation, Kind: emulator.FaultResetAfter, Times: 1})
	}
	ref, err := ws.CreateService(ctx, azureml.CreateServiceRequest{ServiceSpec: azureml.ServiceSpec{
		Name: "iris", ComputeType: azureml.ComputeACI, AuthEnabled: pointer(true),
		Image: &azureml.EnvironmentImage{ModelIDs: []string{"iris:1"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := ws.WaitOperation(ctx, ref); err != nil {
		t.Fatal(err)
	}
	before, err := ws.ListKeys(ctx, "iris")
	if err != nil {
		t.Fatal(err)
	}
	after, err := ws.RegenerateKey(ctx, "iris", azureml.KeySecondary, "")
	if err != nil || after.Secondary == before.Secondary || after.Primary != before.Primary {
		t.Fatalf("the keys after a regeneration are wrong: %v", err)
	}
	ref, err = ws.DeleteService(ctx, "iris")
	if err != nil {
		t.Fatal(err)
	}
	if err := ws.WaitDeleted(ctx, "iris", ref); err != nil {
		t.Fatal(err)
	}
	for operation, want := range map[string]int{"CreateService": 1, "RegenerateKeys": 1} {
		if n := e.Count(operation); n != want {
			t.Errorf("%s was sent %d times", operation, n)
		}
	}
}

func TestRefusalsOfTheEmulator(t *testing.T) {
	_, ws := newEmulated(t)
	ctx := within(t, time.Minute)
	if _, err := ws.GetService(ctx, "nobody"); !azureml.IsNotFound(err) {
		t.Errorf("got %v", err)
	}
	_, err := ws.CreateService(ctx, azureml.CreateServiceRequest{ServiceSpec: azureml.ServiceSpec{
		Name: "iris", ComputeType: azureml.ComputeAKS, ComputeName: pointer("no-such-cluster"), Image: &azureml.EnvironmentImage{ModelIDs: []string{"iris:1"}},
	}})
	var refused *azureml.ResponseError
	if !errors.As(err, &refused) || refused.StatusCode != 400 || refused.Code == "" {
		t.Fatalf("got %T %v", err, err)
	}
	wantText(t, err, "POST /services was answered with 400 Bad Request: ")
}
