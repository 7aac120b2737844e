// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/filetree/filetreetest"
)

const scoreScript = "from lib import helper\n\n\ndef init():\n    pass\n\n\ndef run(data):\n    return data\n"

// sourceFolder makes a folder of that name with a script, a module, and what is
// not to be uploaded.
func sourceFolder(t *testing.T, name string) string {
	t.Helper()
	return filetreetest.Folder(t, name, map[string]string{
		"score.py": scoreScript, "lib/helper.py": "x = 1\n", "lib/__pycache__/helper.pyc": "compiled",
		".amlignore": "data/\n*.csv\n", "data/huge": "x", "notes.csv": "x", ".git/config": "x",
	})
}

func writeCode(t *testing.T, folder, file, content string) {
	t.Helper()
	filetreetest.Write(t, filepath.Join(folder, file), content)
}

// inFolder is a service with its code in a folder, which is an HCL expression.
// Its environment is the registered one of the workspace.
func inFolder(directory string) attrs {
	return attrs{"inference_config": `{
		entry_script     = "score.py"
		source_directory = ` + directory + `
		environment      = { name = "sklearn-env" }
	}`}
}

func inFile(script string) attrs {
	return attrs{"inference_config": fmt.Sprintf(`{
		entry_script = %q
		environment  = { name = "sklearn-env" }
	}`, script)}
}

