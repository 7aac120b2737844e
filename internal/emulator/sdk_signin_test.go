// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// ServicePrincipalAuthentication, as azureml-core does it: the authority from
// the cloud's metadata, its configuration, a token, and the subscription over
// https, all of it below whatever path the emulator is mounted at.
func TestSDKServicePrincipal(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithPathPrefix("/deep"))
	metadata := s.do("GET", s.e.ResourceManagerURL()+"/metadata/endpoints", "", nil)
	if !strings.Contains(metadata.raw, `"loginEndpoint":"`+s.e.AuthorityURL()+`"`) || !strings.Contains(metadata.raw, `"resourceManager":"`+s.e.AuthorityURL()+`/deep/"`) {
		t.Fatalf("metadata: %s", metadata.raw)
	}
	// An authority of this name is asked itself, and not login.microsoftonline.com about it.
	configuration := s.do("GET", s.e.AuthorityURL()+"/adfs/.well-known/openid-configuration", "", nil)
	endpoint, _ := configuration.json["token_endpoint"].(string)
	if configuration.json["authorization_endpoint"] == nil || endpoint != s.e.AuthorityURL()+"/adfs/oauth2/v2.0/token" {
		t.Fatalf("configuration: %s", configuration.raw)
	}
	sign := func(secret string) answer {
		request, err := http.NewRequest("POST", endpoint, strings.NewReader(form("grant_type", "client_credentials", "client_id", emulator.ContributorClientID,
			"client_secret", secret, "scope", "https://management.core.windows.net//.default")))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		reply, err := send(s.e, request)
		if err != nil {
			t.Fatal(err)
		}
		return reply
	}
	if refused := sign("wrong"); refused.status != http.StatusUnauthorized {
		t.Errorf("a wrong secret: %d %s", refused.status, refused.raw)
	}
	granted := sign(emulator.ContributorSecret)
	bearer, _ := granted.json["access_token"].(string)
	if bearer == "" || granted.json["expires_in"] == nil {
		t.Fatalf("token: %d %s", granted.status, granted.raw)
	}
	manager := s.e.AuthorityURL() + "/deep"
	subscriptions := s.do("GET", manager+"/subscriptions?api-version=2021-01-01", bearer, nil)
	if items, _ := subscriptions.json["value"].([]any); len(items) != 1 || !strings.Contains(emulator.DefaultWorkspaceID, items[0].(object)["subscriptionId"].(string)) {
		t.Errorf("subscriptions: %s", subscriptions.raw)
	}
	if workspace := s.do("GET", manager+s.scope+"?api-version=2022-05-01", bearer, nil); workspace.status != http.StatusOK {
		t.Errorf("the workspace over https: %d %s", workspace.status, workspace.raw)
	}
	if other := s.do("GET", s.e.AuthorityURL()+"/some-tenant/.well-known/openid-configuration", "", nil); other.status != http.StatusBadRequest {
		t.Errorf("a tenant of another name: %d", other.status)
	}
}

// Workspace.compute_targets: every compute in the form of the lookup of one.
func TestSDKComputes(t *testing.T) {
	t.Parallel()
	s := open(t)
	path := s.e.ResourceManagerURL() + "/rp/workspaces" + s.scope + "/computes"
	listed := s.sdk("GET", path+"?api-version=2020-02-02", "", "")
	items, _ := listed.json["value"].([]any)
	if listed.status != http.StatusOK || len(items) != 2 || listed.json["nextLink"] != nil {
		t.Fatalf("%d %s", listed.status, listed.raw)
	}
	one := s.sdk("GET", path+"/"+emulator.FarCompute+"?api-version=2020-02-02", "", "")
	if !reflect.DeepEqual(items[1], any(one.json)) || at(one.json, "/properties/isAttachedCompute") != true {
		t.Errorf("in the list %v\nby name %s", items[1], one.raw)
	}
}
