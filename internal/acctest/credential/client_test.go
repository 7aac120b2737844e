// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// newClient is a client of an emulator, signed in as its Contributor.
func newClient(t testing.TB, e *emulator.Emulator) *azureml.Client {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(e.CACertPEM()) {
		t.Fatal("the emulator's CA cannot be read")
	}
	options := azidentity.ClientSecretCredentialOptions{DisableInstanceDiscovery: true}
	options.Cloud.ActiveDirectoryAuthorityHost = e.AuthorityURL()
	options.Transport = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	credential, err := azidentity.NewClientSecretCredential(emulator.DefaultTenantID, emulator.ContributorClientID, emulator.ContributorSecret, &options)
	if err != nil {
		t.Fatal(err)
	}
	client, err := azureml.NewClient(azureml.Config{
		Credential:              credential,
		ResourceManagerEndpoint: e.ResourceManagerURL(),
		TokenScope:              "https://management.azure.com/.default",
		Timing:                  azureml.Timing{FirstPoll: 10 * time.Millisecond, Retry: 10 * time.Millisecond, Verify: 500 * time.Millisecond, Grace: 500 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}
