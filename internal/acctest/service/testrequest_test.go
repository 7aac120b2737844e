// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

const testBody = `{"data":[[5.1,3.5,1.4,0.2]]}`

// testRequest is the argument; more are further members.
func testRequest(more string) attrs {
	return attrs{"test_request": `{ body = jsonencode({ data = [[5.1, 3.5, 1.4, 0.2]] }), ` + more + ` }`}
}

// scoredTimes is a check: since the log was reset, the services were scored that
// often in all, and each time with the body and answered with the status.
func scoredTimes(env *acctest.Env, want, status int) func(*terraform.State) error {
	return func(*terraform.State) error {
		if env.Emulator == nil {
			return nil
		}
		count := 0
		for _, request := range env.Requests() {
			if request.Operation != "Score" {
				continue
			}
			count++
			if request.Body != testBody || request.Status != status {
				return fmt.Errorf("%s was answered with %d, want %d", request.Body, request.Status, status)
			}
		}
		if count != want {
			return fmt.Errorf("%d scoring calls, want %d", count, want)
		}
		return nil
	}
}

// The test request is sent with the credential of the mode, when the service was
// created or changed or the request itself changes, and never otherwise.
func TestAccTestRequest(t *testing.T) {
	t.Parallel()
	env := start(t)
	services := func(more attrs, token string) string {
		return env.Config(block(env, aciType, "aci-key", more) +
			block(env, aciType, "aci-open", attrs{"auth_enabled": "false"}.over(more)) +
			block(env, aksType, "aks-key", more) +
			block(env, aksType, "aks-token", attrs{"token_auth_enabled": token}.over(more)))
	}
	test := testRequest("")
	changed := attrs{"cpu_cores": "0.5"}.over(test) // in place on AKS, deployed over on ACI
	step := func(config string, checks ...resource.TestCheckFunc) resource.TestStep {
		return resource.TestStep{PreConfig: env.ResetLog, Config: config, Check: all(checks...)}
	}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		step(services(test, "true"), scoredTimes(env, 4, http.StatusOK), env.CheckCount("ListKeys", 2), env.CheckCount("ServiceToken", 1)),
		step(services(test, "true"), scoredTimes(env, 0, 0), env.CheckCalls()),
		// One service turns from tokens to keys.
		step(services(changed, "false"), scoredTimes(env, 4, http.StatusOK), env.CheckCount("ServiceToken", 0)),
		// A change that is not sent to the service is not tested.
		step(services(attrs{"timeouts": `{ update = "40m" }`}.over(changed), "false"), scoredTimes(env, 0, 0), env.CheckCalls()),
		// Another request alone: it is sent, and nothing else.
		step(services(testRequest(`timeout = "30s"`).over(changed), "false"), scoredTimes(env, 4, http.StatusOK), env.CheckCalls()),
		step(services(attrs{"cpu_cores": "0.5"}, "false"), scoredTimes(env, 0, 0), env.CheckCalls()),
	}})
}

// An endpoint that is not ready yet is asked again. A credential that was refused
// is fetched again.
func TestAccTestRequestWaits(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Faults)
	for status, times := range map[int]int{http.StatusServiceUnavailable: 1, http.StatusBadGateway: 1, http.StatusUnauthorized: 1, http.StatusNotFound: 1} {
		env.Emulator.Fault(emulator.Fault{Operation: "Score", Kind: emulator.FaultError, Status: status, Times: times})
	}
	env.Emulator.Fault(emulator.Fault{Operation: "Score", Kind: emulator.FaultResetBefore, Times: 1})
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: env.Config(block(env, aciType, "iris", testRequest(""))),
		Check:  all(env.CheckCount("Score", 6), env.CheckCount("ListKeys", 2)),
	}}})
}

// failing runs an apply in which each of these services fails, and returns their
// errors, each in one line.
func failing(t *testing.T, cli *acctest.CLI, services ...string) []string {
	t.Helper()
	found := run(t, cli, "apply", "-auto-approve")
	var errors []string
	for _, service := range services {
		typeName, label, _ := strings.Cut(service, ".")
		problems := found[fmt.Sprintf("resource %q %q", typeName, label)]
		if len(problems) != 1 {
			t.Fatalf("%s: %d errors, want 1: %v", service, len(problems), problems)
		}
		errors = append(errors, problems[0].text())
	}
	return errors
}

// inOrder requires parts of a text, in this order.
func inOrder(t *testing.T, text string, parts ...string) {
	t.Helper()
	rest := text
	for _, part := range parts {
		_, after, found := strings.Cut(rest, part)
		if !found {
			t.Errorf("%q is not there, or too early, in:\n%s", part, text)
			return
		}
		rest = after
	}
}

