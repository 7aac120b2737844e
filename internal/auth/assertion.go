// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// exchangeAudience is the audience of a token that Entra exchanges for its own.
const exchangeAudience = "api://AzureADTokenExchange"

type assertionFunc = func(context.Context) (string, error)

// assertion returns the source of the OIDC token that stands in for a secret.
func (s Settings) assertion(method Method, o Options) (assertionFunc, error) {
	switch method {
	case OIDCToken:
		return func(context.Context) (string, error) { return s.OIDCToken, nil }, nil
	case OIDCTokenFile, WorkloadIdentity:
		if _, err := readFile("oidc_token_file_path", s.OIDCTokenFilePath); err != nil {
			return nil, err
		}
		// Read again for each token: whoever wrote the file renews it.
		return func(ctx context.Context) (string, error) {
			content, err := readFile("oidc_token_file_path", s.OIDCTokenFilePath)
			return strings.TrimSpace(string(content)), observe(ctx, err)
		}, nil
	}
	u, err := parseURL(s.OIDCRequestURL)
	if err != nil {
		return nil, &Error{Summary: "Invalid oidc_request_url", Detail: named("oidc_request_url") + " " + err.Error() + ".", Argument: "oidc_request_url"}
	}
	r := &tokenRequest{
		url: u, bearer: s.OIDCRequestToken, method: http.MethodGet, field: "value",
		pipeline: runtime.NewPipeline("mlws", "", runtime.PipelineOptions{}, &azcore.ClientOptions{Transport: newClient(o.HTTP, nil)}),
	}
	query := u.Query()
	if method == AzureDevOps {
		// azidentity's AzurePipelinesCredential would do the same, but it takes the
		// URL from the environment only, which would ignore oidc_request_url.
		r.method, r.field = http.MethodPost, "oidcToken"
		query.Set("api-version", "7.1")
		query.Set("serviceConnectionId", s.ADOPipelineServiceConnectionID)
	} else {
		query.Set("audience", exchangeAudience)
	}
	u.RawQuery = query.Encode()
	return func(ctx context.Context) (string, error) {
		token, err := r.do(ctx)
		return token, observe(ctx, err)
	}, nil
}

// tokenRequest asks a CI system for the OIDC token of the running job.
type tokenRequest struct {
	method   string
	url      *url.URL
	bearer   string
	field    string
	pipeline runtime.Pipeline
}

func (r *tokenRequest) do(ctx context.Context) (string, error) {
	request, err := runtime.NewRequest(ctx, r.method, r.url.String())
	if err != nil {
		return "", r.failed("the request could not be made", "Check oidc_request_url.", nil)
	}
	request.Raw().Header.Set("Authorization", "Bearer "+r.bearer)
	request.Raw().Header.Set("Accept", "application/json")
	// Azure DevOps then says 401 instead of leading to a sign-in page.
	request.Raw().Header.Set("X-TFS-FedAuthRedirect", "Suppress")
	response, err := r.pipeline.Do(request)
	if err != nil {
		return "", r.failed(unreached(err), "", err)
	}
	if response.StatusCode != http.StatusOK {
		return "", r.failed(fmt.Sprintf("it answered with HTTP status %d", response.StatusCode),
			"Check that the job may request tokens (GitHub: permissions id-token: write; Azure DevOps: SYSTEM_ACCESSTOKEN "+
				"mapped into the step, and the service connection's id), and that oidc_request_token is this job's.", nil)
	}
	answer := map[string]any{}
	if err := runtime.UnmarshalAsJSON(response, &answer); err != nil {
		return "", r.failed("its answer is not JSON", "Check oidc_request_url.", nil)
	}
	token, _ := answer[r.field].(string)
	if token == "" {
		return "", r.failed("its answer holds no token", "Check oidc_request_url, and whether ado_pipeline_service_connection_id belongs to this CI system.", nil)
	}
	return token, nil
}

// failed never shows the URL's query, which may identify the job.
func (r *tokenRequest) failed(reason, advice string, err error) error {
	return &Error{
		Summary: signInFailed,
		Detail:  strings.TrimSpace("The CI system at " + r.url.Host + " gave no OIDC token: " + reason + ". " + advice),
		Err:     err,
	}
}
