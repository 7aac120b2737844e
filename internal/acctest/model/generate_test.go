// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model_test

import (
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// Configuration that Terraform generates for models and services together is valid and
// plans no change. A change that needs a new version asks for the path.
func TestAccGeneratedModel(t *testing.T) {
	t.Parallel()
	w := emulated(t, acctest.Seed)
	cli := w.NewCLI(t, w.Config(`
import {
  to = mlws_model.first
  id = "iris:1"
}

import {
  to = mlws_model.second
  id = "iris:2"
}
`))
	run := func(args ...string) (string, error) {
		output, err := cli.Run(append(args, "-no-color")...)
		return acctest.OneLine(output), err
	}
	output, err := run("plan", "-generate-config-out=generated.tf")
	if err != nil || !strings.Contains(output, "2 to import, 0 to add, 0 to change, 0 to destroy") {
		t.Fatalf("%v\n%s", err, output)
	}
	if output, err = run("apply", "-auto-approve"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if output, err = run("plan", "-detailed-exitcode"); err != nil {
		t.Errorf("the second plan is not empty: %v\n%s", err, output)
	}
	if output, err = run("plan", "-replace=mlws_model.first"); err == nil || !strings.Contains(output, `registers a new version of model "iris", and path is not set`) {
		t.Errorf("%v\n%s", err, output)
	}
}