// One life of code from this machine: uploaded once for all services that have
// it, known again in every checkout, and deployed again in place when it changes.
func TestAccCodeFromThisMachine(t *testing.T) {
	t.Parallel()
	env := start(t)
	src := sourceFolder(t, "src")
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(here, sourceFolder(t, "checkout"))
	if err != nil {
		t.Fatal(err)
	}
	config := func(folder string, aci attrs) string {
		quoted := fmt.Sprintf("%q", folder)
		return env.Config("resource \"terraform_data\" \"folder\" {\n  input = " + fmt.Sprintf("%q", src) + "\n}\n" +
			block(env, aciType, "one", aci.over(inFolder(quoted))) +
			block(env, aksType, "two", inFolder(quoted)) +
			block(env, aksType, "later", inFolder("terraform_data.folder.output")) +
			block(env, aciType, "lone", inFile(filepath.Join(folder, "..", "alone.py"))))
	}
	const (
		changedScript = scoreScript + "# changed\n"
		loneScript    = "def init():\n    pass\n\n\ndef run(data):\n    return data\n"
		changedLone   = loneScript + "# changed\n"
	)
	for _, checkout := range []string{src, relative} {
		writeCode(t, checkout, "../alone.py", loneScript)
	}
	keys := map[string]string{}
	rememberKeys := func(*terraform.State) (err error) {
		keys["primary"], keys["secondary"], err = env.Keys(env.Name("one"))
		return err
	}
	sameKeys := func(*terraform.State) error {
		primary, secondary, err := env.Keys(env.Name("one"))
		if err == nil && (primary != keys["primary"] || secondary != keys["secondary"]) {
			err = errors.New("the keys have changed")
		}
		return err
	}
	address := ""
	sameAddress := func(state *terraform.State) error {
		found, err := attribute(state, aciType+".one", "scoring_uri")
		if err == nil && found != address && address != "" {
			err = fmt.Errorf("the address was %s and is %s", address, found)
		}
		address = found
		return err
	}
	one, two, later, lone := aciType+".one", aksType+".two", aksType+".later", aciType+".lone"
	update := func(addresses ...string) resource.ConfigPlanChecks {
		var checks resource.ConfigPlanChecks
		for _, address := range addresses {
			checks.PreApply = append(checks.PreApply, plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate))
		}
		return checks
	}
	steps := []resource.TestStep{
		{
			Config: config(src, nil),
			Check: all(rememberKeys, sameAddress,
				uploadedFiles(env, "one", "src", "score.py", below("src", scoreScript)),
				uploadedFiles(env, "two", "src", "score.py", below("src", scoreScript)),
				uploadedFiles(env, "later", "src", "score.py", below("src", scoreScript)),
				uploadedFiles(env, "lone", "", "alone.py", map[string]string{"alone.py": loneScript}),
				env.CheckCount("PutBlob", 4), // the archive and the script, and a driver for each
				env.CheckCount("CreateService", 4),
				resource.TestCheckResourceAttrPair(one, "inference_config.code_hash", later, "inference_config.code_hash"),
				resource.TestCheckResourceAttrPair(one, "inference_config.source_url", two, "inference_config.source_url"),
				resource.TestCheckResourceAttr(one, "inference_config.source_directory_name", "src"),
				resolvedVersion(env, one),
			),
		},
		// Another checkout, by a relative path and with another name.
		{PreConfig: env.ResetLog, Config: config(relative, nil), ConfigPlanChecks: emptyPlan()},
		{Config: config(src, nil), ConfigPlanChecks: emptyPlan(), Check: all(env.CheckCount("PutBlob", 0), env.CheckCount("FindArtifact", 0))},
		// A changed file.
		{
			PreConfig: func() {
				writeCode(t, src, "score.py", changedScript)
				writeCode(t, src, "../alone.py", changedLone)
				env.ResetLog()
			},
			Config:           config(src, nil),
			ConfigPlanChecks: update(one, two, later, lone),
			Check: all(sameKeys, sameAddress,
				uploadedFiles(env, "one", "src", "score.py", below("src", changedScript)),
				uploadedFiles(env, "lone", "", "alone.py", map[string]string{"alone.py": changedLone}),
				env.CheckCount("PutBlob", 2), env.CheckCount("PatchService", 4), env.CheckCount("CreateService", 0), env.CheckCount("RegenerateKeys", 0),
				func(*terraform.State) error {
					for _, body := range env.PatchBodies() {
						if strings.Count(body, `"op"`) != 1 || !strings.Contains(body, `"/environmentImageRequest"`) {
							return fmt.Errorf("the PATCH is %s", body)
						}
					}
					return nil
				}),
		},
		// Ignored files, and caches of Python, change nothing.
		{
			PreConfig: func() {
				writeCode(t, src, "data/more", "x")
				writeCode(t, src, "__pycache__/score.pyc", "x")
			},
			Config: config(src, nil), ConfigPlanChecks: emptyPlan(),
		},
		// A new service, and an overwrite, of the same code.
		{
			PreConfig: env.ResetLog, Config: config(src, attrs{"cpu_cores": "0.5"}), Taint: []string{two, lone},
			ConfigPlanChecks: update(one),
			Check:            all(sameKeys, env.CheckCount("PutBlob", 0), env.CheckCount("CreateService", 3), env.CheckCount("PatchService", 0)),
		},
	}
	if env.Runs(acctest.Edits) {
		// Code that somebody else has deployed is taken back.
		steps = append(steps, resource.TestStep{
			PreConfig: func() {
				env.Edit(t, env.Name("two"), func(service map[string]any) {
					assets := service["environmentImageRequest"].(map[string]any)["assets"].([]any)
					assets[1].(map[string]any)["url"] = "aml://artifact/LocalUpload/theirs/code.tar.gz"
				})()
				env.ResetLog()
			},
			Config: config(src, attrs{"cpu_cores": "0.5"}), ConfigPlanChecks: update(two),
			Check: all(uploadedFiles(env, "two", "src", "score.py", below("src", changedScript)), env.CheckCount("PutBlob", 0), env.CheckCount("PatchService", 1)),
		})
	}
	env.Test(t, resource.TestCase{Steps: steps})
}

// resolvedVersion is a check: the version of the environment that was found, which
// of the emulator's is known.
func resolvedVersion(env *acctest.Env, address string) func(*terraform.State) error {
	const name = "inference_config.environment.resolved_version"
	if env.Emulator == nil {
		return resource.TestCheckResourceAttrSet(address, name)
	}
	return resource.TestCheckResourceAttr(address, name, "1")
}

// Code that is not there, or not complete, sends nothing.
func TestAccCodeRefused(t *testing.T) {
	t.Parallel()
	env := start(t)
	src, linked := sourceFolder(t, "src"), sourceFolder(t, "linked")
	writeCode(t, src, "score.py", "def init(): pass\n")
	if err := os.Symlink(t.TempDir(), filepath.Join(linked, "out")); err != nil {
		t.Fatal(err)
	}
	config := func(folder string) string {
		return env.Config(block(env, aciType, "one", inFolder(fmt.Sprintf("%q", folder))))
	}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config(src), PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)with mlws_aci_service.one.*score\.py\s+does\s+not\s+define\s+run`)},
		{Config: config(linked), PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)with mlws_aci_service.one.*the\s+link\s+out\s+points\s+out\s+of\s+the\s+folder`)},
		{Config: config(filepath.Join(src, "gone")), ExpectError: regexp.MustCompile(`(?s)The source directory is not there.*Nothing\s+was\s+deployed`)},
	}})
	if n := env.Count("CreateService") + env.Count("PutBlob") + env.Count("CreateArtifacts"); n > 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// Code that changed after the plan is not deployed. Terraform itself compares the
