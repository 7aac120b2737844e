// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// newEmulated starts an emulator below a path prefix, and a client of it.
func newEmulated(t *testing.T) (*emulator.Emulator, *azureml.Workspace) {
	t.Helper()
	e := emulator.Start(t, emulator.WithPathPrefix("/behind/a/gateway"))
	client, err := azureml.NewClient(azureml.Config{
		Credential: token(e.AccessToken(emulator.OwnerClientID)), TokenScope: "https://management.azure.com/.default",
		ResourceManagerEndpoint: e.ResourceManagerURL(), Timing: azureml.Timing{
			FirstPoll: time.Millisecond, MaxPoll: 4 * time.Millisecond, Retry: time.Millisecond, Try: 30 * time.Second, Verify: 2 * time.Second,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	id, err := resourceid.ParseWorkspace(emulator.DefaultWorkspaceID)
	if err != nil {
		t.Fatal(err)
	}
	return e, client.Workspace(id)
}

func pointer[T any](v T) *T { return &v }

// fileOf is a file to upload that is held in memory.
func fileOf(path, content string) azureml.ArtifactFile {
	return azureml.ArtifactFile{Path: path, Size: int64(len(content)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(content)), nil
	}}
}

// token is a credential that always has a token.
type token string

// GetToken implements azcore.TokenCredential.
func (c token) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: string(c), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// within gives a test's call a deadline.
func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func wantText(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("error %q does not say %q", err, p)
		}
	}
	if strings.ContainsAny(err.Error(), "\n{<") {
		t.Errorf("error is not one readable line: %q", err)
	}
}
