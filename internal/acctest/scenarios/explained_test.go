// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// The failures that have a known code: what the API says of them, and the parts
// of the error that Terraform shows, in their order. That is the error of the
// operation, its details, the step, what to do, the state of the service, and the
// end of its log; a refused request has no more than the first two.
var known = []struct {
	name, typeName string
	fault          emulator.Fault
	parts          []string
}{
	{
		"not-created", aksType,
		emulator.Fault{Kind: emulator.FaultError, Message: "The request is invalid", DetailCode: "ComputeResourceNotCreated", DetailMessage: "The compute aks-demo is not created"},
		[]string{"Could not create the service", `Service "not-created":`, "(400)", "BadRequest: The request is invalid.", "ComputeResourceNotCreated: The compute aks-demo is not created.", "check compute_name, and that its provisioning state is Succeeded"},
	},
	{
		"unaccessible", aksType,
		emulator.Fault{Kind: emulator.FaultError, Message: "The request is invalid", DetailCode: "KubernetesUnaccessible", DetailMessage: "The cluster does not answer"},
		[]string{"Could not create the service", `Service "unaccessible":`, "(400)", "BadRequest: The request is invalid.", "KubernetesUnaccessible: The cluster does not answer.", "check that the cluster runs", "detach and attach it again"},
	},
	{
		"model-conflict", aciType,
		emulator.Fault{Kind: emulator.FaultError, Message: "The request is invalid", DetailCode: "ServiceModelConflict", DetailMessage: "Exactly one of the ModelIds or Models must be specified for a service."},
		[]string{"Could not create the service", `Service "model-conflict":`, "(400)", "BadRequest: The request is invalid.", "ServiceModelConflict: Exactly one of the ModelIds or Models", "list at least one registered model in model_ids"},
	},
	{
		"capacity", aciType,
		emulator.Fault{Kind: emulator.FaultCapacity},
		[]string{"Could not create the service", `Service "capacity":`, "(409)", "Conflict", "ServiceUnavailable: The requested resource is not available in the location at this moment", "The region has no capacity", "lower cpu_cores or memory_gb, or deploy to another location"},
	},
	{
		"crash-loop", aciType,
		emulator.Fault{Kind: emulator.FaultOperationFailed},
		[]string{
			"The service was created, but did not become Healthy", `Service "crash-loop": FileNotFoundError: [Errno 2] No such file or directory: 'model.pkl' (the last error in the container log).`,
			"ended as Failed.", "AciDeploymentFailed:", "Your container application crashed", "CrashLoopBackOff.", "It had reached the step DeployService (Failed).",
			"an error in init() of the entry script", "The service is Failed.", "The end of the container log:", "model = joblib.load(path)", "(the error above)",
		},
	},
	{
		"no-space", aksType,
		emulator.Fault{Kind: emulator.FaultOperationFailed},
		[]string{
			"The service was created, but did not become Healthy", `Service "no-space":`, "ended as Failed.", "KubernetesDeploymentFailed:", "Couldn't Schedule because the kubernetes cluster", "It had reached the step DeployService (Failed).",
			"free or add nodes, or lower cpu_cores, memory_gb, gpu_cores or the number of replicas", "The service is Failed (0 of 1 replicas available).", "(the last error in the container log).", "The end of the container log:",
		},
	},
	{
		"timed-out", aksType,
		emulator.Fault{Kind: emulator.FaultOperationTimedOut},
		[]string{
			"The service was created, but did not become Healthy", `Service "timed-out":`, "ended as TimedOut.", "DeploymentTimedOut:", "pollTimeout 00:20:00", "It had reached the step DeployService (TimedOut).",
			"may still become healthy", "The service is Unhealthy (0 of 1 replicas available).", "The end of the container log:",
		},
	},
	{
		"build-image", aciType,
		emulator.Fault{Kind: emulator.FaultOperationFailed, SubOperation: "BuildImage", BuildLog: "Step 3/9 : RUN pip install nosuch==1 --index-url https://me:index-password@pypi.example/simple\n" +
			"ERROR: No matching distribution found for nosuch==1\nThe command returned a non-zero code: 1\n"},
		[]string{
			"The service was created, but did not become Healthy", `Service "build-image": ERROR: No matching distribution found for nosuch==1 (the last error in the build log).`,
			"ended as Failed.", "It had reached the step BuildImage (Failed).", "The image could not be built: check the packages", "its base image", "registry",
			"The service is Failed.", "The end of the build log:", "https://me:(redacted)@pypi.example", "(the error above)", "non-zero code: 1",
		},
	},
	{
		"build-environment", aksType,
		emulator.Fault{Kind: emulator.FaultOperationTimedOut, SubOperation: "BuildEnvironment"},
		[]string{`Service "build-environment": ResolvePackageNotFound: scikit-learn=9.9 (the last error in the build log).`, "ended as TimedOut.", "BuildEnvironment (TimedOut)", "The image could not be built", "The end of the build log:", "Solving environment"},
	},
	{
		"unknown-code", aksType,
		emulator.Fault{Kind: emulator.FaultOperationFailed, Code: "SomethingNew", Message: "It broke.", DetailCode: "Inner", DetailMessage: "Nobody knows why"},
		[]string{"ended as Failed.", "SomethingNew: It broke.", "Inner: Nobody knows why.", "It had reached the step DeployService (Failed).", "Fix the cause, then apply again.", "The service is Failed (0 of 1 replicas available).", "The end of the container log:"},
	},
}

