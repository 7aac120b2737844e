// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner/pythontest"
)

const examples = "../../../examples/demo"

// The demo's score.py, run as a service runs it, tells the species of flowers
// of Fisher's: typical ones, and three that are known to lie near the border.
func TestScore(t *testing.T) {
	t.Parallel()
	python := pythontest.Need(t)
	var log pyrunner.Log
	spec := pyrunner.Spec{
		Python: python, Folder: t.TempDir(), Script: "src/score.py", Source: "src", Log: &log,
		InitTimeout: time.Minute, RunTimeout: time.Minute, QueueTimeout: time.Minute,
	}
	for name, folder := range map[string]string{"src": "src", "model": "azureml-models/iris/1"} {
		if err := os.CopyFS(filepath.Join(spec.App(), folder), os.DirFS(filepath.Join(examples, name))); err != nil {
			t.Fatal(err)
		}
	}
	spec.Env = map[string]string{"AZUREML_MODEL_DIR": filepath.Join(spec.App(), "azureml-models/iris/1")}
	container, err := pyrunner.Launch(context.Background(), spec)
	if err != nil {
		t.Fatalf("%v\n%s", err, log.Tail(100))
	}
	t.Cleanup(func() {
		container.Stop()
		<-container.Gone()
	})

	answer, err := container.Admit().Score(context.Background(), pyrunner.Request{Method: "POST", Path: "/score"}, []byte(
		`{"data": [[5.1, 3.5, 1.4, 0.2], [7.0, 3.2, 4.7, 1.4], [6.3, 3.3, 6.0, 2.5], [5.9, 3.2, 4.8, 1.8], [6.0, 2.7, 5.1, 1.6], [6.3, 2.8, 5.1, 1.5]]}`))
	if err != nil || answer.Failed != "" {
		t.Fatalf("%v %s\n%s", err, answer.Failed, log.Tail(100))
	}
	var got struct {
		Species     []string  `json:"species"`
		Probability []float64 `json:"probability"`
	}
	if err := json.Unmarshal(answer.Body, &got); err != nil {
		t.Fatal(err)
	}
	if want := []string{"setosa", "versicolor", "virginica", "virginica", "virginica", "versicolor"}; !slices.Equal(got.Species, want) {
		t.Errorf("species %v, want %v", got.Species, want)
	}
	if want := []float64{1, 0.9999, 1, 0.7468, 0.8566, 0.7294}; !slices.Equal(got.Probability, want) {
		t.Errorf("probability %v, want %v", got.Probability, want)
	}
	short, err := container.Admit().Score(context.Background(), pyrunner.Request{Method: "POST", Path: "/score"}, []byte(`{"data": [[5.1]]}`))
	if err != nil || !strings.Contains(short.Failed, "a flower has 4 measures (sepal length, sepal width, petal length, petal width), not 1") {
		t.Errorf("a flower with one measure: %v %q", err, short.Failed)
	}
}

// The parameters are what the training computes.
func TestModelIsTheTrained(t *testing.T) {
	t.Parallel()
	trained, err := exec.Command(pythontest.Need(t).Executable(), "-B", filepath.Join(examples, "train.py")).Output()
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(filepath.Join(examples, "model", "iris.json"))
	if err != nil || string(kept) != string(trained) {
		t.Errorf("examples/demo/model/iris.json is not what train.py prints (%v): run python3 train.py > model/iris.json", err)
	}
}