// A created service that fails its test request is tainted; the error says what
// was answered, and shows no key even if the answer does.
func TestAccTestRequestFailsOnCreate(t *testing.T) {
	t.Parallel()
	env := start(t)
	config := func(status int) string {
		return env.Config(block(env, aciType, "iris", testRequest(fmt.Sprintf("expect_status = %d", status))))
	}
	answer := ""
	if env.Emulator != nil {
		answer = `"models":["iris:1"]`
	}
	cli := env.NewCLI(t, config(201))
	text := failing(t, cli, aciType+".iris")[0]
	inOrder(t, text, "The service does not answer as expected", fmt.Sprintf(`Service %q answered the request with 200; 201 was expected (1 try, with the Primary key).`, env.Name("iris")),
		"The answer begins:", answer, "The end of the container log:", "Terraform marks it as tainted", "terraform untaint")
	plan, _ := cli.Run("plan", "-no-color")
	if !strings.Contains(plan, "mlws_aci_service.iris is tainted") {
		t.Errorf("the service is not tainted:\n%s", plan)
	}

	// Once it is untainted it only has to be tested.
	if output, err := cli.Run("untaint", aciType+".iris"); err != nil {
		t.Fatal(err, output)
	}
	cli.Write(config(200))
	env.ResetLog()
	if output, err := cli.Run("apply", "-auto-approve", "-no-color"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if err := all(scoredTimes(env, 1, http.StatusOK), env.CheckCalls())(nil); err != nil {
		t.Error(err)
	}
}

// An updated service that fails its test request keeps its change; the plan is
// not empty until the request has succeeded, and no apply deploys it again. The
// errors show no key and no token, even if the answer does.
func TestAccTestRequestFailsOnUpdate(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Faults)
	config := func(description string) string {
		test := attrs{"description": description}.over(testRequest(`timeout = "3s"`))
		return env.Config(block(env, aciType, "key", test) + block(env, aksType, "token", attrs{"token_auth_enabled": "true"}.over(test)))
	}
	cli := env.NewCLI(t, config(`"one"`))
	must := func(args ...string) {
		t.Helper()
		if output, err := cli.Run(args...); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, output)
		}
	}
	must("apply", "-auto-approve", "-no-color")

	primary, secondary := env.Emulator.Keys(env.WorkspaceID, env.Name("key"))
	env.Emulator.Fault(emulator.Fault{
		Operation: "Score", Kind: emulator.FaultError, Status: http.StatusBadGateway,
		Message: "run() failed with key " + primary + secondary + " or Bearer eyJhbGciOi.eyJzdWIi.c2ln",
	})
	cli.Write(config(`"two"`))
	for attempt, patches := range []int{2, 0} {
		env.ResetLog()
		errors := failing(t, cli, aciType+".key", aksType+".token")
		for i, name := range []string{"key", "token"} {
			inOrder(t, errors[i], "The service does not answer as expected", fmt.Sprintf("Service %q answered the request with 502; 200 was expected (", name), "tries in", "502 means that run()",
				"The answer begins:", "run() failed with key", "The end of the container log:", "The next apply sends the test request again, and deploys nothing")
			if strings.Contains(errors[i], "eyJ") {
				t.Errorf("the error shows a token:\n%s", errors[i])
			}
		}
		// The error has no key of the service.
		for _, key := range []string{primary, secondary} {
			if strings.Contains(errors[0], key) {
				t.Errorf("the error shows a key:\n%s", errors[0])
			}
		}
		if err := all(env.CheckCount("PatchService", patches), env.CheckCount("CreateService", 0))(nil); err != nil {
			t.Errorf("attempt %d: %v", attempt+1, err)
		}
	}
	plan, err := cli.Run("plan", "-detailed-exitcode", "-no-color")
	if err == nil || strings.Count(plan, "will be updated in-place") != 2 || !strings.Contains(plan, "The test request has not succeeded yet") {
		t.Errorf("the plan does not say that there is something to do (%v):\n%s", err, plan)
	}

	env.Emulator.ClearFaults()
	env.ResetLog()
	must("apply", "-auto-approve", "-no-color")
	if err := all(scoredTimes(env, 2, http.StatusOK), env.CheckCount("PatchService", 0), env.CheckCount("CreateService", 0))(nil); err != nil {
		t.Error(err)
	}
	must("plan", "-detailed-exitcode", "-no-color") // empty
}

// The body is checked before anything is sent.
func TestAccTestRequestRefused(t *testing.T) {
	t.Parallel()
	env := start(t)
	refusals := []refusal{
		{"not-json", aciType, attrs{"test_request": `{ body = "data" }`}, nil, "test_request", []string{"The body is not JSON", "test_request.body", "jsonencode()"}},
		{"no-status", aciType, attrs{"test_request": `{ body = "{}", expect_status = 7 }`}, nil, "test_request", []string{"from 100 to 599"}},
		{"no-timeout", aksType, attrs{"test_request": `{ body = "{}", timeout = "soon" }`}, nil, "test_request", []string{"must be a duration"}},
		{"no-type", aksType, attrs{"test_request": `{ body = "{}", content_type = "json" }`}, nil, "test_request", []string{"such as application/json"}},
	}
	var config strings.Builder
	for _, r := range refusals {
		config.WriteString(block(env, r.typeName, r.label, r.arguments))
	}
	// Neither of these is a mistake.
	config.WriteString(block(env, aciType, "csv", attrs{"test_request": `{ body = "a,b", content_type = "text/csv; charset=utf-8" }`}))
	config.WriteString(block(env, aciType, "bad", attrs{"test_request": `{ body = "a,b", expect_status = 502 }`}))
	found := validate(t, env.NewCLI(t, env.Config(config.String())))
	for _, r := range refusals {
		r.expect(t, found)
	}
	none(t, found)
}
