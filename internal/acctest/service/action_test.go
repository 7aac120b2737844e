// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"fmt"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/provider"
)

const invokeType = "mlws_invoke_service"

// actionServer is the provider over the protocol: actions exist from Terraform
// 1.14 on, and have to be right under whichever runs these tests.
type actionServer struct{ *protocoltest.Server }

type fields = protocoltest.Values

func serveActions(t *testing.T, env *acctest.Env) *actionServer {
	t.Helper()
	return &actionServer{protocoltest.Connect(t, provider.New("test")(), env.ProviderArguments())}
}

// invoke validates and invokes the action, and returns all that a person sees.
func (s *actionServer) invoke(config fields) (progress []string, failure string) {
	s.T.Helper()
	progress, diags := s.Invoke(invokeType, config)
	return progress, diagnosticText(diags)
}

func diagnosticText(diags []*tfprotov6.Diagnostic) string {
	var texts []string
	for _, d := range diags {
		texts = append(texts, d.Summary, d.Detail)
	}
	return strings.Join(strings.Fields(strings.Join(texts, " ")), " ")
}

// The action scores a service of any mode with the credential that it asks for,
// says what came, and shows no secret.
func TestInvokeService(t *testing.T) {
	t.Parallel()
	env := start(t)
	cli := env.NewCLI(t, env.Config(block(env, aciType, "key", nil)+block(env, aciType, "open", attrs{"auth_enabled": "false"})+
		block(env, aksType, "aks", nil)+block(env, aksType, "token", attrs{"token_auth_enabled": "true"})))
	if output, err := cli.Run("apply", "-auto-approve", "-no-color"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	s := serveActions(t, env)
	outage := emulator.Fault{Kind: emulator.FaultTokenOutage, RetryAfter: time.Second}
	primary, secondary := env.MustKeys(t, env.Name("key"))
	named := func(label string) string { return fmt.Sprintf("service %q", env.Name(label)) }
	answer := ""
	if env.Emulator != nil {
		answer = `"models":["iris:1"]`
	}
	const asOften = -1 // as the time allows
	for _, test := range []struct {
		name, service string
		config        fields
		faults        []emulator.Fault
		replies       bool // it is about how the emulator answers
		scored        int  // calls of the endpoint
		want          []string
		failure       []string
	}{
		{name: "key", service: "key", scored: 1, want: []string{fmt.Sprintf("Scoring %s of workspace %q with its Primary key", named("key"), path.Base(env.WorkspaceID)), "answered 200 in", answer}},
		{name: "open", service: "open", scored: 1, want: []string{"with no credential, since anyone may score it", "answered 200 in"}},
		{name: "AKS key", service: "aks", scored: 1, want: []string{"with its Primary key", "answered 200 in"}},
		{name: "token", service: "token", scored: 1, want: []string{"with a token", "answered 200 in"}},
		{name: "another status", replies: true, service: "open", config: fields{"body": "no json", "expect_status": 502}, scored: 1, want: []string{"answered 502 in"}},
		{name: "another type", replies: true, service: "open", config: fields{"body": "1", "content_type": "text/csv"}, scored: 1, want: []string{"answered 200 in"}},
		{
			name: "not as expected", service: "key", config: fields{"expect_status": 204}, scored: 1, want: []string{"Scoring service"},
			failure: []string{"The service does not answer as expected", "S" + named("key")[1:] + " answered the request with 200; 204 was expected", "The answer begins:", "The end of the container log:"},
		},
		{
			name: "not ready at first", service: "key", faults: []emulator.Fault{{Operation: "Score", Kind: emulator.FaultUnavailable, Times: 1}}, scored: 2, want: []string{"answered 200 in"},
		},
		{
			name: "secrets in the answer", service: "key", config: fields{"expect_status": 500},
			faults: []emulator.Fault{{Operation: "Score", Kind: emulator.FaultError, Status: 500, Message: "got " + primary + " " + secondary, Times: 1}}, scored: 1, want: []string{"answered 500 in", "got (redacted) (redacted)"},
		},
		{
			name: "never ready", service: "key", config: fields{"timeout": "3s"}, faults: []emulator.Fault{{Operation: "Score", Kind: emulator.FaultUnavailable}}, scored: asOften,
			failure: []string{"answered the request with 503; 200 was expected (", "tries in 3", "503 means that no replica was free"},
		},
		{name: "region down", service: "token", faults: []emulator.Fault{outage}, failure: []string{"Could not fetch the credential", "Tokens are issued in the workspace's region (westeurope)"}},
		{name: "missing", service: "nobody", failure: []string{"Could not read the service", "does not exist"}},
		{name: "no id", config: fields{"service_id": "iris"}, failure: []string{"Invalid service_id", "full resource id"}},
		{name: "not JSON", service: "key", config: fields{"body": "data"}, failure: []string{"The body is not JSON"}},
	} {
		if (len(test.faults) > 0 || test.replies) && !env.Runs(acctest.Faults) {
			continue
		}
		t.Run(test.name, func(t *testing.T) {
			env.ResetLog()
			if env.Runs(acctest.Faults) {
				env.Emulator.ClearFaults()
				for _, fault := range test.faults {
					env.Emulator.Fault(fault)
				}
			}
			config := fields{"service_id": env.ServiceID(env.Name(test.service)), "body": testBody}
			for name, value := range test.config {
				config[name] = value
			}
			progress, failure := s.invoke(config)
			inOrder(t, strings.Join(progress, "\n"), test.want...)
			inOrder(t, failure, test.failure...)
			if (failure != "") != (len(test.failure) > 0) {
				t.Errorf("failed: %s", failure)
			}
			if err := env.CheckCount("Score", test.scored)(nil); err != nil && test.scored != asOften {
				t.Error(err)
			}
			for _, secret := range []string{primary, secondary, "eyJ"} {
				if strings.Contains(strings.Join(progress, " ")+failure, secret) {
					t.Error("a secret is shown")
				}
			}
			for _, call := range env.Calls() {
				if call != "ServiceToken" {
					t.Errorf("the action called %s", call)
				}
			}
		})
	}
}
