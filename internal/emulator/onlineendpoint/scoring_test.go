// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// Each auth mode takes its own credential, and refuses all others.
func TestScoringAsksForACredential(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, mode := range []string{"Key", "AMLToken", "AADToken"} {
		name := strings.ToLower(mode)
		s.put("/onlineEndpoints/"+name, endpoint("authMode", mode))
		s.put("/onlineEndpoints/"+name+"/deployments/blue", deployment())
		s.put("/onlineEndpoints/"+name, endpoint("authMode", mode, "traffic", object{"blue": 100}))
	}
	s.put("/onlineEndpoints/other", endpoint("authMode", "AMLToken"))
	primary, secondary := s.keys("key")
	token := s.want(http.StatusOK, s.call("POST", "/onlineEndpoints/amltoken/token", nil)).json["accessToken"].(string)
	foreign := s.want(http.StatusOK, s.call("POST", "/onlineEndpoints/other/token", nil)).json["accessToken"].(string)
	mine, reader := s.entra(emulator.OwnerClientID, emulator.OwnerSecret, "https://ml.azure.com"), s.entra(emulator.ReaderClientID, emulator.ReaderSecret, "https://ml.azure.com")
	for name, c := range map[string]struct {
		endpoint, credential string
		want                 int
		reason               string
	}{
		"the primary key":                {"key", primary, 200, ""},
		"the secondary key":              {"key", secondary, 200, ""},
		"a wrong key":                    {"key", primary + "x", 401, "key_auth_access_denied"},
		"no key":                         {"key", "", 401, "key_auth_bad_header_forbidden"},
		"a token for a key":              {"key", token, 401, "key_auth_access_denied"},
		"a token":                        {"amltoken", token, 200, ""},
		"a token of another endpoint":    {"amltoken", foreign, 401, "token_auth_access_denied"},
		"a key for a token":              {"amltoken", primary, 401, "token_auth_access_denied"},
		"Resource Manager's for a token": {"amltoken", s.bearer, 401, "token_auth_access_denied"},
		"no token":                       {"amltoken", "", 401, "token_auth_access_denied"},
		"an identity":                    {"aadtoken", mine, 200, ""},
		"an identity without the role":   {"aadtoken", reader, 403, "aad_auth_access_denied"},
		"another audience":               {"aadtoken", s.bearer, 401, "aad_auth_access_denied"},
		"no identity":                    {"aadtoken", "", 401, "aad_auth_access_denied"},
	} {
		reply := s.score(c.endpoint, c.credential, object{})
		if reply.status != c.want || reply.header.Get("ms-azureml-model-error-reason") != c.reason {
			t.Errorf("%s: %d %v %s", name, reply.status, reply.header, reply.raw)
		}
	}
	if reply := s.call("GET", "/onlineEndpoints", nil); strings.Contains(reply.raw, primary) {
		t.Error("a list shows a key")
	}
	control := s.do("GET", s.e.ResourceManagerURL()+emulator.DefaultWorkspaceID+"/onlineEndpoints?api-version=1", mine, nil)
	if control.status != http.StatusUnauthorized {
		t.Errorf("a token of Azure Machine Learning at Resource Manager: %d", control.status)
	}
}

// entra fetches a token with a client secret.
func (s *session) entra(clientID, secret, resource string) string {
	s.t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.e.CACertPEM())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	defer transport.CloseIdleConnections()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {secret}, "scope": {resource + "/.default"}}
	response, err := (&http.Client{Transport: transport}).PostForm(s.e.AuthorityURL()+"/"+emulator.DefaultTenantID+"/oauth2/v2.0/token", form)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var reply struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(response.Body).Decode(&reply); err != nil || reply.Token == "" {
		s.t.Fatalf("no token for %s: %d %v", resource, response.StatusCode, err)
	}
	return reply.Token
}