// Each known failure explains itself in one error, in one order, with its advice.
func TestAccKnownFailures(t *testing.T) {
	t.Parallel()
	env := start(t, acctest.Faults)
	var config strings.Builder
	for _, failure := range known {
		fault := failure.fault
		fault.Operation, fault.Service = "CreateService", env.Name(failure.name)
		env.Emulator.Fault(fault)
		config.WriteString(block(env, failure.typeName, failure.name, ""))
	}
	cli := env.NewCLI(t, env.Config(config.String()))
	output, err := cli.Run(applyArgs...)
	if err == nil {
		t.Fatalf("the apply did not fail:\n%s", output)
	}
	errors := strings.Split(output, "\nError: ")[1:]
	for _, failure := range known {
		var found []string
		for _, text := range errors {
			if strings.Contains(acctest.OneLine(text), "with "+failure.typeName+"."+failure.name+",") {
				found = append(found, acctest.OneLine(text))
			}
		}
		if len(found) != 1 {
			t.Errorf("%s: %d errors, want one", failure.name, len(found))
			continue
		}
		requireError(t, found[0], failure.parts...)
		requireOnce(t, found[0])
		if built := failure.fault.SubOperation != ""; built == strings.Contains(found[0], "container log:") && failure.fault.Kind != emulator.FaultError && failure.fault.Kind != emulator.FaultCapacity {
			t.Errorf("%s: the log is of something else:\n%s", failure.name, found[0])
		}
	}
}

// Keys of the service and values of its environment variables that the API quotes
// are not shown: a user may call them sensitive.
func TestAccFailureShowsNoKey(t *testing.T) {
	t.Parallel()
	const password = "hunter2-hunter2"
	env := start(t, acctest.Faults)
	config := func(more string) string {
		return env.Config(block(env, aciType, "iris", more+`
  inference_config = {
    entry_script = "score.py"
    source_url   = "aml://artifact/LocalUpload/iris/score.py"
    environment = {
      name                  = "inline"
      base_image            = "example.azurecr.io/base:1"
      environment_variables = { DB_PASSWORD = sensitive("`+password+`"), MODE = "on" }
    }
  }`))
	}
	cli := env.NewCLI(t, config(""))
	mustApply(t, env, cli)
	primary, secondary := env.Emulator.Keys(env.WorkspaceID, env.Name("iris"))
	env.Emulator.Fault(emulator.Fault{
		Operation: "PatchService", Kind: emulator.FaultOperationFailed, Times: 1,
		Message: "init() raised: bad key " + primary, DetailCode: "CrashLoopBackOff", DetailMessage: "bad key " + secondary + " or password " + password + ", MODE is on",
	})
	cli.Write(config(`description = "changed"`))
	output, err := cli.Run(applyArgs...)
	if err == nil {
		t.Fatalf("the apply did not fail:\n%s", output)
	}
	requireError(t, acctest.OneLine(output), "The service was changed, but did not become Healthy again", "bad key (redacted)",
		"bad key (redacted) or password (value of DB_PASSWORD), MODE is on", "The service is Failed.")
	for _, key := range []string{primary, secondary, password} {
		if strings.Contains(output, key) {
			t.Error("a key or the password is shown")
		}
	}
}

