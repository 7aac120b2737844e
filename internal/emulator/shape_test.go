// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// The Python SDK 1.51 fails with a KeyError if one of these keys is missing.
var (
	requiredOfAll = "computeType createdTime description kvTags name properties"
	requiredOfACI = requiredOfAll + " appInsightsEnabled authEnabled cname containerResourceRequirements location publicIp scoringUri sslCertificate sslEnabled sslKey" +
		" containerResourceRequirements/cpu containerResourceRequirements/memoryInGB"
	requiredOfAKS = requiredOfAll + " appInsightsEnabled authEnabled aadAuthEnabled autoScaler computeName dataCollection maxConcurrentRequestsPerContainer" +
		" maxQueueWaitMs numReplicas scoringTimeoutMs scoringUri livenessProbeRequirements" +
		" autoScaler/autoscaleEnabled autoScaler/minReplicas autoScaler/maxReplicas autoScaler/targetUtilization autoScaler/refreshPeriodInSeconds" +
		" containerResourceRequirements/cpu containerResourceRequirements/cpuLimit containerResourceRequirements/memoryInGB" +
		" containerResourceRequirements/memoryInGBLimit containerResourceRequirements/gpu dataCollection/eventHubEnabled dataCollection/storageEnabled"
	requiredOfModels = "createdBy createdTime datasets description experimentName framework frameworkVersion id mimeType name properties runId unpack url version"
)

func TestServicesHaveEveryKeyThatTheSDKReads(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(time.Hour))
	for name, c := range map[string]struct {
		body     object
		required string
	}{"aci-svc": {aci("aci-svc"), requiredOfACI}, "aks-svc": {aks("aks-svc"), requiredOfAKS}, "aks-fixed": {aks("aks-fixed", "numReplicas", 2), requiredOfAKS}} {
		if reply := s.call("POST", "/services", c.body); reply.status != http.StatusAccepted {
			t.Fatalf("%s: %d %s", name, reply.status, reply.raw)
		}
		for _, moment := range []string{"while it deploys", "when it is healthy"} {
			service := s.call("GET", "/services/"+name+"?expand=true", nil).json
			for path := range strings.FieldsSeq(c.required) {
				if !has(service, path) {
					t.Errorf("%s %s: no key %s", name, moment, path)
				}
			}
			models, _ := service["models"].([]any)
			if len(models) != 1 {
				t.Fatalf("%s %s: models %v", name, moment, service["models"])
			}
			for key := range strings.FieldsSeq(requiredOfModels) {
				if !has(models[0].(object), key) {
					t.Errorf("%s %s: a model has no key %s", name, moment, key)
				}
			}
			for _, key := range []string{"createdTime", "updatedTime"} {
				if _, err := time.Parse(time.RFC3339Nano, service[key].(string)); err != nil {
					t.Errorf("%s %s: %s is %v", name, moment, key, service[key])
				}
			}
			if _, isMap := service["kvTags"].(object); !isMap {
				t.Errorf("%s %s: kvTags is %v", name, moment, service["kvTags"])
			}
			s.e.AdvanceClock(time.Hour)
			s.bearer = s.e.AccessToken(emulator.OwnerClientID)
		}
	}
	fixed := s.call("GET", "/services/aks-fixed", nil).json
	status, _ := fixed["deploymentStatus"].(object)
	if fixed["numReplicas"] != 2.0 || at(fixed, "/autoScaler/minReplicas") != nil || status["availableReplicas"] != 2.0 {
		t.Errorf("fixed replicas: %v %v %v", fixed["numReplicas"], fixed["autoScaler"], status)
	}
}

func has(body object, path string) bool {
	var value any = body
	for _, name := range splitPath(path) {
		member, isObject := value.(object)
		next, present := member[name]
		if !isObject || !present {
			return false
		}
		value = next
	}
	return true
}

// No secret of a request comes back in a reply.
func TestSecretsAreNotReturned(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	service := s.deploy(aci("svc", "authEnabled", true, "keys", object{"primaryKey": "secret-1", "secondaryKey": "secret-2"},
		"sslEnabled", true, "sslCertificate", "secret-3", "sslKey", "secret-4", "cname", "svc.example.org",
		"environmentImageRequest", object{"modelIds": []string{"iris:1"}, "environment": object{
			"name":   "e",
			"docker": object{"baseImageRegistry": object{"address": "registry.example.org", "username": "secret-5", "password": "secret-6"}},
		}}))
	all := s.call("GET", "/services/svc?expand=true", nil).raw + s.call("GET", "/services", nil).raw + s.call("GET", "/services/svc/logs", nil).raw
	if strings.Contains(all, "secret-") {
		t.Error("a secret is returned")
	}
	if service["sslCertificate"] != "" || service["sslKey"] != "" || at(service, "/properties/hasHttps") != "True" || !strings.Contains(all, "registry.example.org") {
		t.Errorf("%v", service)
	}
	if uri := service["scoringUri"].(string); !strings.HasPrefix(uri, "https://") || s.score(service, "secret-2") != http.StatusOK {
		t.Errorf("scoring over TLS at %s", uri)
	}
}

func TestScoringEndpoint(t *testing.T) {
	t.Parallel()
	seed := emulator.DefaultSeed()
	seed.Workspaces = append(seed.Workspaces, emulator.DefaultWorkspaceSeed("ws-two"))
	s := open(t, emulator.WithSeed(seed), emulator.WithOperationDuration(0), emulator.WithPathPrefix("/p"))
	other := *s
	other.scope = strings.Replace(s.scope, "ws-demo", "ws-two", 1)
	seen := map[any]bool{}
	for _, one := range []*session{s, &other} {
		for _, body := range []object{aci("aci-svc"), aks("aks-svc", "authEnabled", false)} {
			service := one.deploy(body)
			uri := service["scoringUri"].(string)
			if seen[uri] || !strings.HasPrefix(uri, s.e.ResourceManagerURL()+"/") || service["swaggerUri"] != strings.TrimSuffix(uri, "score")+"swagger.json" {
				t.Errorf("%v %v", uri, service["swaggerUri"])
			}
			seen[uri] = true
			if health := s.do("GET", strings.TrimSuffix(uri, "/score"), "", nil); health.status != 200 || health.raw != "Healthy" {
				t.Errorf("health: %d %s", health.status, health.raw)
			}
			if swagger := s.do("GET", service["swaggerUri"].(string), "", nil); swagger.json["swagger"] != "2.0" {
				t.Errorf("swagger: %d %s", swagger.status, swagger.raw)
			}
			if scored := s.do("POST", uri, "", `{"data":[1]}`); scored.json["service"] != body["name"] || scored.header.Get("x-ms-request-id") == "" {
				t.Errorf("score: %d %s", scored.status, scored.raw)
			}
			if scored := s.do("POST", uri, "", `{`); scored.status != http.StatusBadGateway {
				t.Errorf("run() fails: %d", scored.status)
			}
		}
	}
	labelled := s.deploy(aci("labelled", "dnsNameLabel", "My-Label"))
	if labelled["publicFqdn"] != "my-label.westeurope.azurecontainer.io" || has(labelled, "dnsNameLabel") {
		t.Errorf("fqdn %v", labelled["publicFqdn"])
	}
	taken := other.call("POST", "/services", aci("thief", "dnsNameLabel", "my-label"))
	if code, target, _ := taken.problem(); taken.status != 400 || code != "DnsNameLabelInUse" || target != "dnsNameLabel" {
		t.Errorf("a label that is taken: %d %s", taken.status, taken.raw)
	}
}
