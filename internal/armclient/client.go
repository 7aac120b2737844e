// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package armclient sends requests to Resource Manager with Azure's own client, as azapi
// does: for the demo, and for tests of what other clients see. The provider does not use
// it.
package armclient

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// pause is the time between two looks at an operation. Azure asks for more, and an
// emulator on the same machine does not need it.
const pause = 50 * time.Millisecond

// Client sends requests; safe for concurrent use. It signs in with the first one.
type Client struct {
	base     string
	pipeline runtime.Pipeline
}

// New returns a client by the variables that azapi and the provider read too:
// ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST, ARM_RESOURCE_MANAGER_ENDPOINT, ARM_TENANT_ID,
// ARM_CLIENT_ID, ARM_CLIENT_SECRET and MLWS_CA_CERTIFICATE_FILE, which is read at once.
// Azure's client sends no token over http: if the endpoint is http, the address of the
// authority is used with its path, as an emulator serves both.
func New(variable func(name string) string) (*Client, error) {
	authority := variable("ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST")
	endpoint, err := url.Parse(variable("ARM_RESOURCE_MANAGER_ENDPOINT"))
	if err != nil {
		return nil, err
	}
	base := endpoint.String()
	if endpoint.Scheme != "https" {
		base = authority + endpoint.Path
	}
	certificate, err := os.ReadFile(variable("MLWS_CA_CERTIFICATE_FILE"))
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(certificate) {
		return nil, errors.New("the file of MLWS_CA_CERTIFICATE_FILE has no certificate")
	}
	options := azcore.ClientOptions{
		Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: authority},
		Transport: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}},
	}
	credential, err := azidentity.NewClientSecretCredential(variable("ARM_TENANT_ID"), variable("ARM_CLIENT_ID"), variable("ARM_CLIENT_SECRET"),
		&azidentity.ClientSecretCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: true})
	if err != nil {
		return nil, err
	}
	bearer := runtime.NewBearerTokenPolicy(credential, []string{"https://management.azure.com/.default"}, nil)
	return &Client{
		base:     strings.TrimRight(base, "/"),
		pipeline: runtime.NewPipeline("armclient", "v1", runtime.PipelineOptions{PerRetry: []policy.Policy{bearer}}, &options),
	}, nil
}

// Do sends a request about the object of an id, and waits until the operation that it
// starts has ended. A nil body sends none. It returns the object of the last reply; nil
// if there is none. A refusal, and an operation that ends badly, is an
// *azcore.ResponseError.
func (c *Client) Do(ctx context.Context, method, id, version string, body any) (map[string]any, error) {
	request, err := runtime.NewRequest(ctx, method, c.base+id+"?api-version="+url.QueryEscape(version))
	if err != nil {
		return nil, err
	}
	if body != nil {
		if err := runtime.MarshalAsJSON(request, body); err != nil {
			return nil, err
		}
	}
	reply, err := c.send(request) //nolint:bodyclose // the pipeline has read it
	if err != nil {
		return nil, err
	}
	if method == http.MethodGet {
		var object map[string]any
		return object, runtime.UnmarshalAsJSON(reply, &object)
	}
	poller, err := runtime.NewPoller[map[string]any](reply, c.pipeline, nil)
	if err != nil {
		return nil, err
	}
	for !poller.Done() {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
		}
		if _, err := poller.Poll(ctx); err != nil { //nolint:bodyclose // the pipeline has read it
			return nil, err
		}
	}
	return poller.Result(ctx)
}

// Upload makes an artifact of a workspace: a file in a container such as
// LocalUpload/code. Content that is there already is replaced.
func (c *Client) Upload(ctx context.Context, workspaceID, container, path string, content []byte) error {
	request, err := runtime.NewRequest(ctx, http.MethodPost,
		c.base+"/artifact/v2.0"+workspaceID+"/artifacts/"+container+"/content?allowOverwrite=true&path="+url.QueryEscape(path))
	if err != nil {
		return err
	}
	if err := request.SetBody(streaming.NopCloser(bytes.NewReader(content)), "application/octet-stream"); err != nil {
		return err
	}
	_, err = c.send(request) //nolint:bodyclose // the pipeline has read it
	return err
}

// send sends a request, and returns a successful reply. The pipeline reads its body.
func (c *Client) send(request *policy.Request) (*http.Response, error) {
	reply, err := c.pipeline.Do(request)
	if err != nil {
		return nil, err
	}
	if reply.StatusCode >= http.StatusMultipleChoices {
		return nil, runtime.NewResponseError(reply)
	}
	return reply, nil
}