// A service that was Healthy and is not any more: a plan and a refresh warn,
// and neither plans a change.
func TestAccUnhealthyWarns(t *testing.T) {
	t.Parallel()
	env := start(t, acctest.Faults)
	cli := env.NewCLI(t, env.Config(block(env, aciType, "iris", "")))
	mustApply(t, env, cli)
	setState(t, env, emulator.StateUnhealthy)
	const warning = `Warning: The service has become unhealthy`
	for _, command := range [][]string{{"plan", "-detailed-exitcode", "-no-color"}, {"apply", "-refresh-only", "-auto-approve", "-no-color"}} {
		output, err := cli.Run(command...)
		if err != nil && command[0] != "plan" {
			t.Errorf("%v: %v\n%s", command, err, output)
		}
		if text := acctest.OneLine(output); !strings.Contains(text, warning) || !strings.Contains(text, `Service "iris" was Healthy when Terraform last looked. The service is Unhealthy`) {
			t.Errorf("%v does not warn:\n%s", command, output)
		}
	}
	// It is said once: then it is known.
	if output, err := cli.Run("plan", "-detailed-exitcode", "-no-color"); err != nil || strings.Contains(output, warning) {
		t.Errorf("the plan after it: %v\n%s", err, output)
	}
	if calls := env.Calls(); len(calls) != 1 {
		t.Errorf("the refresh called %v", calls)
	}
}

// An operation that succeeds does not make a service Healthy: the apply waits
// for that too, and says what it has seen where its time runs out.
func TestAccSucceededIsNotHealthy(t *testing.T) {
	t.Parallel()
	env := start(t, acctest.Faults)
	env.Emulator.Fault(emulator.Fault{Operation: "CreateService", Kind: emulator.FaultUnhealthyLater, Times: 2})
	cli := env.NewCLI(t, env.Config(block(env, aksType, "never", "")+block(env, aksType, "iris", "")))
	var healed atomic.Bool
	limit := newDeadline(t, func() bool { return healed.Load() && reads(env, "never") > 2 })
	limit.of = "never"
	limit.serve(t, cli)
	done := make(chan struct{})
	go func() {
		defer close(done)
		// The one that has the time becomes Healthy once the apply has seen that it is not.
		waitFor := func(holds func() bool) {
			for t.Context().Err() == nil && !holds() {
				time.Sleep(20 * time.Millisecond)
			}
		}
		waitFor(func() bool {
			live, _ := env.Emulator.ServiceJSON(env.WorkspaceID, env.Name("iris"))
			return live["state"] == emulator.StateUnhealthy
		})
		env.ResetLog()
		waitFor(func() bool { return reads(env, "iris") > 1 })
		_ = env.Emulator.SetServiceState(env.WorkspaceID, env.Name("iris"), emulator.StateHealthy)
		healed.Store(true)
	}()
	output, err := cli.Run(applyArgs...)
	<-done
	if err == nil || strings.Count(output, "\nError: ") != 1 {
		t.Fatalf("want one error (%v):\n%s", err, output)
	}
	requireError(t, acctest.OneLine(output), "The service was created, but did not become Healthy", "with mlws_aks_service.never", `the time allowed for waiting on service "never" to be Healthy ran out`,
		"the last state seen was Unhealthy", "The service is Unhealthy", "The end of the container log:")
	if s := stateOf(t, cli); !s.tainted[aksType+".never"] || s.tainted[aksType+".iris"] {
		t.Errorf("tainted are %v, want the service that never became Healthy", s.tainted)
	}
}

// reads counts how often a service was read since the log was reset.
func reads(env *acctest.Env, name string) int {
	count := 0
	for _, request := range env.Requests() {
		address, _, _ := strings.Cut(request.Path, "?")
		if request.Operation == "GetService" && lastSegment(address) == env.Name(name) {
			count++
		}
	}
	return count
}

// requireOnce refuses an error that says a sentence twice.
func requireOnce(t *testing.T, text string) {
	t.Helper()
	said := map[string]bool{}
	for _, sentence := range strings.Split(text, ". ") {
		if sentence = strings.TrimSpace(sentence); len(sentence) > 20 && said[sentence] {
			t.Errorf("%q stands twice:\n%s", sentence, text)
		}
		said[sentence] = true
	}
}
