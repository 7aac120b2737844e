// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package diagnostics translates the errors of the API client, the credentials
// and the network into Terraform diagnostics. It is the only place that does
// so: each diagnostic says what happened to which object, why, and what to do
// next, in one paragraph without raw JSON, HTML, stack traces or secrets.
package diagnostics

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// FromError translates err, which must not be nil. The summary says what failed
// ("Could not read the service"), the object names what it failed on, as it
// reads in the middle of a sentence (`service "iris"`). A failed sign-in keeps
// its own words, which fit every object.
func FromError(summary, object string, err error) diag.Diagnostic {
	var signIn *auth.Error
	if errors.As(err, &signIn) {
		return diag.NewErrorDiagnostic(signIn.Summary, paragraph(signIn.Detail))
	}
	return diag.NewErrorDiagnostic(summary, Explain(object, err))
}

// AtPath is FromError for an error that one attribute is to blame for.
func AtPath(p path.Path, summary, object string, err error) diag.Diagnostic {
	d := FromError(summary, object, err)
	return diag.NewAttributeErrorDiagnostic(p, d.Summary(), d.Detail())
}

// Explain is the detail of FromError alone, for a message that has more to say.
func Explain(object string, err error) string {
	text := explain(err)
	if object != "" {
		text = object + ": " + text
	}
	return paragraph(capitalize(text))
}

// explain goes from the outermost story to the innermost: a wait that timed out
// wraps the last refusal it saw, and that refusal alone would mislead.
func explain(err error) string {
	var (
		regenerate *azureml.RegenerateError
		old        *azureml.OldVersionError
		recreated  *azureml.RecreatedError
		upload     *azureml.UploadError
		timeout    *azureml.WaitTimeoutError
		unknown    *azureml.UnknownOutcomeError
		exists     *azureml.ExistsError
		buildLog   *azureml.BuildLogError
		deployment *azureml.DeploymentError
		operation  *azureml.OperationError
		hidden     *azureml.UndiscoveredError
		workspace  *azureml.WorkspaceNotFoundError
		response   *azureml.ResponseError
		invalid    *azureml.InvalidReplyError
		insecure   *azureml.InsecureEndpointError
	)
	switch {
	// The outcome for the object counts more than the reason.
	case errors.As(err, &regenerate):
		return join(sentence(regenerate.Outcome()), capitalize(explain(regenerate.Err)))
	case errors.As(err, &old), errors.As(err, &recreated):
		return sentence(err.Error())
	case errors.As(err, &upload):
		return fmt.Sprintf("the file %q was not uploaded: ", upload.Path) + explain(upload.Err)
	case errors.As(err, &timeout):
		return explainTimeout(timeout)
	case errors.As(err, &unknown):
		return explainUnknownOutcome(unknown)
	case errors.As(err, &buildLog):
		return explainBuildLog(buildLog)
	case errors.As(err, &exists):
		return "a service of this name already exists in the workspace, and it is not in this configuration's state. " +
			"Choose another name, or import the existing service and let Terraform manage it."
	case errors.As(err, &deployment):
		return explainDeployment(deployment)
	case errors.As(err, &operation):
		return explainOperation(operation)
	case errors.As(err, &hidden):
		return explainUndiscovered(hidden)
	case errors.As(err, &workspace):
		return explainWorkspaceNotFound(workspace)
	case errors.As(err, &response):
		return explainResponse(response)
	case errors.As(err, &invalid):
		return join(sentence(invalid.Error()), "Check that the endpoints of the provider lead to Azure Machine Learning and not to a proxy's page; if they do, please report it.")
	case errors.As(err, &insecure):
		return join(sentence(insecure.Error()), "Use an https endpoint.")
	}
	if text := explainNoToken(err); text != "" {
		return text
	}
	if text := explainNetwork(err); text != "" {
		return text
	}
	switch {
	case errors.Is(err, context.Canceled):
		return "the run was interrupted before this was finished. Run terraform apply again; it continues from what was done."
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer came within the time allowed. Run it again, or raise the timeouts of this object."
	}
	return sentence(err.Error())
}
