// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/deployed"
)

// failedChange is a deployment that was accepted and did not end well.
type failedChange struct {
	summary string
	// next is what happens to the service, and what to do.
	next string
	// made reports whether a service that is Healthy by now is as it was to be.
	made func(context.Context, *azureml.Service) bool
}

var (
	failedCreate = failedChange{
		summary: "The service was created, but did not become Healthy",
		next: "The service is in the state, and Terraform marks it as tainted: the next apply deletes it and deploys it again. " +
			"If it becomes Healthy by itself, terraform untaint with the resource's address keeps it.",
		made: func(context.Context, *azureml.Service) bool { return true },
	}
	failedUpdate = failedChange{summary: "The service was changed, but did not become Healthy again"}
)

// failed looks at the service after a failed deployment, within a time of its own. It returns
// the service (nil if it cannot be read), and the error: nil if the service is Healthy by now,
// as planned.
func (r *serviceResource) failed(ctx context.Context, api *azureml.Workspace, id resourceid.Service, err error, hidden secrets, change failedChange) (*azureml.Service, diag.Diagnostic) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), framework.Cleanup)
	defer cancel()
	service, gone := r.look(ctx, api, id)
	if service != nil && service.State == azureml.StateHealthy {
		if change.made(ctx, service) {
			return service, nil
		}
		change = failedChange{
			summary: "The service was not changed",
			next:    "Its old version still runs, and is in the state. Correct the cause, and apply again: the plan shows the change again.",
		}
	}
	if gone {
		change.next = "The service does not exist any more: somebody has deleted it. Apply again, which creates it."
	}
	failure := explainFailure(ctx, api, change.summary, id, err, service, hidden)
	if change.next != "" {
		failure = diag.NewErrorDiagnostic(failure.Summary(), failure.Detail()+"\n\n"+change.next)
	}
	return service, failure
}

// look returns the service as it is; nil if it cannot be read, or is another one by now.
// It is gone if Azure says that it does not exist.
func (r *serviceResource) look(ctx context.Context, api *azureml.Workspace, id resourceid.Service) (service *azureml.Service, gone bool) {
	service, err := api.GetService(ctx, id.Name)
	if err != nil || service.ComputeType != r.compute {
		return nil, azureml.IsNotFound(err)
	}
	return service, false
}

// warnOperation warns that the operation of a change failed although the change was made.
func warnOperation(warning *azureml.OperationWarning) diag.Diagnostics {
	if warning == nil {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("The operation of the deployment did not end well",
		diagnostics.Explain(fmt.Sprintf("service %q", warning.Service), warning.Err)+
			" The service itself is Healthy, and as it was to be, so the apply goes on.")}
}

// explainFailure says why a deployment failed: the last error of the log, the
// operation's error with its details and step, the state of the service, and the end
// of the log, in that order and without secrets. A failed build has its own log. The
// service may be nil.
func explainFailure(ctx context.Context, api *azureml.Workspace, summary string, id resourceid.Service, err error, service *azureml.Service, s secrets) diag.Diagnostic {
	object, more := fmt.Sprintf("service %q", id.Name), ""
	var log deployed.Log
	var operation *azureml.OperationError
	if errors.As(err, &operation) && operation.Operation.BuildFailed() {
		var logErr error
		if log, logErr = deployed.BuildLog(ctx, api, operation.Operation, s.redactor()); logErr != nil {
			more = diagnostics.Explain("", logErr)
		}
	} else if service != nil {
		log, more = containerLog(ctx, api, service, &s)
	}
	detail := []string{}
	if log.Cause != "" && !diagnostics.IsFullCluster(err) { // the container of a full cluster is an earlier one
		detail, object, log.Cause = append(detail, fmt.Sprintf("Service %q: %s", id.Name, log.Cause)), "", ""
	}
	detail = append(detail, diagnostics.Explain(object, err))
	if service != nil {
		detail = append(detail, deployed.DescribeState(service, detail[len(detail)-1]))
	}
	detail = slices.DeleteFunc(append(detail, more, log.Cause, log.End), func(part string) bool { return part == "" })
	return diag.NewErrorDiagnostic(summary, s.redact(strings.Join(detail, "\n\n")))
}

// containerLog reads the container log, and says why it is not shown: it may hold the
// keys of the service, so they are read first, to be removed.
func containerLog(ctx context.Context, api *azureml.Workspace, service *azureml.Service, s *secrets) (log deployed.Log, not string) {
	keys, err := keysForRedaction(ctx, api, service)
	s.keys = append(s.keys, keys.Primary, keys.Secondary)
	if err != nil {
		return log, "The container log is not shown, because it may hold the keys of the service, and they could not be read to remove them. " +
			diagnostics.Explain("", err)
	}
	return deployed.ContainerLog(ctx, api, service.Name, s.redactor()), ""
}

// keysForRedaction reads the keys of a service that has some: its code may have logged them.
func keysForRedaction(ctx context.Context, api *azureml.Workspace, service *azureml.Service) (azureml.Keys, error) {
	if !values.IsTruePointer(service.AuthEnabled) {
		return azureml.Keys{}, nil
	}
	return api.ListKeys(ctx, service.Name)
}

// explainExists is the error of a create with a name that is taken. It shows the import block.
func explainExists(id resourceid.Service, compute azureml.ComputeType, existing *azureml.Service) diag.Diagnostic {
	found := compute
	if existing != nil && existing.ComputeType != "" {
		found = existing.ComputeType
	}
	manager := resourceType(found)
	if manager == "" {
		return diag.NewErrorDiagnostic("The service exists already",
			fmt.Sprintf("Workspace %q has a service named %q on %s, which this provider does not manage. Choose another name.", id.Workspace.Name, id.Name, found))
	}
	why, where := "", "with this block"
	if existing != nil && existing.Properties[azureml.DeploymentProperty] != "" {
		why = " This provider created it, for another configuration or in a run that was ended early. If it is the service that this resource replaces (create_before_destroy), give the new one another name."
	}
	if found != compute {
		why, where = fmt.Sprintf(" It runs on %s, so it belongs to %s and not to %s.", found, manager, resourceType(compute)), "into a resource of that type with this block"
	}
	return diag.NewErrorDiagnostic("The service exists already",
		fmt.Sprintf("Workspace %q has a service named %q that is not in this configuration's state.%s To manage it with Terraform, import it %s. Otherwise choose another name.\n\n"+
			"import {\n  to = %s.%s # put the resource's address here\n  id = %q\n}",
			id.Workspace.Name, id.Name, why, where, manager, strings.ReplaceAll(id.Name, "-", "_"), id.String()))
}

// explainOtherCompute is the error of reading a service of the other compute type.
func explainOtherCompute(id resourceid.Service, compute azureml.ComputeType, service *azureml.Service) diag.Diagnostic {
	fix := "This provider does not manage services of that type; remove it from the state with terraform state rm, and choose another name."
	if manager := resourceType(service.ComputeType); manager != "" {
		fix = fmt.Sprintf("Manage it with %s: import %q into a resource of that type, and take this one out of the configuration (and with terraform state rm out of the state, where it is in it).", manager, id.String())
	}
	return diag.NewErrorDiagnostic("The service is of another compute type",
		fmt.Sprintf("Service %q of workspace %q runs on %s, and %s manages services on %s. %s",
			id.Name, id.Workspace.Name, service.ComputeType, resourceType(compute), compute, fix))
}
