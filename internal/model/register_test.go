// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// anyone signs in.
type anyone struct{}

func (anyone) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "token", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// registry is a workspace that makes assets, and leaves the registration of models, and
// the version churn:3, to a test. It counts the assets that are deleted.
func registry(t *testing.T, register, get http.HandlerFunc) (*azureml.Client, *atomic.Int32) {
	t.Helper()
	deleted := new(atomic.Int32)
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	base := "/modelmanagement/v1.0" + own.String()
	reply := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, body)
		}
	}
	mux.HandleFunc("GET "+own.String(), reply(fmt.Sprintf(`{"id":%q,"name":"ws","location":"westeurope","properties":{"workspaceId":"w","discoveryUrl":%q}}`, own.String(), server.URL+"/discovery")))
	mux.HandleFunc("GET /discovery", reply(fmt.Sprintf(`{"modelmanagement":%[1]q,"history":%[1]q,"api":%[1]q,"experimentation":%[1]q}`, server.URL)))
	mux.HandleFunc("POST "+base+"/assets", reply(`{"id":"asset-1","name":"churn"}`))
	mux.HandleFunc("GET "+base+"/models", reply(`{"value":[]}`))
	mux.HandleFunc("POST "+base+"/models", register)
	mux.HandleFunc("GET "+base+"/models/{id}", get)
	mux.HandleFunc("DELETE "+base+"/assets/asset-1", func(http.ResponseWriter, *http.Request) { deleted.Add(1) })
	client, err := azureml.NewClient(azureml.Config{
		Credential: anyone{}, TokenScope: "scope/.default", ResourceManagerEndpoint: server.URL,
		Timing: azureml.Timing{FirstPoll: time.Millisecond, Retry: time.Millisecond, Verify: 20 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	return client, deleted
}

// An asset is deleted if it is certain that no version is made of it, and only then:
// one that was registered although its reply was lost would lose its files.
func TestAssetOfAFailedRegistration(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		register http.HandlerFunc
		deleted  int32
	}{
		"the request is refused": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"code":"BadRequest","statusCode":400,"message":"No more models."}`)
		}, 1},
		"the reply is lost": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0},
		"a gateway answers": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, deleted := registry(t, tc.register, http.NotFound)
			made, failed := register(t.Context(), client.Workspace(own), azureml.RegisterModelRequest{Name: "churn"}, &content{base: "m"}, "dcid.churn")
			if made != nil || failed == nil || !strings.Contains(failed.Summary(), "Could not register the model") {
				t.Fatalf("%v, %v", made, failed)
			}
			if got := deleted.Load(); got != tc.deleted {
				t.Errorf("%d assets are deleted, want %d: %s", got, tc.deleted, failed.Detail())
			}
		})
	}
}
