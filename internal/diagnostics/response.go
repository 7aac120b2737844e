// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package diagnostics

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

func explainResponse(e *azureml.ResponseError) string {
	if end := explainEnd(e); end != "" {
		return end
	}
	why := reason(e.ServiceError)
	if hint := hintFor(e.ServiceError); hint != "" && e.StatusCode < http.StatusInternalServerError {
		return join(status(e), why, hint)
	}
	switch code := e.StatusCode; {
	case code >= 300 && code < 400:
		return join(fmt.Sprintf("the answer was a redirect (%d), which the API never sends: a proxy or the sign-in page of a network answered.", code), capitalize(why),
			"Check the endpoints of the provider, and HTTPS_PROXY, then run again.")
	case code == http.StatusUnauthorized:
		return join("Azure refused the access token (401).", why, unauthorizedAdvice(e.Code))
	case code == http.StatusForbidden:
		return explainForbidden(e)
	case code == http.StatusNotFound:
		return explainNotFound(e)
	case code == http.StatusConflict && strings.Contains(strings.ToLower(e.Path), "/services"):
		return join("the service is busy with another operation, or in a state that does not allow this one (409).", why,
			"Wait until the other operation has ended, then apply again.")
	case code == http.StatusTooManyRequests:
		return join("Azure throttled the request (429), and still did after it was repeated.", why,
			"Wait a few minutes, then run again; -parallelism=2 asks for less at a time.")
	case code >= http.StatusInternalServerError:
		return explainServerFault(e, why)
	}
	return join(status(e), why, "Correct what the message names, then apply again.")
}

// forSupport quotes what Azure's support asks for first.
func forSupport(e *azureml.ResponseError) string {
	if id := quote(e.RequestID); id != "" {
		return "The request id is " + id + "."
	}
	return ""
}

func status(e *azureml.ResponseError) string {
	return fmt.Sprintf("Azure refused the request (%d).", e.StatusCode)
}

func unauthorizedAdvice(code string) string {
	switch code {
	case "InvalidAuthenticationTokenTenant":
		return "The token is from another tenant than the subscription's: set tenant_id (or ARM_TENANT_ID) to the tenant that the subscription belongs to."
	case "ExpiredAuthenticationToken":
		return "Check the clock of this machine, sign in again, and run again."
	}
	return "Check that tenant_id is the subscription's tenant, that environment names the right cloud, and that the credential has not expired or been revoked."
}

const (
	codeSubscriptionNotFound = "SubscriptionNotFound"
	codeGroupNotFound        = "ResourceGroupNotFound"

	subscriptionNotFound = "the subscription was not found (404), or this credential cannot see it. Check subscription_id, and that tenant_id is the tenant that the subscription belongs to."
	groupNotFound        = "the resource group was not found (404). Check resource_group_name, or the workspace_id that names it, and the subscription."
	workspaceNotFound    = "the workspace was not found (404), or this credential cannot see it. Check subscription_id, resource_group_name and workspace_name (or workspace_id), and that the workspace was not deleted or renamed."
)

// explainWorkspaceNotFound tells which part of the id is wrong: Resource
// Manager says so by its code, which is in the reason.
func explainWorkspaceNotFound(e *azureml.WorkspaceNotFoundError) string {
	text := workspaceNotFound
	switch {
	case strings.Contains(e.Reason, codeSubscriptionNotFound):
		text = subscriptionNotFound
	case strings.Contains(e.Reason, codeGroupNotFound):
		text = groupNotFound
	}
	return join(text, "The id asked for is "+e.ID+".")
}

func explainNotFound(e *azureml.ResponseError) string {
	if e.FromGateway() || e.Code == "" && e.Message != "" {
		// The API and Resource Manager give a code with every 404 that has a body.
		text := join("the answer 404 came from a gateway or a proxy, not from Azure Machine Learning, so it says nothing about the object.", capitalize(reason(e.ServiceError)),
			"Check the endpoints of the provider and the proxies on the way, then run again.")
		if strings.Contains(e.Path, "/modelmanagement/") { // its address comes from a workspace that exists
			text = join(text, "If they are right: "+endOfV1, afterV1)
		}
		return text
	}
	switch e.Code {
	case codeSubscriptionNotFound, "InvalidSubscriptionId":
		return subscriptionNotFound
	case codeGroupNotFound:
		return groupNotFound
	}
	lower := strings.ToLower(e.Path)
	switch {
	case strings.Contains(lower, "/onlineendpoints/"):
		return "the online endpoint does not exist in this workspace (404). It may have been deleted: take it out of also_set_on, or create it first."
	case strings.Contains(lower, "/services/"):
		return "the service does not exist in this workspace (404). It may have been deleted outside Terraform: check its name and service_id, and run terraform plan to see what is missing."
	case strings.Contains(lower, "/computes/"):
		return "no compute of this name is attached to the workspace (404). Check compute_name, or attach the AKS cluster to the workspace first."
	case strings.Contains(lower, "/environments/"):
		return "the workspace has no environment of this name and version (404). Check both, or register it first."
	case strings.Contains(lower, "/models"):
		return "the workspace has no model of this name and version (404). Check the id, name:version, or register the model first."
	case strings.Contains(lower, "/operations/"):
		return "Azure no longer knows the operation (404). Run terraform plan to see what it left, then apply again."
	case strings.Contains(lower, "/workspaces/"):
		return workspaceNotFound
	}
	return join("it was not found (404).", reason(e.ServiceError), "Check its name and the workspace.")
}

func explainServerFault(e *azureml.ResponseError, why string) string {
	text := fmt.Sprintf("Azure could not handle the request (%d %s), and still could not after it was repeated where that is safe.",
		e.StatusCode, http.StatusText(e.StatusCode))
	if why == "" {
		// Gateways in front of the API answer with an HTML page.
		why = "The answer came from a gateway in front of the API, not from the API itself."
	}
	advice := hintFor(e.ServiceError)
	if strings.EqualFold(e.Code, "ServiceUnavailable") {
		advice = "" // a plain 503; the region's lack of capacity is a detail of a conflict
	}
	return join(text, capitalize(why), forSupport(e), orElse(advice, "This is usually temporary: look at the region's status at https://azure.status.microsoft, and apply again."))
}