// A key that was regenerated is worthless, a token past its time too, and so is one of
// a namesake that was deleted.
func TestCredentialsEnd(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.put("/onlineEndpoints/keys", endpoint("keys", object{"primaryKey": "first", "secondaryKey": "second"}))
	s.put("/onlineEndpoints/keys/deployments/blue", deployment())
	s.put("/onlineEndpoints/keys", endpoint("traffic", object{"blue": 100}))
	s.want(http.StatusAccepted, s.call("POST", "/onlineEndpoints/keys/regenerateKeys", object{"keyType": "Primary", "keyValue": "chosen"}))
	for key, want := range map[string]int{"first": 401, "chosen": 200, "second": 200} {
		if reply := s.score("keys", key, object{}); reply.status != want {
			t.Errorf("%s: %d", key, reply.status)
		}
	}
	renew := func() string {
		s.put("/onlineEndpoints/tokens", endpoint("authMode", "AMLToken"))
		s.put("/onlineEndpoints/tokens/deployments/blue", deployment())
		s.put("/onlineEndpoints/tokens", endpoint("authMode", "AMLToken", "traffic", object{"blue": 100}))
		return s.want(http.StatusOK, s.call("POST", "/onlineEndpoints/tokens/token", nil)).json["accessToken"].(string)
	}
	former := renew()
	s.want(http.StatusAccepted, s.call("DELETE", "/onlineEndpoints/tokens", nil))
	token := renew()
	address := properties(s.call("GET", "/onlineEndpoints/tokens", nil).json)["scoringUri"].(string)
	if reply := s.do("POST", address, former, object{}); reply.status != http.StatusUnauthorized {
		t.Errorf("a token of a deleted namesake: %d", reply.status)
	}
	s.e.AdvanceClock(23 * time.Hour)
	if reply := s.do("POST", address, token, object{}); reply.status != http.StatusOK {
		t.Errorf("a token after 23 hours: %d", reply.status)
	}
	s.e.AdvanceClock(2 * time.Hour)
	if reply := s.do("POST", address, token, object{}); reply.status != http.StatusUnauthorized {
		t.Errorf("a token after 25 hours: %d", reply.status)
	}
}

// Traffic is exact: none goes to a deployment with 0, all to one with 100, and each
// hundred calls are shared as the percentages say. A header overrules it.
func TestTraffic(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.put("/onlineEndpoints/iris", endpoint("keys", object{"primaryKey": "k"}))
	const none = "The endpoint doesn't have any valid deployment with positive weight."
	if reply := s.score("iris", "k", object{}); reply.status != http.StatusNotFound || reply.raw != none {
		t.Errorf("without a deployment: %d %s", reply.status, reply.raw)
	}
	for _, name := range []string{"blue", "green"} {
		s.put("/onlineEndpoints/iris/deployments/"+name, deployment())
	}
	if reply := s.score("iris", "k", object{}); reply.status != http.StatusNotFound || reply.raw != none {
		t.Errorf("without traffic: %d %s", reply.status, reply.raw)
	}
	for _, shares := range []map[string]int{{"blue": 100, "green": 0}, {"blue": 0, "green": 100}, {"blue": 90, "green": 10}, {"green": 67, "blue": 33}} {
		s.put("/onlineEndpoints/iris", endpoint("traffic", shares))
		address := properties(s.call("GET", "/onlineEndpoints/iris", nil).json)["scoringUri"].(string)
		got := map[string]int{}
		for range 100 {
			reply := s.want(http.StatusOK, s.do("POST", address, "k", object{}))
			got[reply.header.Get("azureml-model-deployment")]++
		}
		for name, want := range shares {
			if got[name] != want {
				t.Errorf("%v: %v", shares, got)
			}
		}
	}
	s.put("/onlineEndpoints/iris", endpoint("traffic", object{"blue": 100}))
	if reply := s.score("iris", "k", object{}, "azureml-model-deployment", "green"); reply.json["deployment"] != "green" {
		t.Errorf("by the header: %d %s", reply.status, reply.raw)
	}
	if reply := s.score("iris", "k", object{}, "azureml-model-deployment", "red"); reply.status != http.StatusNotFound {
		t.Errorf("a deployment that does not exist: %d %s", reply.status, reply.raw)
	}
	for name, c := range map[string]struct {
		member string
		shares object
		about  string
	}{
		"less than all":             {"traffic", object{"blue": 99}, "properties.traffic"},
		"more than all":             {"traffic", object{"blue": 60, "green": 60}, "properties.traffic"},
		"a share of more than all":  {"traffic", object{"blue": 101}, "properties.traffic.blue"},
		"a share below nothing":     {"traffic", object{"blue": -1}, "properties.traffic.blue"},
		"a part of a percent":       {"traffic", object{"blue": 99.5, "green": 0.5}, "properties.traffic.blue"},
		"a mirror of more than 50":  {"mirrorTraffic", object{"green": 51}, "properties.mirrorTraffic"},
		"two mirrors":               {"mirrorTraffic", object{"green": 5, "blue": 5}, "properties.mirrorTraffic"},
		"a mirror of no deployment": {"mirrorTraffic", object{"red": 5}, "properties.mirrorTraffic.red"},
	} {
		reply := s.call("PUT", "/onlineEndpoints/iris", endpoint(c.member, c.shares))
		if _, _, about := reply.problem(); reply.status != http.StatusBadRequest || about != c.about {
			t.Errorf("%s: %d %s", name, reply.status, reply.raw)
		}
	}
}

