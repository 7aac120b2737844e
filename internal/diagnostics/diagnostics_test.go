// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package diagnostics_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
)

const (
	workspacePath = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/ws"
	servicePath   = "/modelmanagement/v1.0" + workspacePath + "/services/iris"
)

func refused(method, path string, status int, e azureml.ServiceError) error {
	e.StatusCode = status
	return &azureml.ResponseError{Method: method, Path: path, StatusCode: status, ServiceError: e}
}

func TestFromError(t *testing.T) {
	t.Parallel()
	forbidden := azureml.ServiceError{Code: "AuthorizationFailed", Message: "The client 'a' with object id 'b' does not have authorization to perform action 'Microsoft.MachineLearningServices/workspaces/services/aks/listkeys/action' over scope '/subscriptions/s'."}
	badRequest := func(code, message string) azureml.ServiceError {
		return azureml.ServiceError{Code: "BadRequest", Message: "The request is invalid.", Details: []azureml.ServiceErrorDetail{{Code: code, Message: message}}}
	}
	tests := map[string]struct {
		err  error
		want []string
	}{
		"401 of another tenant": {
			refused(http.MethodGet, workspacePath, 401, azureml.ServiceError{Code: "InvalidAuthenticationTokenTenant", Message: "The access token is from the wrong issuer."}),
			[]string{"(401)", "wrong issuer", "set tenant_id"},
		},
		"401 without a body": {
			refused(http.MethodGet, servicePath, 401, azureml.ServiceError{}),
			[]string{"(401)", "Check that tenant_id"},
		},
		"403 that names the action": {
			refused(http.MethodPost, servicePath+"/listkeys", 403, forbidden),
			[]string{"lacks the permission Microsoft.MachineLearningServices/workspaces/services/aks/listkeys/action", "AzureML Data Scientist or Contributor"},
		},
		"403 that names the action in a detail": {
			refused(http.MethodPost, "/elsewhere", 403, azureml.ServiceError{Message: "No.", Details: []azureml.ServiceErrorDetail{{Message: "Nothing."}, {Message: "It needs Microsoft.MachineLearningServices/workspaces/models/read here."}}}),
			[]string{"lacks the permission Microsoft.MachineLearningServices/workspaces/models/read on", "Reader is enough"},
		},
		"403 of a delete": {
			refused(http.MethodDelete, servicePath, 403, azureml.ServiceError{}),
			[]string{"workspaces/services/aks/delete (services/aci/delete for ACI)"},
		},
		"interrupted in a wait": {
			&azureml.WaitTimeoutError{What: "operation op1", Cause: context.Canceled, LastErr: context.Canceled, Begun: true},
			[]string{"the run was interrupted while it waited for operation op1. Azure goes on with it regardless. Wait until it has ended, and run terraform apply again."},
		},
		"out of time": {
			&azureml.WaitTimeoutError{What: "operation op1", Cause: context.DeadlineExceeded, LastErr: context.DeadlineExceeded},
			[]string{"waiting on operation op1 ran out. Run terraform again"},
		},
		"cancelled": {
			&azureml.OperationError{Operation: azureml.Operation{ID: "op1", State: "Cancelled"}}, []string{"Somebody, or Azure, cancelled it"},
		},
		"given up": {
			&azureml.OperationError{Operation: azureml.Operation{ID: "op1", State: "TimedOut"}}, []string{"Azure gave up on it"},
		},
		"403 of a token without a message": {
			refused(http.MethodPost, servicePath+"/token", 403, azureml.ServiceError{}),
			[]string{"lacks the permission Microsoft.MachineLearningServices/workspaces/read", "Reader is enough"},
		},
		"403 of a regenerate without a message": {
			refused(http.MethodPost, servicePath+"/regenerateKeys", 403, azureml.ServiceError{}),
			[]string{"services/aks/regenerateKeys/action", "services/aci/regenerateKeys/action"},
		},
		"404 workspace": {
			refused(http.MethodGet, workspacePath, 404, azureml.ServiceError{Code: "ResourceNotFound"}),
			[]string{"workspace was not found", "workspace_name"},
		},
		"404 resource group": {
			refused(http.MethodGet, workspacePath, 404, azureml.ServiceError{Code: "ResourceGroupNotFound"}),
			[]string{"resource group was not found", "resource_group_name"},
		},
		"404 subscription": {
			refused(http.MethodGet, workspacePath, 404, azureml.ServiceError{Code: "SubscriptionNotFound"}),
			[]string{"subscription_id"},
		},
		"workspace lookup": {
			&azureml.WorkspaceNotFoundError{ID: workspacePath, Reason: "ResourceNotFound: The Resource was not found."},
			[]string{"workspace was not found", "workspace_name", workspacePath},
		},
		"workspace lookup without its group": {
			&azureml.WorkspaceNotFoundError{ID: workspacePath, Reason: "ResourceGroupNotFound: Resource group 'g' could not be found."},
			[]string{"resource group was not found", workspacePath},
		},
		"a reply that is not one":  {&azureml.InvalidReplyError{Method: "GET", Path: servicePath, Problem: "it is HTML"}, []string{"it is HTML", "proxy"}},
		"http to another machine":  {&azureml.InsecureEndpointError{Endpoint: "http://example.com"}, []string{"http://example.com", "https endpoint"}},
		"no credential to ask for": {&azureml.AuthenticationError{Err: errors.New("no az on PATH")}, []string{"no az on PATH", "ARM_"}},
		"500 with a request id": {
			&azureml.ResponseError{StatusCode: 500, RequestID: "abc-123"}, []string{"request id is abc-123"},
		},
		"404 service": {
			refused(http.MethodGet, servicePath, 404, azureml.ServiceError{Code: "NotFound"}),
			[]string{"service does not exist in this workspace", "service_id"},
		},
		"404 of a gateway's page": {
			refused(http.MethodGet, servicePath, 404, azureml.ServiceError{Message: "the gateway answered 404 Not Found with an HTML page, not the service itself"}),
			[]string{"came from a gateway or a proxy", "says nothing about the object. The gateway answered 404 Not Found with an HTML page", "Check the endpoints"},
		},
		"404 without a code": {
			refused(http.MethodGet, workspacePath+"/computes/aks", 404, azureml.ServiceError{Message: "the body is not JSON and gives no reason"}),
			[]string{"came from a gateway or a proxy", "The body is not JSON"},
		},
		"404 of a compute that is refused": {
			refused(http.MethodGet, workspacePath+"/computes/aks", 404, azureml.ServiceError{Code: "NotSupported", Message: "No."}),
			[]string{"(404). NotSupported: No.", "30 June 2026"},
		},
		"410 of a storage account": {
			refused(http.MethodPut, "/container/file", 410, azureml.ServiceError{}), []string{"Azure refused the request (410). Correct"},
		},
		"404 compute": {
			refused(http.MethodGet, workspacePath+"/computes/aks", 404, azureml.ServiceError{}),
			[]string{"no compute of this name", "compute_name"},
		},
		"409 busy": {
			refused(http.MethodPatch, servicePath, 409, azureml.ServiceError{Code: "Conflict", Message: "Conflict"}),
			[]string{"busy with another operation", "apply again"},
		},
		"409 of what is no service": {
			refused(http.MethodPost, "/modelmanagement/v1.0"+workspacePath+"/models", 409, azureml.ServiceError{Code: "Conflict", Message: "The model is locked."}),
			[]string{"Azure refused the request (409)", "The model is locked", "Correct what the message names"},
		},
		"403 of what no document names": {
			refused(http.MethodDelete, "/modelmanagement/v1.0"+workspacePath+"/models/iris:1", 403, azureml.ServiceError{}),
			[]string{"the caller is not allowed to do this (403)", "Ask an owner of the workspace"},
		},
		"a file that was not uploaded": {
			&azureml.UploadError{Path: "m/model.pkl", Err: refused(http.MethodPut, "/container/blob", 403, azureml.ServiceError{Code: "AuthorizationFailure", Message: "This request is not authorized."})},
			[]string{`the file "m/model.pkl" was not uploaded: the caller is not allowed to do this (403)`, "This request is not authorized", "network rules"},
		},
		"409 capacity": {
			refused(http.MethodPost, servicePath, 409, azureml.ServiceError{
				Code: "Conflict", Message: "Conflict",
				Details: []azureml.ServiceErrorDetail{{Code: "ServiceUnavailable", Message: "The region is out of capacity"}},
			}),
			[]string{"(409)", "out of capacity", "another location"},
		},
		"400 with a target": {
			refused(http.MethodPost, servicePath, 400, azureml.ServiceError{
				Code: "BadRequest", Message: "The request is invalid.",
				Details: []azureml.ServiceErrorDetail{{Code: "InvalidValue", Message: "must be positive", Target: "numReplicas"}},
			}),
			[]string{"(400)", "must be positive (at numReplicas).", "Correct what the message names"},
		},
		"302": {
			refused(http.MethodGet, servicePath, 302, azureml.ServiceError{Message: "it redirects to sign-in.example, and redirects are not followed: check the endpoint"}),
			[]string{"the answer was a redirect (302)", "It redirects to sign-in.example", "Check the endpoints of the provider, and HTTPS_PROXY"},
		},
		"429":              {refused(http.MethodGet, servicePath, 429, azureml.ServiceError{}), []string{"throttled", "-parallelism"}},
		"502 of a gateway": {refused(http.MethodGet, servicePath, 502, azureml.ServiceError{Message: "the gateway answered"}), []string{"where that is safe. The gateway answered"}},
		"502 in HTML":      {refused(http.MethodGet, servicePath, 502, azureml.ServiceError{Message: "<html><head><title>502 Bad Gateway</title></head></html>"}), []string{"(502 Bad Gateway)", "gateway in front"}},
		"503 is not capacity": {
			refused(http.MethodPost, servicePath+"/token", 503, azureml.ServiceError{Code: "ServiceUnavailable", Message: "The region of the workspace is unavailable."}),
			[]string{"(503 Service Unavailable)", "region of the workspace is unavailable", "temporary"},
		},
		"500 with text":      {refused(http.MethodGet, servicePath, 500, azureml.ServiceError{Code: "InternalServerError", Message: "Something broke"}), []string{"Something broke.", "temporary"}},
		"compute not ready":  {refused(http.MethodPost, servicePath, 400, badRequest("ComputeResourceNotCreated", "not created")), []string{"check compute_name"}},
		"no way to the AKS":  {refused(http.MethodPost, servicePath, 400, badRequest("KubernetesUnaccessible", "no route")), []string{"cannot reach the AKS cluster"}},
		"models not one way": {refused(http.MethodPost, servicePath, 400, badRequest("ServiceModelConflict", "Exactly one of the ModelIds or Models must be specified for a service.")), []string{"model_ids"}},
		"crash loop": {
			&azureml.OperationError{Operation: azureml.Operation{
				ID: "op1", OperationType: "Service", State: "Failed", SubOperationType: "DeployService", SubOperationState: "Failed",
				Error: &azureml.ServiceError{Code: "AciDeploymentFailed", Message: "Aci Deployment failed", Details: []azureml.ServiceErrorDetail{{Code: "CrashLoopBackOff", Message: "Your container crashed"}}},
			}},
			[]string{"Service op1 ended as Failed", "Your container crashed.", "It had reached the step DeployService (Failed).", "init()"},
		},
		"the detail repeats the message": {
			refused(http.MethodPost, servicePath, 400, azureml.ServiceError{
				Code: "AciDeploymentFailed", Message: "Aci Deployment failed with exception: Your container crashed. See your init() function.",
				Details: []azureml.ServiceErrorDetail{{Code: "Crash", Message: "Your container crashed. See your init() function. It ended with 3."}, {Code: "Crash", Message: "Your container crashed."}},
			}),
			[]string{"Aci Deployment failed with exception: Your container crashed. See your init() function. Crash: It ended with 3. The container group"},
		},
		"failed build": {
			&azureml.OperationError{Operation: azureml.Operation{
				ID: "op1", State: "Failed", SubOperationType: "BuildImage",
				Error: &azureml.ServiceError{Code: "AciDeploymentFailed", Message: "Read the container log"},
			}},
			[]string{"It had reached the step BuildImage. The image could not be built: check the packages", "its base image", "registry"},
		},
		"build log refused": {
			&azureml.BuildLogError{Address: "https://storage.example/c/log.txt", Err: refused(http.MethodGet, "/c/log.txt", 403, azureml.ServiceError{Code: "AuthenticationFailed"})},
			[]string{"The build log was not read: the storage of the workspace answered 403. It is at https://storage.example/c/log.txt (its signature is left out): open it"},
		},
		"waited for a full cluster": {
			&azureml.WaitTimeoutError{What: "service x to be Healthy", Begun: true, Last: "Unschedulable (0/3 nodes are available: 3 Insufficient cpu.)"},
			[]string{"ran out; the last state seen was Unschedulable", "no space for the replicas"},
		},
		"no space": {
			&azureml.DeploymentError{Service: "iris", State: azureml.StateFailed, Cause: &azureml.ServiceError{Message: "Couldn't Schedule because the kubernetes cluster didn't have available resources after trying for 00:05:00"}},
			[]string{"ended in state Failed", "00:05:00", "no space for the replicas"},
		},
		"deployment timed out": {
			&azureml.OperationError{Operation: azureml.Operation{State: "TimedOut", Error: &azureml.ServiceError{Code: "DeploymentTimedOut", StatusCode: 504, Message: "The deployment timed out"}}},
			[]string{"ended as TimedOut", "may still become healthy"},
		},
		"failed without a reason": {
			&azureml.DeploymentError{Service: "iris", State: azureml.StateFailed},
			[]string{"ended in state Failed", "apply again"},
		},
		"throttled until the time was over": {
			&azureml.WaitTimeoutError{What: "service x to accept requests again", LastErr: refused(http.MethodPost, servicePath, 429, azureml.ServiceError{})},
			[]string{"ran out. The last attempt", "asks for less at a time. Run terraform again, or raise the timeouts"}, // nothing goes on
		},
		"wait timed out": {
			&azureml.WaitTimeoutError{What: "operation op1", Begun: true, Last: "Running", LastErr: refused(http.MethodGet, servicePath, 503, azureml.ServiceError{})},
			[]string{"waiting on operation op1 ran out", "last state seen was Running", "(503 Service Unavailable)", "Azure goes on with it", "timeouts"},
		},
		"unknown outcome": {
			&azureml.UnknownOutcomeError{What: "it was to be deployed, and nothing is seen to have come of it", Err: errors.New("unexpected EOF")},
			[]string{"it was to be deployed, and nothing is seen to have come of it. The request got no usable answer: unexpected EOF. Run terraform plan"},
		},
		"exists":      {&azureml.ExistsError{Existing: &azureml.Service{ServiceSpec: azureml.ServiceSpec{Name: "iris"}}}, []string{"already exists", "import"}},
		"interrupted": {fmt.Errorf("waiting: %w", context.Canceled), []string{"interrupted", "apply again"}},
		"deadline":    {fmt.Errorf("waiting: %w", context.DeadlineExceeded), []string{"within the time allowed", "timeouts"}},
		"other":       {errors.New("the expiry is 0"), []string{"the expiry is 0."}},
		"unreadable":  {errors.New(`{"error":{"code":"x"}}`), []string{"not given in a readable form"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := diagnostics.FromError("Could not do it", `service "iris"`, test.err)
			requireParagraph(t, d)
			if d.Summary() != "Could not do it" {
				t.Errorf("summary %q", d.Summary())
			}
			if !strings.HasPrefix(d.Detail(), `Service "iris": `) {
				t.Errorf("the detail does not name the object: %s", d.Detail())
			}
			for _, want := range test.want {
				if !strings.Contains(strings.ToLower(d.Detail()), strings.ToLower(want)) {
					t.Errorf("the detail lacks %q: %s", want, d.Detail())
				}
			}
		})
	}
}

