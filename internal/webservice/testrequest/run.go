// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package testrequest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/redact"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
	"github.com/mlws/terraform-provider-mlws/internal/scoring"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/deployed"
)

// Target is the service that a request is sent to.
type Target struct {
	API *azureml.Workspace
	ID  resourceid.Service
	// Secrets are removed from what an error shows of the answer and the log.
	Secrets redact.Secrets
}

// request is one test request, of an apply or of the action.
type request struct {
	Target
	test model  // defaults filled in
	next string // what happens after a failure
}

// The texts of what happens after a failed test request.
const (
	nextAfterCreate = "The service was deployed and is in the state. Terraform marks it as tainted, so the next apply replaces it; after terraform untaint, the next apply sends the test request again instead."
	nextAfterUpdate = "The change itself was made and is in the state. The next apply sends the test request again, and deploys nothing unless the configuration changes."
)

// run sends the request to a Healthy service, and explains a failure. An interrupt fails it too.
func (r request) run(ctx context.Context, service *azureml.Service) (outcome scoring.Outcome, failure diag.Diagnostic) {
	if service.ScoringURI == nil || *service.ScoringURI == "" {
		return outcome, diag.NewErrorDiagnostic("The service has no scoring endpoint",
			strings.Join(present(fmt.Sprintf("Service %q has no scoring URI, so it cannot be scored. %s", r.ID.Name, deployed.DescribeState(service, "")), r.next), "\n\n"))
	}
	bound, err := time.ParseDuration(r.test.Timeout.ValueString())
	if err != nil {
		bound = defaultTestTimeout // excluded by the schema
	}
	outcome = scoring.Expectation{
		Request: scoring.Request{URI: *service.ScoringURI, Body: []byte(r.test.Body.ValueString()), ContentType: r.test.ContentType.ValueString()},
		Status:  int(r.test.ExpectStatus.ValueInt64()),
		Bound:   bound,
		Credential: func(ctx context.Context) (scoring.Credential, error) {
			return scoring.CredentialOf(ctx, r.API, service)
		},
	}.Run(ctx)
	if outcome.Met {
		return outcome, nil
	}
	return outcome, r.explain(ctx, service, outcome)
}

// explain states the answer and the expectation, the beginning of the answer, the end of the
// container log, and what comes next.
func (r request) explain(ctx context.Context, service *azureml.Service, outcome scoring.Outcome) diag.Diagnostic {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), framework.Cleanup)
	defer cancel()
	object := fmt.Sprintf("service %q", r.ID.Name)
	if err := outcome.CredentialErr; err != nil {
		text := diagnostics.Explain(object, err)
		if scoring.KindFor(service) == authmode.TokenCredential {
			text = diagnostics.ExplainToken(ctx, r.API, object, err)
		}
		return diag.NewErrorDiagnostic("Could not fetch the credential to score with", strings.Join(present(text, r.next), "\n\n"))
	}
	hidden := r.Secrets.With(redact.Of(outcome.Secrets...))
	answer := outcome.Answer.Excerpt(hidden)
	if answer != "" {
		answer = "The answer begins:\n" + answer
	}
	log := deployed.ContainerLog(ctx, r.API, r.ID.Name, hidden)
	return diag.NewErrorDiagnostic("The service does not answer as expected", hidden.Text(strings.Join(present(
		r.verdict(outcome),
		answer,
		log.Cause, log.End,
		r.next,
	), "\n\n")))
}

func (r request) verdict(outcome scoring.Outcome) string {
	tries := "1 try"
	if outcome.Tries != 1 {
		tries = fmt.Sprintf("%d tries in %s", outcome.Tries, outcome.Took.Round(100*time.Millisecond))
	}
	expected := r.test.ExpectStatus.ValueInt64()
	if outcome.Answer.Status == 0 {
		why := "no answer came in time"
		if outcome.Err != nil {
			why = outcome.Err.Error()
		}
		return fmt.Sprintf("Service %q was to answer the request with %d, and did not answer it at all (%s): %s. The machine that runs Terraform must be able to reach %s.",
			r.ID.Name, expected, tries, strings.TrimSuffix(why, "."), "the scoring endpoint")
	}
	return strings.TrimSpace(fmt.Sprintf("Service %q answered the request with %d; %d was expected (%s, with %s). %s",
		r.ID.Name, outcome.Answer.Status, expected, tries, outcome.Credential, statusHint(outcome.Answer.Status)))
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

// present returns the texts that are not empty.
func present(texts ...string) []string {
	var kept []string
	for _, text := range texts {
		if text != "" {
			kept = append(kept, text)
		}
	}
	return kept
}

// Due reports whether an update ends with the test request: it sent something, the request has
// changed, or it has not succeeded yet.
func Due(plan, state types.Object, sent, pending bool) bool {
	return values.IsSet(plan) && (sent || pending || !plan.Equal(state))
}

// AfterCreate sends the test request of the plan, if there is one, to a created service, and
// marks it as pending if it fails. ctx is of the deployment; outer ends if the run is
// interrupted.
func (t Target) AfterCreate(ctx, outer context.Context, service *azureml.Service, plan types.Object, private framework.PrivateWriter) diag.Diagnostics {
	return t.after(ctx, outer, service, plan, nextAfterCreate, private)
}

// AfterUpdate is AfterCreate for an update. The service is nil if nothing was sent to it.
func (t Target) AfterUpdate(ctx, outer context.Context, service *azureml.Service, plan types.Object, private framework.PrivateWriter) diag.Diagnostics {
	if service == nil {
		found, err := t.API.GetService(ctx, t.ID.Name)
		if err != nil {
			diags := Pending.Set(ctx, private, true)
			diags.Append(diagnostics.FromError("Could not read the service", fmt.Sprintf("service %q", t.ID.Name), err))
			return diags
		}
		service = found
	}
	return t.after(ctx, outer, service, plan, nextAfterUpdate, private)
}

func (t Target) after(ctx, outer context.Context, service *azureml.Service, plan types.Object, next string, private framework.PrivateWriter) diag.Diagnostics {
	test := values.Decode[model](ctx, plan)
	if test == nil {
		return Pending.Set(ctx, private, false)
	}
	outcome, failure := request{Target: t, test: *test, next: next}.run(ctx, service)
	tflog.Info(ctx, "Tested service "+t.ID.Name, map[string]any{
		"service": t.ID.Name, "status": outcome.Answer.Status, "tries": outcome.Tries, "elapsed": outcome.Took.Round(time.Millisecond).String(),
	})
	diags := Pending.Set(ctx, private, failure != nil)
	switch {
	case failure != nil && outer.Err() != nil:
		// An interrupt says nothing about the service, and must not taint it.
		diags.AddWarning("The test request was not finished",
			fmt.Sprintf("The run was interrupted while service %q was being tested. The service is deployed and in the state; the next apply sends the test request again.", t.ID.Name))
	case failure != nil:
		diags.Append(failure)
	}
	return diags
}

// Pending marks a service with a test request that has not succeeded yet. The service
// is as configured, and the next plan has to be an update.
const Pending framework.Flag = "untested"

// PlanPending reports whether the apply has to send the test request of the plan
// again, and warns so: nothing else in the plan shows it.
func PlanPending(ctx context.Context, plan types.Object, private framework.PrivateReader, diags *diag.Diagnostics) bool {
	if !Pending.Get(ctx, private, diags) || plan.IsNull() {
		return false
	}
	diags.AddAttributeWarning(path.Root("test_request"), "The test request has not succeeded yet",
		"An earlier apply deployed this service, and its test request did not succeed after that. This apply sends it again.")
	return true
}
