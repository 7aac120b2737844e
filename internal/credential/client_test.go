// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

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
		Timing:                  azureml.Timing{FirstPoll: 10 * time.Millisecond, Retry: 10 * time.Millisecond, Verify: 500 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// replacedBecauseOf is a plan check: this attribute is shown as the reason of
// a replacement, and no other.
func replacedBecauseOf(address, attribute string) plancheck.PlanCheck {
	return reasonCheck{address, attribute}
}

type reasonCheck struct{ address, attribute string }

func (c reasonCheck) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	i := slices.IndexFunc(req.Plan.ResourceChanges, func(change *tfjson.ResourceChange) bool { return change.Address == c.address })
	if i < 0 {
		resp.Error = fmt.Errorf("%s is not in the plan", c.address)
		return
	}
	paths := req.Plan.ResourceChanges[i].Change.ReplacePaths
	if got, want := fmt.Sprint(paths...), fmt.Sprint([]any{c.attribute}); got != want {
		resp.Error = fmt.Errorf("%s is replaced because of %s, want %s", c.address, got, want)
	}
}