// requireParagraph asserts the form of a diagnostic: one error, one paragraph.
func requireParagraph(t *testing.T, d diag.Diagnostic) {
	t.Helper()
	if d.Severity() != diag.SeverityError {
		t.Errorf("severity %v", d.Severity())
	}
	detail := d.Detail()
	if strings.ContainsAny(detail, "\n{}<>") {
		t.Errorf("not one readable paragraph: %s", detail)
	}
	if !strings.HasSuffix(detail, ".") {
		t.Errorf("not a sentence: %s", detail)
	}
}

func TestSecretsAreMasked(t *testing.T) {
	t.Parallel()
	const secret = "Zm9vYmFyYmF6cXV4"
	for _, text := range []string{
		"header was Authorization: Bearer " + secret,
		`got keyValue: "` + secret + `"`,
		"primaryKey=" + secret,
		"token eyJhbGciOiJSUzI1NiJ9." + secret + "." + secret,
		"url https://a.blob.core.windows.net/x?sv=1&sig=" + secret,
		"client_secret=" + secret,
	} {
		d := diagnostics.FromError("s", "o", refused(http.MethodPost, servicePath, 400, azureml.ServiceError{Code: "BadRequest", Message: text}))
		if strings.Contains(d.Detail(), secret) {
			t.Errorf("a secret is shown: %s", d.Detail())
		}
		if !strings.Contains(d.Detail(), "(redacted)") {
			t.Errorf("the text is gone: %s", d.Detail())
		}
	}
}

