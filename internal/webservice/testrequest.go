// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
	"github.com/mlws/terraform-provider-mlws/internal/scoring"
)

// trial scores a service once: as the test request of an apply, or as the
// action mlws_invoke_service.
type trial struct {
	api    *azureml.Workspace
	id     resourceid.Service
	test   testRequestModel // defaults filled in
	hidden secrets
	next   string // what happens after a failure
}

// What a failed test request leaves behind.
const (
	nextAfterCreate = "The service was deployed and is in the state. Terraform marks it as tainted, so the next apply replaces it; after terraform untaint, the next apply sends the test request again instead."
	nextAfterUpdate = "The change itself was made and is in the state. The next apply sends the test request again, and deploys nothing unless the configuration changes."
)

// run sends the request to a service that is Healthy, and explains a failure.
// An interrupt is not one: done is then false, and so is failed.
func (t trial) run(ctx context.Context, service *azureml.Service) (outcome scoring.Outcome, failure diag.Diagnostic) {
	if service.ScoringURI == nil || *service.ScoringURI == "" {
		return outcome, diag.NewErrorDiagnostic("The service has no scoring endpoint",
			strings.Join(present(fmt.Sprintf("Service %q has no scoring URI, so it cannot be scored. %s", t.id.Name, describeState(service)), t.next), "\n\n"))
	}
	bound, err := time.ParseDuration(t.test.Timeout.ValueString())
	if err != nil {
		bound = defaultTestTimeout // excluded by the schema
	}
	outcome = scoring.Expectation{
		Request: scoring.Request{URI: *service.ScoringURI, Body: []byte(t.test.Body.ValueString()), ContentType: t.test.ContentType.ValueString()},
		Status:  int(t.test.ExpectStatus.ValueInt64()),
		Bound:   bound,
		Credential: func(ctx context.Context) (scoring.Credential, error) {
			return scoring.CredentialOf(ctx, t.api, service)
		},
	}.Run(ctx)
	if outcome.Met {
		return outcome, nil
	}
	return outcome, t.explain(ctx, service, outcome)
}

// explain says what was answered and what was expected, shows the beginning of
// the answer and the end of the container log, and says what comes next.
func (t trial) explain(ctx context.Context, service *azureml.Service, outcome scoring.Outcome) diag.Diagnostic {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), framework.Cleanup)
	defer cancel()
	object := fmt.Sprintf("service %q", t.id.Name)
	if err := outcome.CredentialErr; err != nil {
		text := diagnostics.Explain(object, err)
		if scoring.KindFor(service) == authmode.TokenCredential {
			text = diagnostics.ExplainToken(ctx, t.api, object, err)
		}
		return diag.NewErrorDiagnostic("Could not fetch the credential to score with", strings.Join(present(text, t.next), "\n\n"))
	}
	hidden := t.hidden
	hidden.keys = append(hidden.keys, outcome.Secrets...)
	answer := outcome.Answer.Excerpt(hidden.redact)
	if answer != "" {
		answer = "The answer begins:\n" + answer
	}
	return diag.NewErrorDiagnostic("The service does not answer as expected", hidden.redact(strings.Join(present(
		t.verdict(outcome),
		answer,
		logTail(ctx, t.api, t.id.Name),
		t.next,
	), "\n\n")))
}

func (t trial) verdict(outcome scoring.Outcome) string {
	tries := "1 try"
	if outcome.Tries != 1 {
		tries = fmt.Sprintf("%d tries in %s", outcome.Tries, outcome.Took.Round(100*time.Millisecond))
	}
	expected := t.test.ExpectStatus.ValueInt64()
	if outcome.Answer.Status == 0 {
		why := "no answer came in time"
		if outcome.Err != nil {
			why = outcome.Err.Error()
		}
		return fmt.Sprintf("Service %q was to answer the request with %d, and did not answer it at all (%s): %s. The machine that runs Terraform must be able to reach %s.",
			t.id.Name, expected, tries, strings.TrimSuffix(why, "."), "the scoring endpoint")
	}
	return strings.TrimSpace(fmt.Sprintf("Service %q answered the request with %d; %d was expected (%s, with %s). %s",
		t.id.Name, outcome.Answer.Status, expected, tries, outcome.Credential, statusHint(outcome.Answer.Status)))
}

// statusHint says what a status means at a scoring endpoint.
func statusHint(status int) string {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return "The endpoint did not accept that credential: its auth mode or keys may have been changed by somebody else in the meantime."
	case http.StatusNotFound:
		return "Nothing answers at this address: the endpoint's router may not know the service yet, or the address belongs to something else."
	case http.StatusBadGateway:
		return "502 means that run() of the entry script failed, or that the container stopped."
	case http.StatusServiceUnavailable:
		return "503 means that no replica was free: they may still be starting, or be too few."
	case http.StatusGatewayTimeout:
		return "504 means that run() took longer than the scoring timeout of the service."
	}
	return ""
}

// present leaves the empty texts out.
func present(texts ...string) []string {
	var kept []string
	for _, text := range texts {
		if text != "" {
			kept = append(kept, text)
		}
	}
	return kept
}

// tests reports whether an update ends with the test request: it sent
// something, the request is another one, or it has not succeeded yet.
func tests(plan, state deployment, sent, untested bool) bool {
	return values.IsSet(plan.TestRequest) && (sent || untested || !plan.TestRequest.Equal(state.TestRequest))
}

// tryOut runs the test request of a plan, if it has one, and remembers where it
// has still to succeed. The service is in the state already.
func tryOut(ctx, outer context.Context, t trial, service *azureml.Service, request types.Object, private framework.PrivateWriter) diag.Diagnostics {
	test := values.Decode[testRequestModel](ctx, request)
	if test == nil {
		return rememberUntested(ctx, private, false)
	}
	t.test = *test
	outcome, failure := t.run(ctx, service)
	tflog.Info(ctx, "Tested service "+t.id.Name, map[string]any{
		"service": t.id.Name, "status": outcome.Answer.Status, "tries": outcome.Tries, "elapsed": outcome.Took.Round(time.Millisecond).String(),
	})
	diags := rememberUntested(ctx, private, failure != nil)
	switch {
	case failure != nil && outer.Err() != nil:
		// An interrupt says nothing about the service, and must not taint it.
		diags.AddWarning("The test request was not finished",
			fmt.Sprintf("The run was interrupted while service %q was being tested. The service is deployed and in the state; the next apply sends the test request again.", t.id.Name))
	case failure != nil:
		diags.Append(failure)
	}
	return diags
}
