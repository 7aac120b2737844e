// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

// fixedClock is a clock that stands still.
type fixedClock struct{ now time.Time }

func (c fixedClock) Now() time.Time { return c.now }

// listing serves the objects of this package over a workspace with these pages.
func listing(t *testing.T, services ...[]string) (*server, *protocoltest.Pages) {
	t.Helper()
	api := protocoltest.ServePages(t, "/modelmanagement/v1.0"+testWorkspace.String()+"/services", services...)
	client, err := azureml.NewClient(azureml.Config{
		Credential: protocoltest.Token{}, TokenScope: "scope/.default", ResourceManagerEndpoint: api.URL, ModelManagementEndpoint: api.URL,
	})
	if err != nil {
		t.Fatal(err)
	}
	own := testWorkspace
	return serve(t, &framework.Data{Client: client, Workspace: &own, Clock: fixedClock{time.Date(2026, 1, 11, 12, 0, 0, 0, time.UTC)}}), api
}

// wireOf is a service of wireAKS or wireACI with changes, as JSON.
func wireOf(t *testing.T, wire, changes string) string {
	t.Helper()
	document, more := map[string]any{}, map[string]any{}
	if err := json.Unmarshal([]byte("{"+wire+"}"), &document); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(changes), &more); err != nil {
		t.Fatal(err)
	}
	overlay(document, more)
	encoded, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}