func TestLongTextIsCut(t *testing.T) {
	t.Parallel()
	d := diagnostics.FromError("s", "o", errors.New(strings.Repeat("ü", 5000)))
	if len(d.Detail()) > 1000 || !strings.Contains(d.Detail(), "…") {
		t.Errorf("%d bytes", len(d.Detail()))
	}
}

func TestAFailedSignInKeepsItsOwnWords(t *testing.T) {
	t.Parallel()
	err := &azureml.AuthenticationError{Err: &auth.Error{Summary: "Sign-in failed", Detail: "Set client_secret."}}
	d := diagnostics.FromError("s", "o", fmt.Errorf("asking for a token: %w", err))
	if d.Summary() != "Sign-in failed" || d.Detail() != "Set client_secret." {
		t.Errorf("%s: %s", d.Summary(), d.Detail())
	}
}

// The API answers a conflict with the code "Conflict" and the message "Conflict".
func TestACodeIsNotRepeated(t *testing.T) {
	t.Parallel()
	for _, message := range []string{"Conflict", "Conflict.", "conflict"} {
		text := diagnostics.Explain("", refused(http.MethodPost, "/x", 409, azureml.ServiceError{Code: "Conflict", Message: message}))
		if strings.Count(strings.ToLower(text), "conflict") != 1 {
			t.Errorf("%q: %s", message, text)
		}
	}
}

