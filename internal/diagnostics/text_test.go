// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package diagnostics_test

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"unicode"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
)

// quoting returns every kind of error with a text in each place that Azure, a
// gateway or a network fills.
func quoting(text string) map[string]error {
	said := azureml.ServiceError{Code: "Code" + text, Message: "Message " + text, Details: []azureml.ServiceErrorDetail{{Code: "Detail" + text, Message: "Detail " + text, Target: "target" + text}}}
	errs := map[string]error{
		"timeout":           &azureml.WaitTimeoutError{What: "what" + text, Last: "last" + text, LastErr: refused(http.MethodGet, servicePath, 500, said)},
		"unknown outcome":   &azureml.UnknownOutcomeError{What: "what" + text, Err: errors.New("cause" + text)},
		"deployment":        &azureml.DeploymentError{Service: "iris", State: azureml.ServiceState("state" + text), Cause: &said},
		"workspace":         &azureml.WorkspaceNotFoundError{ID: workspacePath, Reason: text},
		"invalid reply":     &azureml.InvalidReplyError{Method: http.MethodGet, Path: servicePath, Problem: "problem" + text},
		"insecure endpoint": &azureml.InsecureEndpointError{Endpoint: "http://host" + text},
		"authentication":    &azureml.AuthenticationError{Err: errors.New("cause" + text)},
		"sign-in":           &azureml.AuthenticationError{Err: &auth.Error{Summary: "Sign-in failed", Detail: "It said: " + text}},
		"upload":            &azureml.UploadError{Path: "model" + text, Err: refused(http.MethodPut, "/c/b", 403, said)},
		"name":              &net.DNSError{Name: "host" + text, Err: "no such host"},
		"another error":     errors.New("cause " + text),
		"operation": &azureml.OperationError{Operation: azureml.Operation{
			ID: "id" + text, OperationType: "type" + text, State: "state" + text, SubOperationType: "sub" + text, SubOperationState: "substate" + text, Error: &said,
		}},
	}
	for _, status := range []int{400, 401, 403, 404, 409, 429, 500} {
		refusal := &azureml.ResponseError{Method: http.MethodPost, Path: "/elsewhere", StatusCode: status, RequestID: "id" + text, ServiceError: said}
		errs[http.StatusText(status)] = refusal
		page := *refusal
		page.ServiceError = azureml.ServiceError{Message: "page " + text}
		errs["page of "+http.StatusText(status)] = &page
	}
	return errs
}

func TestNothingQuotedControlsTheTerminal(t *testing.T) {
	t.Parallel()
	const hostile = "\x1b[31mred\x1b]0;title\a\u202eevil\u2066\u200b\u009b1m\x7f\x00\u2028\r\nnext"
	for name, err := range quoting(hostile) {
		detail := diagnostics.FromError("s", "o", err).Detail()
		for _, r := range detail {
			if !unicode.IsPrint(r) {
				t.Errorf("%s: %U is in %q", name, r, detail)
			}
		}
	}
}

func TestNothingQuotedShowsACredential(t *testing.T) {
	t.Parallel()
	const secret = "c2VjcmV0LTE"
	for name, err := range quoting(" eyJhbGciOiJSUzI1NiJ9.eyJ4IjoxfQ." + secret + " Bearer " + secret + " https://x/?sig=" + secret + " AccountKey=" + secret + " -----BEGIN PRIVATE KEY-----\n" + secret) {
		if detail := diagnostics.FromError("s", "o", err).Detail(); strings.Contains(detail, secret) {
			t.Errorf("%s: %q", name, detail)
		}
	}
}

func TestQuotedTextIsBounded(t *testing.T) {
	t.Parallel()
	for name, err := range quoting(strings.Repeat("long ", 4000)) {
		if detail := diagnostics.FromError("s", "o", err).Detail(); len(detail) > 12<<10 || len(detail) > 3000 && name != "upload" && name != "sign-in" {
			t.Errorf("%s: %d bytes", name, len(detail))
		}
	}
}

// A page of a proxy that answers 404 is no evidence that an object is gone.
func TestNotFoundOfAGatewayDoesNotSpeakOfTheObject(t *testing.T) {
	t.Parallel()
	for _, path := range []string{servicePath, workspacePath, workspacePath + "/computes/aks", servicePath + "/operations/x"} {
		detail := diagnostics.Explain("", refused(http.MethodGet, path, 404, azureml.ServiceError{Message: "the gateway answered 404 Not Found with an HTML page, not the service itself"}))
		for _, wrong := range []string{"does not exist", "was not found", "no compute", "no longer knows"} {
			if strings.Contains(detail, wrong) {
				t.Errorf("%s: %s", path, detail)
			}
		}
	}
}
