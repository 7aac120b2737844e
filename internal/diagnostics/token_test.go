// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package diagnostics_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

type opaqueToken struct{}

// GetToken implements azcore.TokenCredential.
func (opaqueToken) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "opaque", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// Tokens come from the region of the workspace: its outage is explained, and a
// refusal is not taken for one.
func TestExplainToken(t *testing.T) {
	t.Parallel()
	const outage = "Tokens are issued in the workspace's region"
	connection := &azureml.ConnectionError{Method: http.MethodPost, Path: servicePath + "/token", Host: "ml.example.com", Err: errors.New("broken")}
	for name, test := range map[string]struct {
		err       error
		location  string
		says, not string
	}{
		"503":            {refused(http.MethodPost, servicePath+"/token", 503, azureml.ServiceError{}), "westeurope", outage + " (westeurope): while it is down", ""},
		"500":            {refused(http.MethodPost, servicePath+"/token", 500, azureml.ServiceError{}), "westeurope", outage, ""},
		"no connection":  {connection, "westeurope", outage + " (westeurope)", ""},
		"no answer":      {context.DeadlineExceeded, "westeurope", outage, ""},
		"unknown region": {connection, "", outage + ": while it is down", "()"},
		"403":            {refused(http.MethodPost, servicePath+"/token", 403, azureml.ServiceError{}), "westeurope", "Reader is enough", outage},
		"404":            {refused(http.MethodPost, servicePath+"/token", 404, azureml.ServiceError{Code: "NotFound"}), "westeurope", "does not exist", outage},
		"another error":  {errors.New("it broke"), "westeurope", "it broke", outage},
	} {
		arm := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprintf(w, `{"id":%q,"name":"ws","location":%q,"properties":{"workspaceId":"w","discoveryUrl":"http://127.0.0.1:1/discovery"}}`, workspacePath, test.location)
		}))
		t.Cleanup(arm.Close)
		client, err := azureml.NewClient(azureml.Config{Credential: opaqueToken{}, TokenScope: "s/.default", ResourceManagerEndpoint: arm.URL})
		if err != nil {
			t.Fatal(err)
		}
		text := diagnostics.ExplainToken(t.Context(), client.Workspace(resourceid.Workspace{SubscriptionID: "s", ResourceGroup: "g", Name: "ws"}), `service "iris"`, test.err)
		if !strings.Contains(text, test.says) || test.not != "" && strings.Contains(text, test.not) {
			t.Errorf("%s: %s", name, text)
		}
	}
}
