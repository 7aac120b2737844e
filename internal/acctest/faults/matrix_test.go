// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package faults_test

import (
	"os"
	"slices"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest/faults"
)

// allEnv asks for every cell of the matrix, and not for the diagonal alone.
const allEnv = "MLWS_TEST_ALL_FAULTS"

// Every operation meets every fault. Each cell ends with the same four checks: what
// the error says, what the next plan does, that applying it ends well, and that the
// workspace has exactly what it should.
func TestAccMatrix(t *testing.T) {
	t.Parallel()
	cells := faults.Diagonal()
	if os.Getenv(allEnv) != "" {
		cells = slices.DeleteFunc(faults.Cells(), func(c faults.Cell) bool { return c.Excluded != "" })
	}
	for _, chosen := range cells {
		t.Run(chosen.Name(), func(t *testing.T) {
			t.Parallel()
			c := newCell(t, chosen)
			c.prepare(t)
			first := c.disturb(t)
			c.endFault()
			c.check(t, first)
		})
	}
}

// The fast run has every operation and every fault in it.
func TestDiagonalIsComplete(t *testing.T) {
	t.Parallel()
	met := map[string]bool{}
	for _, cell := range faults.Diagonal() {
		met[cell.Operation.Name], met[cell.Fault.Name] = true, true
		if cell.Excluded != "" {
			t.Errorf("%s is excluded, and in the fast run", cell.Name())
		}
	}
	for _, cell := range faults.Cells() {
		if !met[cell.Operation.Name] || !met[cell.Fault.Name] {
			t.Errorf("no cell of the fast run has both lists covered: %s", cell.Name())
		}
	}
}

// The check of an error sees what an error lacks.
func TestFaultsOfForm(t *testing.T) {
	t.Parallel()
	good := faults.Diagnostic{Summary: "Could not read the key", Detail: `Service "iris" is busy. Wait, then apply again.`}
	for name, test := range map[string]struct {
		spoil func(*faults.Diagnostic)
		wrong int
	}{
		"good":          {func(*faults.Diagnostic) {}, 0},
		"no summary":    {func(d *faults.Diagnostic) { d.Summary = "" }, 1},
		"no object":     {func(d *faults.Diagnostic) { d.Detail = "It is busy. Wait, then apply again." }, 1},
		"no reason":     {func(d *faults.Diagnostic) { d.Detail = `Apply again for "iris".` }, 1},
		"nothing to do": {func(d *faults.Diagnostic) { d.Detail = `Service "iris" is busy. It has an operation.` }, 1},
		"a raw body":    {func(d *faults.Diagnostic) { d.Detail += ` {"error": 1}` }, 1},
	} {
		d := good
		test.spoil(&d)
		if got := faultsOfForm(d, `"iris"`); len(got) != test.wrong {
			t.Errorf("%s: %v, want %d", name, got, test.wrong)
		}
	}
}