// An endpoint on Kubernetes has the address of its cluster, and a description of its
// scoring call.
func TestScoringAddresses(t *testing.T) {
	t.Parallel()
	seed := emulator.DefaultSeed()
	seed.Workspaces[0].Computes = append(seed.Workspaces[0].Computes, emulator.ComputeSeed{Name: "k8s", Type: "Kubernetes"})
	s := open(t, emulator.WithSeed(seed), emulator.WithPathPrefix("/below"))
	s.put("/onlineEndpoints/iris", endpoint("compute", id("/computes/k8s"), "keys", object{"primaryKey": "k"}))
	s.put(blue, deployment("endpointComputeType", "Kubernetes", "instanceType", nil))
	s.put("/onlineEndpoints/iris", endpoint("compute", id("/computes/k8s"), "traffic", object{"blue": 100}))
	p := properties(s.call("GET", "/onlineEndpoints/iris", nil).json)
	if address := p["scoringUri"].(string); !strings.Contains(address, "/below/kubernetes/k8s-") || !strings.HasSuffix(address, "/api/v1/endpoint/iris/score") {
		t.Errorf("the address is %s", address)
	}
	if reply := s.score("iris", "k", object{}); reply.status != http.StatusOK {
		t.Errorf("the score: %d %s", reply.status, reply.raw)
	}
	if reply := s.do("GET", p["swaggerUri"].(string), "k", nil); reply.status != http.StatusOK || reply.json["swagger"] != "2.0" {
		t.Errorf("the description: %d %s", reply.status, reply.raw)
	}
	if reply := s.do("GET", p["swaggerUri"].(string), "", nil); reply.status != http.StatusUnauthorized {
		t.Errorf("the description without a key: %d", reply.status)
	}
	if reply := s.do("POST", s.e.ResourceManagerURL()+"/inference/iris.westeurope/score", "k", object{}); reply.status != http.StatusNotFound {
		t.Errorf("the address of a managed endpoint: %d", reply.status)
	}
	if reply := s.do("POST", p["scoringUri"].(string), "k", "no JSON"); reply.status != http.StatusFailedDependency || reply.header.Get("ms-azureml-model-error-statuscode") != "400" {
		t.Errorf("an input that is no JSON: %d %v", reply.status, reply.header)
	}
}
