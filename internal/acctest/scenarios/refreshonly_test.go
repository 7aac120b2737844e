// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// The guide "Policies" is right about a pipeline that looks for drift. Terraform before
// 1.12 compares the numbers of a state by their precision, which its JSON and its
// protocol give differently: plan -refresh-only -detailed-exitcode answers 2 for any
// object with a number. Nothing is listed, nothing is written, and a plan answers 0.
func TestAccRefreshOnlyExitCode(t *testing.T) {
	t.Parallel()
	env := start(t, acctest.Log)
	cli := env.NewCLI(t, env.Config(block(env, aciType, "iris", "")+primaryKey(aciType, "iris", "")+block(env, aksType, "oak", "")+`
resource "mlws_service_key_rotation" "oak" {
  service_id = mlws_aks_service.oak.id
}

resource "mlws_model" "m" {
  name = "m"
  path = "m.bin"
}
`))
	if err := os.WriteFile(filepath.Join(cli.Dir, "m.bin"), []byte("model"), 0o600); err != nil {
		t.Fatal(err)
	}
	if output, err := cli.Run(applyArgs...); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	running, _, err := cli.Version(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	want := 0
	if running.Core().LessThan(tfversion.Version1_12_0) {
		want = 2
	}
	for _, address := range []string{"mlws_aci_service.iris", "mlws_aks_service.oak", "mlws_service_key.primary", "mlws_service_key_rotation.oak", "mlws_model.m"} {
		refresh := cli.Command(t.Context(), nil, "plan", "-refresh-only", "-detailed-exitcode", "-no-color", "-target="+address)
		output, _ := refresh.CombinedOutput()
		if code := refresh.ProcessState.ExitCode(); code != want || !strings.Contains(string(output), "No changes.") {
			t.Errorf("%s: Terraform %s answers %d, want %d\n%s", address, running, code, want, output)
		}
		if output, err := cli.Run("plan", "-detailed-exitcode", "-no-color", "-target="+address); err != nil {
			t.Errorf("%s: the plan does not answer 0: %v\n%s", address, err, output)
		}
	}
	// The file itself lists sensitive attributes in an order of chance.
	show := func() string {
		output, err := cli.Run("show", "-json")
		if err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		return output
	}
	before := show()
	if output, err := cli.Run("apply", "-refresh-only", "-auto-approve", "-no-color"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if diff := cmp.Diff(before, show()); diff != "" {
		t.Errorf("apply -refresh-only changes the state (-before +after):\n%s", diff)
	}
}