// plans of both commands.
func TestAccCodeChangedAfterThePlan(t *testing.T) {
	t.Parallel()
	env := start(t)
	src := sourceFolder(t, "src")
	cli := env.NewCLI(t, env.Config(block(env, aciType, "one", inFolder(fmt.Sprintf("%q", src)))))
	if output, err := cli.Run("plan", "-out=saved"); err != nil {
		t.Fatal(err, output)
	}
	writeCode(t, src, "score.py", scoreScript+"# not shown\n")
	output, err := cli.Run("apply", "-no-color", "saved")
	if err == nil || !strings.Contains(output, "inconsistent final plan") || !strings.Contains(output, "code_hash") {
		t.Errorf("the apply of other code than planned: %v\n%s", err, output)
	}
	if n := env.Count("CreateService") + env.Count("CreateArtifacts"); n > 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// Code that the same apply writes is seen when it is there. Where it turns out
// to be what is deployed, nothing is sent.
func TestAccCodeWrittenByTheApply(t *testing.T) {
	t.Parallel()
	env := start(t)
	built, generated := sourceFolder(t, "built"), filepath.Join(t.TempDir(), "src")
	config := func(build string) string {
		service := inFolder(fmt.Sprintf("%q", generated))
		service["depends_on"] = "[terraform_data.build]"
		return env.Config(fmt.Sprintf(`
resource "terraform_data" "build" {
  triggers_replace = %q
  provisioner "local-exec" {
    command = "cp -R %s %s"
  }
}
`, build, built, generated) + block(env, aciType, "one", service))
	}
	removed := func() {
		if err := os.RemoveAll(generated); err != nil {
			t.Fatal(err)
		}
		env.ResetLog()
	}
	check := uploadedFiles(env, "one", "src", "score.py", below("src", scoreScript))
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config("first"), Check: all(check, env.CheckCount("CreateService", 1))},
		{
			PreConfig: removed, Config: config("second"), ConfigPlanChecks: planned(aciType+".one", plancheck.ResourceActionUpdate),
			Check: all(check, env.CheckCount("PutBlob", 0), env.CheckCount("PatchService", 0)),
		},
	}})
}

// An upload survives what passes, and explains what does not, without the
// signature that the storage account is reached with.
func TestAccCodeUploadFaults(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Faults)
	src := sourceFolder(t, "src")
	config := env.Config(block(env, aciType, "one", inFolder(fmt.Sprintf("%q", src))))
	refused := emulator.Fault{Operation: "PutBlob", Kind: emulator.FaultError, Status: 403, Code: "AuthorizationPermissionMismatch", Message: "This request is not authorized to perform this operation."}
	with := func(script string, faults ...emulator.Fault) func() {
		return func() {
			writeCode(t, src, "score.py", script)
			env.Emulator.ClearFaults()
			env.ResetLog()
			for _, fault := range faults {
				env.Emulator.Fault(fault)
			}
		}
	}
	const second, third = scoreScript + "# second\n", scoreScript + "# third\n"
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{PreConfig: with(scoreScript, refused), Config: config, ExpectError: regexp.MustCompile(`(?s)Could not upload the code.*The\s+code\s+of\s+\S+/src:.*not\s+authorized`)},
		{Config: config, ExpectError: regexp.MustCompile(`\A([^s]|s[^i]|si[^g]|sig[^=%])*\z`)},
		{
			PreConfig: with(scoreScript, emulator.Fault{Operation: "PutBlob", Kind: emulator.FaultResetAfter, Times: 1}), Config: config,
			Check: all(uploadedFiles(env, "one", "src", "score.py", below("src", scoreScript)), env.CheckCount("CreateService", 1)),
		},
		{
			PreConfig: with(second, emulator.Fault{Operation: "PutBlob", Kind: emulator.FaultUnavailable, Times: 1}), Config: config,
			Check: all(uploadedFiles(env, "one", "src", "score.py", below("src", second)), env.CheckCount("PatchService", 1)),
		},
		{PreConfig: with(third, refused), Config: config, ExpectError: regexp.MustCompile(`Could not upload the code`)},
		{
			PreConfig: with(third), Config: config,
			Check: all(uploadedFiles(env, "one", "src", "score.py", below("src", third)), env.CheckCount("PatchService", 1)),
		},
		// A deployment that fails is deployed again, without a second upload.
		{
			PreConfig: with(scoreScript, emulator.Fault{Operation: "PatchService", Kind: emulator.FaultOperationFailed, Times: 1}), Config: config,
			ExpectError: regexp.MustCompile(`did not become Healthy`),
		},
		{
			PreConfig: with(scoreScript), Config: config, ConfigPlanChecks: planned(aciType+".one", plancheck.ResourceActionUpdate),
			Check: all(uploadedFiles(env, "one", "src", "score.py", below("src", scoreScript)), env.CheckCount("PutBlob", 0), env.CheckCount("CreateService", 1)),
		},
	}})
}

