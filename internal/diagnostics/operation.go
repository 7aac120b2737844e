// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package diagnostics

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

func explainTimeout(e *azureml.WaitTimeoutError) string {
	text := "the time allowed for waiting on " + orElse(name(e.What), "the operation") + " ran out"
	interrupted := errors.Is(e, context.Canceled) && !errors.Is(e, context.DeadlineExceeded)
	if interrupted {
		text = "the run was interrupted while it waited for " + orElse(name(e.What), "the operation")
	}
	if e.Last != "" {
		text += fmt.Sprintf("; the last state seen was %s", name(e.Last))
	}
	text += "."
	// LastErr is a server's refusal only while the server could not be asked;
	// the end of the context itself adds nothing.
	if e.LastErr != nil && !isContextEnd(e.LastErr) {
		text += " The last attempt to ask failed: " + explain(e.LastErr)
	}
	text = join(text, hintIn(e.Last))
	switch {
	case interrupted && e.Begun:
		return text + " Azure goes on with it regardless. Wait until it has ended, and run terraform apply again."
	case interrupted:
		return text + " Run terraform again."
	case !e.Begun:
		return text + " Run terraform again, or raise the timeouts of this object."
	}
	return text + " Azure goes on with it regardless. Raise the timeouts of this object, and run terraform apply again."
}

func isContextEnd(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// explainUnknownOutcome lets the client say what is known: that differs between
// what can be sent again and what cannot.
func explainUnknownOutcome(e *azureml.UnknownOutcomeError) string {
	cause := ""
	if e.Err != nil {
		cause = "The request got no usable answer: " + explain(e.Err)
	}
	return join(sentence(orElse(e.What, "whether it was carried out is not known")), cause, "Run terraform plan to see what is there, then apply again.")
}

func explainDeployment(e *azureml.DeploymentError) string {
	cause, hint := "", ""
	if e.Cause != nil {
		cause, hint = reason(*e.Cause), hintFor(*e.Cause)
	}
	return join(
		fmt.Sprintf("the deployment ended in state %s.", orElse(name(string(e.State)), "Failed")),
		cause,
		orElse(hint, "The failed service stays in the workspace: fix the cause and apply again, which replaces it."),
	)
}

func explainOperation(e *azureml.OperationError) string {
	o := e.Operation
	text := fmt.Sprintf("the operation %s ended as %s.", name(o.OperationType+" "+o.ID), orElse(name(o.State), "not successful"))
	cause, step, hint := "", "", ""
	if o.SubOperationType != "" {
		step = fmt.Sprintf("It had reached the step %s", name(o.SubOperationType))
		if o.SubOperationState != "" {
			step += fmt.Sprintf(" (%s)", name(o.SubOperationState))
		}
		step += "."
	}
	if o.Error != nil {
		cause, hint = reason(*o.Error), hintFor(*o.Error)
	}
	switch {
	case o.BuildFailed():
		hint = failedBuild // whatever the text says of containers, there is none yet
	case hint == "":
		hint = operationHint(o.State)
	}
	return join(text, cause, step, hint)
}

func operationHint(state string) string {
	switch {
	case strings.EqualFold(state, "Cancelled"):
		return "Somebody, or Azure, cancelled it. Apply again."
	case strings.EqualFold(state, "TimedOut"):
		return "Azure gave up on it. Apply again."
	}
	return "Fix the cause, then apply again."
}

func orElse(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}

// explainBuildLog says where a build log is that could not be read, and why.
func explainBuildLog(e *azureml.BuildLogError) string {
	why := explainNetwork(e.Err)
	var refused *azureml.ResponseError
	if errors.As(e.Err, &refused) {
		why = fmt.Sprintf("the storage of the workspace answered %d.", refused.StatusCode)
	}
	text := "the build log was not read: " + orElse(why, sentence(e.Err.Error()))
	if e.Address == "" {
		return text
	}
	return text + fmt.Sprintf(" It is at %s (its signature is left out): open it in the storage account of the workspace.", name(e.Address))
}
