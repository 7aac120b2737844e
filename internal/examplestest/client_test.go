// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package examplestest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner/pythontest"
)

// The client of the guide "Tokens for jobs" runs as printed, as a Reader. It keeps
// a young token, replaces one after refreshAfter, continues with the old one in an
// outage, and stops when that has expired.
func TestClientOfTheGuide(t *testing.T) {
	t.Parallel()
	python := pythontest.Need(t).Executable()
	guide, err := os.ReadFile("../../docs/guides/tokens-for-jobs.md")
	if err != nil {
		t.Fatal(err)
	}
	client := regexp.MustCompile("(?s)```python\n(.*?)```").FindSubmatch(guide)
	if client == nil {
		t.Fatal("the guide has no client")
	}
	env := acctest.StartEmulated(t, acctest.Faults, emulator.WithOperationDuration(0))
	cli := env.NewCLI(t, env.Config(`
resource "mlws_aks_service" "iris" {
  name               = "iris"
  compute_name       = "`+env.Compute+`"
  model_ids          = ["`+env.Model+`"]
  token_auth_enabled = true
}
output "scoring_uri" {
  value = mlws_aks_service.iris.scoring_uri
}
`))
	if output, err := cli.Run("apply", "-auto-approve", "-no-color"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	scoringURI, err := cli.Run("output", "-raw", "scoring_uri")
	if err != nil {
		t.Fatal(err)
	}
	_, scoringURI, _ = strings.Cut(scoringURI, "http")
	env.Emulator.Fault(emulator.Fault{Operation: "ServiceToken", Kind: emulator.FaultTokenOutage, Skip: 2, Times: 2})

	dir := t.TempDir()
	write(t, filepath.Join(dir, "client.py"), string(client[1]))
	modules, err := filepath.Abs("testdata/python")
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(python, filepath.Join(modules, "drive.py"))
	command.Env = append(os.Environ(),
		"PYTHONPATH="+dir+string(os.PathListSeparator)+modules, "PYTHONDONTWRITEBYTECODE=1",
		"ARM_RESOURCE_MANAGER_ENDPOINT="+env.Emulator.ResourceManagerURL(),
		"SERVICE_ID="+env.ServiceID("iris"), "SCORING_URI=http"+scoringURI,
		"AUTHORITY="+env.Emulator.AuthorityURL(), "TENANT_ID="+emulator.DefaultTenantID, "CA_FILE="+env.Emulator.CAFile(),
		"CLIENT_ID="+emulator.ReaderClientID, "CLIENT_SECRET="+emulator.ReaderSecret,
	)
	output, err := command.CombinedOutput()
	if err != nil || !strings.Contains(string(output), "refused:") {
		t.Errorf("%v\n%s", err, output)
	}
	if tokens, scored := env.Count("ServiceToken"), env.Count("Score"); tokens != 4 || scored != 4 {
		t.Errorf("%d token calls and %d scoring calls, want 4 each", tokens, scored)
	}
}
