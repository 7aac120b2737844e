// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// resourceManager sends requests with Azure's own client, as azapi does. That client
// sends no token over http, so it goes to the address with TLS.
type resourceManager struct {
	base      string
	workspace string
	pipeline  runtime.Pipeline
}

func newResourceManager(environ map[string]string) (*resourceManager, error) {
	authority := environ["ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST"]
	certificate, err := os.ReadFile(environ["MLWS_CA_CERTIFICATE_FILE"])
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(certificate) {
		return nil, errors.New("the emulator's CA file has no certificate")
	}
	options := azcore.ClientOptions{
		Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: authority},
		Transport: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}},
	}
	credential, err := azidentity.NewClientSecretCredential(environ["ARM_TENANT_ID"], environ["ARM_CLIENT_ID"], environ["ARM_CLIENT_SECRET"],
		&azidentity.ClientSecretCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: true})
	if err != nil {
		return nil, err
	}
	bearer := runtime.NewBearerTokenPolicy(credential, []string{"https://management.azure.com/.default"}, nil)
	return &resourceManager{
		base: authority, workspace: workspaceID(environ),
		pipeline: runtime.NewPipeline("demo", "v1", runtime.PipelineOptions{PerRetry: []policy.Policy{bearer}}, &options),
	}, nil
}

// put creates or changes an object, and waits until that has ended.
func (m *resourceManager) put(ctx context.Context, id, version string, body any) error {
	request, err := runtime.NewRequest(ctx, http.MethodPut, m.base+id+"?api-version="+url.QueryEscape(version))
	if err != nil {
		return err
	}
	if err := runtime.MarshalAsJSON(request, body); err != nil {
		return err
	}
	reply, err := m.do(request) //nolint:bodyclose // the pipeline has read it
	if err != nil {
		return err
	}
	poller, err := runtime.NewPoller[map[string]any](reply, m.pipeline, nil)
	if err != nil {
		return err
	}
	_, err = poller.PollUntilDone(ctx, &runtime.PollUntilDoneOptions{Frequency: time.Second})
	return err
}

// get reads an online endpoint.
func (m *resourceManager) get(ctx context.Context, id string, into any) error {
	request, err := runtime.NewRequest(ctx, http.MethodGet, m.base+id+"?api-version=2026-05-01")
	if err != nil {
		return err
	}
	reply, err := m.do(request) //nolint:bodyclose // the pipeline has read it
	if err != nil {
		return err
	}
	return runtime.UnmarshalAsJSON(reply, into)
}

// upload makes an artifact of the workspace.
func (m *resourceManager) upload(ctx context.Context, container, path string, content []byte) error {
	request, err := runtime.NewRequest(ctx, http.MethodPost, m.base+"/artifact/v2.0"+m.workspace+"/artifacts/"+container+"/content?allowOverwrite=true&path="+url.QueryEscape(path))
	if err != nil {
		return err
	}
	if err := request.SetBody(streaming.NopCloser(bytes.NewReader(content)), "application/octet-stream"); err != nil {
		return err
	}
	_, err = m.do(request) //nolint:bodyclose // the pipeline has read it
	return err
}

func (m *resourceManager) do(request *policy.Request) (*http.Response, error) {
	reply, err := m.pipeline.Do(request)
	if err != nil {
		return nil, err
	}
	if reply.StatusCode >= http.StatusMultipleChoices {
		return nil, runtime.NewResponseError(reply)
	}
	return reply, nil
}
