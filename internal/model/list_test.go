// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

const modelType = "mlws_model"

// listing serves the objects of this package over a workspace with these pages of models.
func listing(t *testing.T, models ...[]string) (*protocoltest.Server, *protocoltest.Pages) {
	t.Helper()
	api := protocoltest.ServePages(t, "/modelmanagement/v1.0"+own.String()+"/models", models...)
	client, err := azureml.NewClient(azureml.Config{
		Credential: protocoltest.Token{}, TokenScope: "scope/.default", ResourceManagerEndpoint: api.URL, ModelManagementEndpoint: api.URL,
	})
	if err != nil {
		t.Fatal(err)
	}
	workspace := own
	return protocoltest.Serve(t, protocoltest.Objects{Resources: Resources(), ListResources: ListResources()}, &framework.Data{Client: client, Workspace: &workspace}), api
}

var twoPages = [][]string{
	{
		`{"id":"iris:2","name":"iris","version":2,"framework":"ScikitLearn","createdTime":"2026-01-02T00:00:00Z","kvTags":{"team":"x"}}`,
		`{"id":"raw:1","name":"raw","version":1}`,
	},
	{`{"id":"iris:1","name":"iris","version":1,"framework":"Onnx","kvTags":{"team":"y"}}`},
}

func listed(s *protocoltest.Server, query protocoltest.Query) []string {
	names := []string{}
	for result := range s.List(s.T.Context(), modelType, query) {
		names = append(names, result.DisplayName+strings.Join(protocoltest.Texts(result.Diagnostics), ""))
	}
	return names
}

func TestListModels(t *testing.T) {
	t.Parallel()
	s, _ := listing(t, twoPages...)
	const second, first, raw = "iris:2 (ScikitLearn, 2026-01-02)", "iris:1 (Onnx)", "raw:1 (Custom)"
	for name, test := range map[string]struct {
		config protocoltest.Values
		want   []string
	}{
		"all":                     {nil, []string{second, raw, first}},
		"name":                    {protocoltest.Values{"name": "iris"}, []string{second, first}},
		"name prefix":             {protocoltest.Values{"name_prefix": "r"}, []string{raw}},
		"framework":               {protocoltest.Values{"framework": "onnx"}, []string{first}},
		"tag":                     {protocoltest.Values{"tags": protocoltest.Values{"team": "y"}}, []string{first}},
		"name of a tag":           {protocoltest.Values{"tags": protocoltest.Values{"team": ""}}, []string{second, first}},
		"latest":                  {protocoltest.Values{"latest_only": true}, []string{second, raw}},
		"latest, and a framework": {protocoltest.Values{"latest_only": true, "framework": "Onnx"}, []string{}},
	} {
		// Twice, since a filter that remembers must not remember the query before.
		for range 2 {
			if got := listed(s, protocoltest.Query{Config: test.config}); !slices.Equal(got, test.want) {
				t.Errorf("%s: %q, want %q", name, got, test.want)
			}
		}
	}
	if len(s.RefuseQuery(modelType, protocoltest.Values{"name": "a/b"})) == 0 {
		t.Error("a name that no model can have is not refused")
	}
}

func TestListModelsEndsEarly(t *testing.T) {
	t.Parallel()
	s, api := listing(t, twoPages...)
	if got := listed(s, protocoltest.Query{Limit: 2}); len(got) != 2 || len(api.Requests()) != 1 {
		t.Errorf("%q from %d pages, want 2 from 1", got, len(api.Requests()))
	}
	refused, _ := listing(t, twoPages[0], nil)
	if got := listed(refused, protocoltest.Query{}); len(got) != 3 || !strings.Contains(got[2], "Could not list the models") {
		t.Errorf("%q, want two results and an error", got)
	}
}

// The resource of a result has what an import reads: all but the path.
func TestListedModel(t *testing.T) {
	t.Parallel()
	s, _ := listing(t, twoPages[0][:1])
	for result := range s.List(t.Context(), modelType, protocoltest.Query{IncludeResource: true}) {
		identity := protocoltest.Values{"subscription_id": own.SubscriptionID, "resource_group_name": "rg", "workspace_name": "ws", "name": "iris", "version": 2}
		if diff := cmp.Diff(identity, result.Identity); diff != "" {
			t.Errorf("identity (-want +got)\n%s", diff)
		}
		want := protocoltest.Values{
			"id": own.Model("iris", 2).String(), "workspace_id": own.String(), "name": "iris", "version": 2, "model_id": "iris:2", "framework": "ScikitLearn",
			"tags": protocoltest.Values{"team": "x"}, "tags_all": protocoltest.Values{"team": "x"}, "properties": protocoltest.Values{}, "created_at": "2026-01-02T00:00:00Z",
		}
		if diff := cmp.Diff(want, result.Resource); diff != "" {
			t.Errorf("resource (-want +got)\n%s\n%v", diff, protocoltest.Texts(result.Diagnostics))
		}
	}
}