func TestExplainWithoutAnObject(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"it broke": "It broke.", "it broke.": "It broke.", "is it there?": "Is it there?"} {
		if got := diagnostics.Explain("", errors.New(text)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestAtPath(t *testing.T) {
	t.Parallel()
	d := diagnostics.AtPath(path.Root("service_id"), "Could not read", "service \"x\"", errors.New("boom"))
	withPath, ok := d.(diag.DiagnosticWithPath)
	if !ok || !withPath.Path().Equal(path.Root("service_id")) {
		t.Fatalf("no path: %#v", d)
	}
	if d.Summary() != "Could not read" || d.Detail() != `Service "x": boom.` {
		t.Errorf("%s: %s", d.Summary(), d.Detail())
	}
}

// The words in which Azure and Kubernetes say that a cluster is full.
func TestFullClusters(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Unschedulable", "insufficient compute resource", "0/3 nodes are available: 3 Insufficient cpu.", "Insufficient memory", "Insufficient nvidia.com/gpu",
		"Couldn't Schedule because the kubernetes cluster didn't have available resources after trying for 00:05:00",
		"exceeded quota: compute-resources, requested: limits.cpu=2", "Too many pods",
	} {
		err := &azureml.DeploymentError{Service: "iris", State: azureml.StateFailed, Cause: &azureml.ServiceError{Code: "KubernetesDeploymentFailed", Message: text}}
		if detail := diagnostics.FromError("s", "o", err).Detail(); !strings.Contains(detail, "no space for the replicas") {
			t.Errorf("%s: %s", text, detail)
		}
	}
	for _, text := range []string{"Insufficient permissions to read the cpu", "the memory of the container is exhausted"} {
		err := &azureml.DeploymentError{Service: "iris", State: azureml.StateFailed, Cause: &azureml.ServiceError{Message: text}}
		if detail := diagnostics.FromError("s", "o", err).Detail(); strings.Contains(detail, "no space for the replicas") {
			t.Errorf("%s: %s", text, detail)
		}
	}
}

// An ACI service gets no advice about clusters when its deployment times out.
func TestTimeoutsAreAboutTheService(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		&azureml.OperationError{Operation: azureml.Operation{State: "TimedOut", Error: &azureml.ServiceError{Code: "DeploymentTimedOut", StatusCode: 504, Message: "It took too long"}}},
		&azureml.WaitTimeoutError{What: "operation op1", Begun: true, Last: "Running (DeployService)"},
	} {
		if detail := diagnostics.FromError("s", `service "iris"`, err).Detail(); strings.Contains(detail, "AKS") || strings.Contains(detail, "cluster") {
			t.Error(detail)
		}
	}
}
