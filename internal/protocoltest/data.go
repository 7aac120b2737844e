// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

// Data is what a configured provider hands to its objects, with its client on a
// workspace in memory. The client waits as long as that of a user does, so the test
// belongs into a synctest bubble.
func Data(t testing.TB, workspace *workspacetest.Workspace, now *Clock) *framework.Data {
	t.Helper()
	id, err := resourceid.ParseWorkspace(workspacetest.ID)
	if err != nil {
		t.Fatal(err)
	}
	client, err := azureml.NewClient(azureml.Config{
		Credential: Token{}, TokenScope: "scope/.default", ResourceManagerEndpoint: workspacetest.URL, Transport: workspace.Client(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return &framework.Data{Client: client, Workspace: &id, Clock: now}
}

// Token is a credential that gives the same token for ever.
type Token struct{}

// GetToken implements azcore.TokenCredential.
func (Token) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "token", ExpiresOn: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)}, nil
}

// Clock is a clock that a test sets. Its zero value is the zero time.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// At returns a clock that stands at a time.
func At(now time.Time) *Clock { return &Clock{now: now} }

// Now implements clock.Clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}
