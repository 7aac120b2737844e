// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"context"
	"errors"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/credential"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

// serve serves this package's objects alone, so that a test can give them a clock.
func serve(t testing.TB, data *framework.Data) *protocoltest.Server {
	t.Helper()
	return protocoltest.Serve(t, protocoltest.Objects{
		Resources: credential.Resources(), DataSources: credential.DataSources(),
		EphemeralResources: credential.EphemeralResources(), Actions: credential.Actions(),
	}, data)
}

// How a test writes and reads values.
type (
	fields  = protocoltest.Values
	unknown = protocoltest.Unknown
	object  = protocoltest.Object
)

// planning is the data of a provider that plans: a plan sends nothing, so its client
// needs no workspace to talk to.
func planning(t testing.TB) *framework.Data {
	t.Helper()
	client, err := azureml.NewClient(azureml.Config{Credential: noCredential{}, TokenScope: "scope/.default", ResourceManagerEndpoint: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	return &framework.Data{Client: client}
}

type noCredential struct{}

func (noCredential) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{}, errors.New("a plan signs in to nothing")
}
