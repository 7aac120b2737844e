// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package diagnostics_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A sign-in that fails or hangs below a request of the client is reported as a
// sign-in, with its host, also if the time of the request runs out meanwhile.
func TestSignInBelowARequest(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		network roundTrip
		says    string
	}{
		"no answer": {func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}, "waited for an answer of login.example.com"},
		"no connection": {func(*http.Request) (*http.Response, error) { return nil, errors.New("broken") }, "No token could be asked for at login.example.com: the connection failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := &http.Client{Transport: test.network}
				noDiscovery := true
				credential, err := auth.New(auth.Settings{TenantID: "t", ClientID: "c", ClientSecret: "s", DisableInstanceDiscovery: &noDiscovery},
					auth.Options{Authority: "https://login.example.com", HTTP: client})
				if err != nil {
					t.Fatal(err)
				}
				api, err := azureml.NewClient(azureml.Config{Credential: credential, TokenScope: "s/.default", ResourceManagerEndpoint: "https://arm.example.com", ModelManagementEndpoint: "https://ml.example.com", Transport: client})
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				_, err = api.Workspace(resourceid.Workspace{SubscriptionID: "s", ResourceGroup: "g", Name: "w"}).ListKeys(ctx, "iris")
				d := diagnostics.FromError("Could not read the keys", "service", err)
				if d.Summary() != "Sign-in to Azure failed" || !strings.Contains(d.Detail(), test.says) {
					t.Errorf("%s: %s", d.Summary(), d.Detail())
				}
			})
		})
	}
}
