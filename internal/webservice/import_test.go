// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// An import by id, by bare name and by identity all come to the same state,
// from which the first refresh reads the rest.
func TestImportOverTheProtocol(t *testing.T) {
	t.Parallel()
	data, asked := testData(t)
	s := serve(t, data)
	identities, err := s.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	s.Must(err, identities.Diagnostics)
	identityType := identities.IdentitySchemas[aksType].ValueType()
	full := fields{"subscription_id": testWorkspace.SubscriptionID, "resource_group_name": "rg-demo", "workspace_name": "ws-demo", "name": "iris"}
	for name, request := range map[string]struct {
		id       string
		identity fields
	}{
		"id":                      {id: testWorkspace.Service("iris").String()},
		"name":                    {id: "iris"},
		"identity":                {identity: full},
		"identity, own workspace": {identity: fields{"name": "iris"}},
	} {
		t.Run(name, func(t *testing.T) {
			req := &tfprotov6.ImportResourceStateRequest{TypeName: aksType, ID: request.id}
			if request.identity != nil {
				req.Identity = &tfprotov6.ResourceIdentityData{IdentityData: s.Encode(identityType, build(t, identityType, request.identity))}
			}
			resp, err := s.ImportResourceState(t.Context(), req)
			s.Must(err, resp.Diagnostics)
			state, err := resp.ImportedResources[0].State.Unmarshal(s.Schema.ResourceSchemas[aksType].ValueType())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(imported, plain(t, state)); diff != "" {
				t.Errorf("state (-want +got)\n%s", diff)
			}
			var private map[string][]byte
			if err := json.Unmarshal(resp.ImportedResources[0].Private, &private); err != nil || string(private["imported"]) != "true" {
				t.Errorf("the refresh is not told of the import: %s, %v", resp.ImportedResources[0].Private, err)
			}
			identity, err := resp.ImportedResources[0].Identity.IdentityData.Unmarshal(identityType)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(full, plain(t, identity)); diff != "" {
				t.Errorf("identity (-want +got)\n%s", diff)
			}
		})
	}
	if asked.Load() > 0 {
		t.Errorf("%d requests", asked.Load())
	}
	resp, err := s.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: aksType, ID: "Iris/x"})
	if err != nil || len(resp.Diagnostics) != 1 || !strings.Contains(resp.Diagnostics[0].Detail, "Import by that id") {
		t.Error(err, texts(resp.Diagnostics))
	}
}

// An import of what is not there names workspace and service; what was there once is
// planned to be created again.
func TestImportOfNothing(t *testing.T) {
	onWorkspace(t, "ACI", func(t *testing.T, l *live) {
		_, diags := l.TryImport(aciType, "nosuch")
		if len(diags) != 1 || diags[0].Summary != "There is nothing to import" || !strings.HasPrefix(diags[0].Detail, `Workspace "ws-demo" has no service named "nosuch".`) {
			t.Errorf("%v", texts(diags))
		}
		made, said := l.tryApply(aciType, existing{}, aciConfig)
		if said != "" {
			t.Fatal(said)
		}
		l.workspace.RemoveService(made.State["name"].(string))
		if gone := l.Refresh(aciType, made); gone.State != nil {
			t.Errorf("%v", gone.State)
		}
	})
}
