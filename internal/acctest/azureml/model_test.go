// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// registered uploads a file and registers a version of churn with it.
func registered(t *testing.T, ws *azureml.Workspace) *azureml.Model {
	t.Helper()
	ctx := within(t, time.Minute)
	container := azureml.NewArtifactContainer(time.Now())
	if _, err := ws.UploadArtifacts(ctx, container, []azureml.ArtifactFile{fileOf("m.pkl", "weights")}); err != nil {
		t.Fatal(err)
	}
	asset, err := ws.CreateAsset(ctx, "churn", azureml.ArtifactPrefix(container, "m.pkl"))
	if err != nil {
		t.Fatal(err)
	}
	model, err := ws.RegisterModel(ctx, azureml.RegisterModelRequest{
		Name: "churn", URL: asset.URL(), Framework: "ScikitLearn", FrameworkVersion: "1.4", Description: "Who leaves.",
		Tags: map[string]string{"team": "a"}, Properties: map[string]string{"run": "7"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return model
}

func TestLifeOfAModel(t *testing.T) {
	e, ws := newEmulated(t)
	ctx := within(t, time.Minute)
	first, second := registered(t, ws), registered(t, ws)
	if first.ID != "churn:1" || second.ID != "churn:2" || second.Version != 2 || second.Name != "churn" || second.CreatedTime.IsZero() ||
		second.Framework != "ScikitLearn" || second.FrameworkVersion != "1.4" || second.Description != "Who leaves." || second.MimeType != "application/json" {
		t.Errorf("registered %+v and %+v", first, second)
	}
	latest, err := ws.LatestModel(ctx, "churn")
	if err != nil || latest.ID != "churn:2" {
		t.Errorf("the latest is %+v, %v", latest, err)
	}
	changed, err := ws.PatchModel(ctx, "churn:2", []azureml.PatchOperation{
		{Op: "replace", Path: "/kvTags", Value: map[string]string{"team": "b"}},
		{Op: "replace", Path: "/description", Value: ""},
		{Op: "add", Path: "/properties", Value: map[string]string{"run": "7", "stage": "test"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	read, err := ws.GetModel(ctx, "churn:2")
	if err != nil || cmp.Diff(read, changed) != "" || read.Tags["team"] != "b" || read.Properties["stage"] != "test" || read.Description != "" {
		t.Errorf("read %+v, %v", read, err)
	}
	var versions []string
	for m, err := range ws.ListModels(ctx, "churn") {
		if err != nil {
			t.Fatal(err)
		}
		versions = append(versions, m.ID)
	}
	if !slices.Equal(versions, []string{"churn:2", "churn:1"}) {
		t.Errorf("listed %v", versions)
	}
	asset, err := ws.GetAsset(ctx, second.URL[len("aml://asset/"):])
	if err != nil || len(asset.Artifacts) != 1 {
		t.Fatalf("got %+v, %v", asset, err)
	}
	for range 2 { // what is gone is deleted already
		if err := errors.Join(ws.DeleteModel(ctx, "churn:1"), ws.DeleteAsset(ctx, asset.ID)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := ws.GetModel(ctx, "churn:1"); !azureml.IsNotFound(err) {
		t.Errorf("got %v", err)
	}
	if _, err := ws.GetAsset(ctx, asset.ID); !azureml.IsNotFound(err) {
		t.Errorf("got %v", err)
	}
	_, err = ws.LatestModel(ctx, "nobody")
	if !azureml.IsNotFound(err) {
		t.Errorf("got %v", err)
	}
	wantText(t, err, `no model is named "nobody"`)

	// A model that a service is made of stays.
	if _, err = ws.CreateService(ctx, azureml.CreateServiceRequest{ServiceSpec: azureml.ServiceSpec{
		Name: "iris", ComputeType: azureml.ComputeACI, Image: &azureml.EnvironmentImage{ModelIDs: []string{"churn:2"}},
	}}); err != nil {
		t.Fatal(err)
	}
	if err := ws.DeleteModel(ctx, "churn:2"); !azureml.IsModelInUse(err) {
		t.Errorf("got %v", err)
	}
	if got := e.ModelIDs(emulator.DefaultWorkspaceID); !slices.Contains(got, "churn:2") || slices.Contains(got, "churn:1") {
		t.Errorf("the models are %v", got)
	}
}

// One asset and one version are made, even if replies are lost.
func TestRegisterWithFaults(t *testing.T) {
	for _, operation := range []string{"CreateAsset", "RegisterModel", "PatchModel", "DeleteModel"} {
		for _, kind := range []emulator.FaultKind{
			emulator.FaultThrottle, emulator.FaultInternalError, emulator.FaultGatewayTimeout,
			emulator.FaultResetBefore, emulator.FaultResetAfter, emulator.FaultTruncatedJSON,
		} {
			t.Run(operation+" "+string(kind), func(t *testing.T) {
				t.Parallel()
				e, ws := newEmulated(t)
				ctx := within(t, time.Minute)
				assets, models := e.AssetCount(emulator.DefaultWorkspaceID), e.ModelIDs(emulator.DefaultWorkspaceID)
				e.Fault(emulator.Fault{Operation: operation, Kind: kind, Times: 1})
				model := registered(t, ws)
				if n := e.AssetCount(emulator.DefaultWorkspaceID) - assets; n != 1 {
					t.Errorf("%d assets", n)
				}
				if got := e.ModelIDs(emulator.DefaultWorkspaceID); !slices.Equal(got, append(models, "churn:1")) || model.ID != "churn:1" {
					t.Errorf("%s was registered; there are %v", model.ID, got)
				}
				_, err := ws.PatchModel(ctx, model.ID, []azureml.PatchOperation{{Op: "replace", Path: "/description", Value: "x"}})
				if err := errors.Join(err, ws.DeleteModel(ctx, model.ID)); err != nil {
					t.Fatal(err)
				}
			})
		}
	}
}