// The latest version of an environment is found once, and stays.
func TestAccEnvironmentLatest(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Edits)
	service := func(environment string) attrs {
		return attrs{"inference_config": `{ entry_script = "score.py", source_url = "aml://artifact/code/one/score.py", environment = { ` + environment + ` } }`}
	}
	config := func(environment string) string {
		return env.Config(block(env, aksType, "one", service(environment)) + block(env, aciType, "curated", service(`name = "AzureML-sklearn-1.0", version = "latest"`)))
	}
	one := aksType + ".one"
	resolved := func(version string) func(*terraform.State) error {
		return resource.TestCheckResourceAttr(one, "inference_config.environment.resolved_version", version)
	}
	update := planned(one, plancheck.ResourceActionUpdate)
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config: config(`name = "sklearn-env"`),
			Check:  all(resolved("1"), resource.TestCheckResourceAttr(aciType+".curated", "inference_config.environment.resolved_version", "1")),
		},
		{
			PreConfig: func() { register(t, env, "sklearn-env"); env.ResetLog() }, Config: config(`name = "sklearn-env"`), ConfigPlanChecks: emptyPlan(),
			Check: all(resolved("1"), env.CheckCount("GetEnvironment", 0)),
		},
		{Config: config(`name = "sklearn-env", version = "latest"`), Check: all(resolved("1"), env.CheckCount("PatchService", 0))},
		{
			Config: config(`name = "sklearn-env", version = "2"`), ConfigPlanChecks: update,
			Check: all(resolved("2"), env.CheckCount("PatchService", 1)),
		},
		{Config: config(`name = "sklearn-env"`), ConfigPlanChecks: update, Check: all(resolved("2"), env.CheckCount("PatchService", 1))},
		{Config: config(`name = "nobody"`), ExpectError: regexp.MustCompile(`(?s)has\s+no\s+environment\s+"nobody"\..*Nothing\s+was\s+sent\.\s+Register\s+it`)},
		{Config: config(`name = "sklearn-env", version = "7"`), ExpectError: regexp.MustCompile(`(?s)"sklearn-env"\s+with\s+version\s+"7"`)},
	}})
}

// A service that was imported has code that Terraform has not seen. What it
// has to upload to find out is there already, and so is the deployment.
func TestAccCodeAfterImport(t *testing.T) {
	t.Parallel()
	env := start(t)
	src := sourceFolder(t, "src")
	config := env.Config(block(env, aciType, "one", inFolder(fmt.Sprintf("%q", src))))
	const forget = "removed {\n  from = mlws_aci_service.one\n  lifecycle {\n    destroy = false\n  }\n}\n"
	imports := fmt.Sprintf("import {\n  to = mlws_aci_service.one\n  id = %q\n}\n", env.Name("one"))
	update := planned(aciType+".one", plancheck.ResourceActionUpdate)
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		{Config: env.Config(forget)},
		{
			PreConfig: env.ResetLog, Config: config + imports, ConfigPlanChecks: update,
			Check: all(env.CheckCount("PutBlob", 0), env.CheckCount("PatchService", 0)),
		},
		{Config: env.Config(forget)},
		{
			PreConfig: func() { writeCode(t, src, "score.py", scoreScript+"# other\n") }, Config: config + imports, ConfigPlanChecks: update,
			Check: all(env.CheckCount("PutBlob", 1), env.CheckCount("PatchService", 1)),
		},
		{Config: config, ConfigPlanChecks: emptyPlan()},
	}})
}
