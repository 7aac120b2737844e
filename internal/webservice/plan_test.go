// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

var testWorkspace = resourceid.Workspace{SubscriptionID: "22222222-2222-2222-2222-222222222222", ResourceGroup: "rg-demo", Name: "ws-demo"}

var probeDefaults = fields{"period_seconds": 10, "initial_delay_seconds": 310, "timeout_seconds": 2, "success_threshold": 1, "failure_threshold": 3}

// moded adds what the flags of the auth mode and the tags come to.
func moded(state fields) fields {
	mode := "none"
	switch {
	case state["auth_enabled"] == true:
		mode = "key"
	case state["token_auth_enabled"] == true:
		mode = "token"
	}
	sent, tagged := state["tags"].(fields)
	if !tagged {
		sent = fields{}
	}
	return merged(state, fields{"auth_mode": mode, "open_to_anyone": mode == "none", "tags_all": sent})
}

// aksState is a service as it is after a create of aksConfig.
func aksState(changes fields) fields {
	return moded(merged(fields{
		"id": testWorkspace.Service("iris").String(), "workspace_id": testWorkspace.String(), "name": "iris",
		"model_ids": list{"iris:1"}, "properties": fields{}, "auth_enabled": true, "token_auth_enabled": false,
		"cpu_cores": 0.1, "memory_gb": 0.5, "enable_app_insights": false, "collect_model_data": false,
		"compute_name": "aks-demo", "namespace": "azureml-ws-demo", "gpu_cores": 0, "scoring_timeout_ms": 60000,
		"replica_max_concurrent_requests": 1, "max_request_wait_time": 500, "liveness_probe": probeDefaults,
		"autoscale": fields{"enabled": true, "min_replicas": 1, "max_replicas": 10, "target_utilization": 70, "refresh_seconds": 1},
		"state":     "Healthy", "scoring_uri": "http://1.2.3.4/score", "swagger_uri": "http://1.2.3.4/swagger.json",
		"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-02T00:00:00Z",
	}, changes))
}

func aciState(changes fields) fields {
	return moded(merged(fields{
		"id": testWorkspace.Service("iris").String(), "workspace_id": testWorkspace.String(), "name": "iris",
		"model_ids": list{"iris:1"}, "properties": fields{}, "auth_enabled": true, "token_auth_enabled": false,
		"cpu_cores": 0.1, "memory_gb": 0.5, "enable_app_insights": false, "collect_model_data": false,
		"location": "westeurope", "dns_name_label": "made-up", "fqdn": "made-up.westeurope.azurecontainer.io", "ip_address": "1.2.3.4",
		"state": "Healthy", "scoring_uri": "http://1.2.3.4/score", "swagger_uri": "http://1.2.3.4/swagger.json",
		"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-02T00:00:00Z",
	}, changes))
}

// The planned values of an AKS service that is created follow from its configuration.
func TestPlanCreate(t *testing.T) {
	t.Parallel()
	data, _ := testData(t)
	s := serve(t, data)
	on := func(least, most int) fields {
		return fields{"enabled": true, "min_replicas": least, "max_replicas": most, "target_utilization": 70, "refresh_seconds": 1}
	}
	for name, test := range map[string]struct{ config, want fields }{
		"defaults": {nil, fields{
			"auth_enabled": true, "token_auth_enabled": false, "auth_mode": "key", "open_to_anyone": false, "autoscale": on(1, 10), "num_replicas": nil,
			"cpu_cores": 0.1, "liveness_probe": probeDefaults, "workspace_id": testWorkspace.String(), "properties": fields{}, "id": unknown{}, "scoring_uri": unknown{}, "namespace": unknown{},
		}},
		"token":                 {fields{"token_auth_enabled": true, "namespace": "n"}, fields{"auth_enabled": false, "token_auth_enabled": true, "auth_mode": "token", "open_to_anyone": false}},
		"no auth":               {fields{"auth_enabled": false}, fields{"auth_mode": "none", "open_to_anyone": true}},
		"unknown token":         {fields{"token_auth_enabled": unknown{}}, fields{"auth_enabled": unknown{}, "token_auth_enabled": unknown{}, "auth_mode": unknown{}, "open_to_anyone": unknown{}}},
		"unknown token, key":    {fields{"token_auth_enabled": unknown{}, "auth_enabled": true}, fields{"auth_mode": "key", "open_to_anyone": false}},
		"num_replicas":          {fields{"num_replicas": 3}, fields{"autoscale": fields{"enabled": false}, "num_replicas": 3}},
		"unknown num_replicas":  {fields{"num_replicas": unknown{}}, fields{"autoscale": unknown{}}},
		"autoscale without on":  {fields{"autoscale": fields{"min_replicas": 2}}, fields{"autoscale": on(2, 10)}},
		"autoscale":             {fields{"autoscale": fields{"enabled": true, "max_replicas": 4}}, fields{"autoscale": on(1, 4)}},
		"autoscale off":         {fields{"autoscale": fields{"enabled": false}, "num_replicas": 1}, fields{"autoscale": fields{"enabled": false}}},
		"unknown autoscale":     {fields{"autoscale": unknown{}}, fields{"autoscale": unknown{}}},
		"one probe member":      {fields{"liveness_probe": fields{"period_seconds": 5}}, fields{"liveness_probe": merged(probeDefaults, fields{"period_seconds": 5})}},
		"configured properties": {fields{"properties": fields{"a": "1"}}, fields{"properties": fields{"a": "1"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := s.plan(aksType, merged(aksConfig, test.config), nil, nil)
			got := fields{}
			for attribute := range test.want {
				got[attribute] = result.values[attribute]
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s\n%v", diff, texts(result.diags))
			}
		})
	}
}

// The plan of an existing service changes these attributes, or replaces the service.
func TestPlanUpdate(t *testing.T) {
	t.Parallel()
	data, _ := testData(t)
	s := serve(t, data)
	patched := fields{"state": unknown{}, "updated_at": unknown{}}
	overwritten := merged(patched, fields{"scoring_uri": unknown{}, "swagger_uri": unknown{}, "fqdn": unknown{}, "ip_address": unknown{}, "dns_name_label": unknown{}})
	moved := merged(patched, fields{"scoring_uri": unknown{}, "swagger_uri": unknown{}})
	otherWorkspace := strings.Replace(testWorkspace.String(), "ws-demo", "ws-other", 1)
	for name, test := range map[string]struct {
		typeName      string
		config, state fields
		private       map[string]string
		change        fields // against the state
		replace       []string
		warning       string
	}{
		"AKS nothing":             {typeName: aksType},
		"AKS token":               {typeName: aksType, config: fields{"token_auth_enabled": true}, change: merged(patched, fields{"auth_enabled": false, "token_auth_enabled": true, "auth_mode": "token"})},
		"AKS back to key":         {typeName: aksType, state: fields{"auth_enabled": false, "token_auth_enabled": true}, change: merged(patched, fields{"auth_enabled": true, "token_auth_enabled": false, "auth_mode": "key"})},
		"AKS drift of autoscale":  {typeName: aksType, state: fields{"autoscale": fields{"enabled": false}, "num_replicas": 2}, change: merged(patched, fields{"num_replicas": nil, "autoscale": aksState(nil)["autoscale"]})},
		"AKS drift of probe":      {typeName: aksType, state: fields{"liveness_probe": merged(probeDefaults, fields{"timeout_seconds": 9})}, change: merged(patched, fields{"liveness_probe": probeDefaults})},
		"AKS cpu":                 {typeName: aksType, config: fields{"cpu_cores": 2}, change: merged(patched, fields{"cpu_cores": 2})},
		"AKS namespace":           {typeName: aksType, config: fields{"namespace": "other"}, change: merged(moved, fields{"namespace": "other"})},
		"AKS compute":             {typeName: aksType, config: fields{"compute_name": "other"}, replace: []string{"compute_name"}},
		"AKS failed":              {typeName: aksType, state: fields{"state": "Failed"}, change: moved},
		"workspace, other case":   {typeName: aksType, config: fields{"workspace_id": strings.ToLower(testWorkspace.String())}},
		"workspace":               {typeName: aksType, config: fields{"workspace_id": otherWorkspace}, replace: []string{"workspace_id"}},
		"provider's workspace":    {typeName: aksType, state: fields{"workspace_id": otherWorkspace}, replace: []string{"workspace_id"}},
		"name":                    {typeName: aciType, config: fields{"auth_enabled": true, "name": "other"}, replace: []string{"name"}},
		"ACI nothing":             {typeName: aciType, config: fields{"auth_enabled": true}},
		"ACI open":                {typeName: aciType, change: merged(patched, fields{"auth_enabled": false, "auth_mode": "none", "open_to_anyone": true}), warning: "anyone who finds"},
		"ACI cpu":                 {typeName: aciType, config: fields{"auth_enabled": true, "cpu_cores": 2}, change: merged(overwritten, fields{"cpu_cores": 2})},
		"ACI cpu, own label":      {typeName: aciType, config: fields{"auth_enabled": true, "memory_gb": 2, "dns_name_label": "chosen"}, state: fields{"dns_name_label": "chosen"}, change: merged(overwritten, fields{"memory_gb": 2, "dns_name_label": "chosen"})},
		"ACI failed":              {typeName: aciType, config: fields{"auth_enabled": true}, state: fields{"state": "Failed"}, change: overwritten},
		"ACI location, spelling":  {typeName: aciType, config: fields{"auth_enabled": true, "location": "West Europe"}},
		"ACI location":            {typeName: aciType, config: fields{"auth_enabled": true, "location": "eastus"}, replace: []string{"location"}},
		"ACI label":               {typeName: aciType, config: fields{"auth_enabled": true, "dns_name_label": "other"}, replace: []string{"dns_name_label"}},
		"ACI vnet":                {typeName: aciType, config: fields{"auth_enabled": true, "vnet": fields{"vnet_name": "v", "subnet_name": "s"}}, replace: []string{"vnet"}},
		"ACI cmk removed":         {typeName: aciType, config: fields{"auth_enabled": true}, state: fields{"cmk": fields{"vault_base_url": "v", "key_name": "k", "key_version": "1"}}, replace: []string{"cmk"}},
		"property added":          {typeName: aksType, config: fields{"properties": fields{"a": "1", "b": "2"}}, state: fields{"properties": fields{"a": "1"}}, change: merged(patched, fields{"properties": fields{"a": "1", "b": "2"}})},
		"property changed":        {typeName: aksType, config: fields{"properties": fields{"a": "2"}}, state: fields{"properties": fields{"a": "1"}}, replace: []string{"properties"}, warning: "never change one"},
		"imported properties":     {typeName: aksType, config: fields{"properties": fields{"a": "1"}}, state: fields{"properties": fields{"a": "1", "b": "2"}}},
		"property removed":        {typeName: aksType, config: fields{"properties": fields{"a": "1"}}, state: fields{"properties": fields{"a": "1", "b": "2"}}, private: map[string]string{"properties": `["a","b"]`}, change: fields{"properties": fields{"a": "1"}}, warning: "the service keeps b"},
		"property back, the same": {typeName: aksType, config: fields{"properties": fields{"a": "1"}}, private: map[string]string{"properties": `{"names":[],"left":{"a":"1"}}`}, change: fields{"properties": fields{"a": "1"}}},
		"property back, others":   {typeName: aksType, config: fields{"properties": fields{"a": "1"}}, state: fields{"properties": fields{"b": "2"}}, private: map[string]string{"properties": `{"names":[],"left":{"a":"1"}}`}, change: fields{"properties": fields{"a": "1"}}},
		"property back, another":  {typeName: aksType, config: fields{"properties": fields{"a": "2"}}, private: map[string]string{"properties": `{"names":[],"left":{"a":"1"}}`}, replace: []string{"properties"}, warning: "never change one"},
		"all properties removed":  {typeName: aksType, state: fields{"properties": fields{"a": "1"}}, private: map[string]string{"properties": `["a"]`}, change: fields{"properties": fields{}}, warning: "the service keeps a"},
		"empty description":       {typeName: aksType, config: fields{"description": ""}, change: fields{"description": ""}},
		"timeouts alone":          {typeName: aksType, config: fields{"timeouts": fields{"create": "1h"}}, change: fields{"timeouts": fields{"create": "1h"}}},
		"unfinished, healthy":     {typeName: aksType, private: map[string]string{"unfinished": "true"}},
		"unfinished, unhealthy":   {typeName: aksType, state: fields{"state": "Unhealthy"}, private: map[string]string{"unfinished": "true"}, change: moved},
		"unfinished, going on":    {typeName: aksType, state: fields{"state": "Transitioning"}, private: map[string]string{"unfinished": "true"}, change: patched},
		"unhealthy by itself":     {typeName: aksType, state: fields{"state": "Unhealthy"}},
		"model changed":           {typeName: aksType, config: fields{"model_ids": list{"iris:2"}}, change: merged(patched, fields{"model_ids": list{"iris:2"}})},
		"conda, another spelling": {typeName: aksType, config: withCode(fields{"name": "e", "base_image": "i", "conda_dependencies": "dependencies: [a]"}), state: withCode(fields{"name": "e", "base_image": "i", "conda_dependencies": "dependencies:\n- a\n"})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state, config := aksState(test.state), merged(aksConfig, test.config)
			if test.typeName == aciType {
				state, config = aciState(test.state), merged(aciConfig, test.config)
			}
			result := s.plan(test.typeName, config, state, test.private)
			if !slices.Equal(result.replace, test.replace) {
				t.Errorf("replaced by %v, want %v", result.replace, test.replace)
			}
			if test.replace != nil && test.warning == "" {
				test.warning = "is deleted and deployed again, because of: " + test.replace[0]
			}
			if warned := strings.Join(texts(result.diags), "\n"); test.warning == "" && warned != "" || !strings.Contains(warned, test.warning) {
				t.Errorf("warnings: %q, want %q", warned, test.warning)
			}
			if test.replace != nil {
				cause := test.replace[0]
				if configured, is := config[cause]; is && cmp.Diff(configured, result.values[cause]) != "" {
					t.Errorf("%s is planned as %v, want %v", cause, result.values[cause], configured)
				}
				return
			}
			want := merged(state, test.change)
			for attribute, value := range want {
				if value == nil {
					delete(want, attribute)
				}
			}
			if diff := cmp.Diff(want, result.values); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// Azure never returns a certificate and its key: a service that was imported with TLS
// needs both only for a change that has to send them.
func TestPlanOfAdoptedTLS(t *testing.T) {
	t.Parallel()
	data, _ := testData(t)
	s := serve(t, data)
	adopted := fields{"enabled": true, "cname": "a.b"}
	for name, test := range map[string]struct {
		config, state fields
		want          string
	}{
		"untouched":          {config: fields{}, state: fields{"ssl": adopted}},
		"another change":     {config: fields{"description": "d"}, state: fields{"ssl": adopted}},
		"another host name":  {config: fields{"ssl": fields{"cname": "c.d"}}, state: fields{"ssl": adopted}},
		"deployed over":      {config: fields{"cpu_cores": 2}, state: fields{"ssl": adopted}, want: "Azure never returns them"},
		"turned on":          {config: fields{}, state: fields{}, want: "turning TLS on needs both"},
		"created":            {config: fields{}, want: "a new service needs both"},
		"given with a cert":  {config: fields{"cpu_cores": 2, "ssl": fields{"cname": "a.b", "cert_pem": pem, "key_pem": pem}}, state: fields{"ssl": adopted}},
		"created, off":       {config: fields{"ssl": fields{"enabled": false, "cname": "a.b"}}},
		"created, not known": {config: fields{"ssl": fields{"enabled": true, "cname": "a.b", "cert_pem": unknown{}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var state fields
			if test.state != nil {
				state = aciState(test.state)
			}
			result := s.plan(aciType, merged(aciConfig, merged(fields{"auth_enabled": true, "ssl": fields{"cname": "a.b"}}, test.config)), state, nil)
			found := ""
			for _, d := range result.diags {
				if d.Severity == tfprotov6.DiagnosticSeverityError {
					found += d.Detail
				}
			}
			if (found == "") != (test.want == "") || !strings.Contains(found, test.want) {
				t.Errorf("got %q, want %q", found, test.want)
			}
		})
	}
}

// A service that was deployed from an image of its own has neither models nor code, and
// keeps that. A new one, and one that has them, cannot lose both.
func TestPlanOfAnEmptyConfiguration(t *testing.T) {
	t.Parallel()
	data, _ := testData(t)
	s := serve(t, data)
	config, empty := fields{"name": "iris", "auth_enabled": true}, fields{"model_ids": nil}
	for name, test := range map[string]struct {
		config, prior fields
		refused       bool
	}{
		"as it is":       {config, aciState(empty), false},
		"with a change":  {merged(config, fields{"cpu_cores": 1}), aciState(empty), false},
		"new":            {config, nil, true},
		"without models": {config, aciState(nil), true},
		"without code":   {config, aciState(merged(empty, withCode(inline))), true},
		"with models":    {merged(config, fields{"model_ids": list{"iris:1"}}), aciState(empty), false},
	} {
		found := ""
		for _, d := range s.plan(aciType, test.config, test.prior, nil).diags {
			if d.Severity == tfprotov6.DiagnosticSeverityError {
				found += protocoltest.PathText(d.Attribute) + ": " + d.Detail
			}
		}
		if strings.HasPrefix(found, "model_ids: model_ids has 0 models") != test.refused || !test.refused && found != "" {
			t.Errorf("%s: %s", name, found)
		}
		if diags := s.validate(aciType, test.config); len(diags) > 0 {
			t.Errorf("%s is refused at validate: %s", name, strings.Join(texts(diags), "\n"))
		}
	}
}

// A change that deploys the image of an adopted service needs the credentials of its
// registry: on ACI also one of another attribute, by overwrite.
func TestPlanAsksForCredentials(t *testing.T) {
	t.Parallel()
	data, _ := testData(t)
	s := serve(t, data)
	code := withCode(merged(inline, fields{"base_image_registry": fields{"address": "r.example"}}))
	private := map[string]string{"environment": `{"adopted":true}`}
	for name, test := range map[string]struct {
		typeName string
		change   fields
		private  map[string]string
		refused  bool
	}{
		"ACI overwrite":   {aciType, fields{"cpu_cores": 2}, private, true},
		"ACI patch":       {aciType, fields{"description": "d"}, private, false},
		"ACI models":      {aciType, fields{"model_ids": list{"iris:2"}}, private, true},
		"AKS patch":       {aksType, fields{"cpu_cores": 2}, private, false},
		"AKS models":      {aksType, fields{"model_ids": list{"iris:2"}}, private, true},
		"nothing":         {aciType, nil, private, false},
		"not adopted":     {aciType, fields{"cpu_cores": 2}, nil, false},
		"record of today": {aksType, fields{"model_ids": list{"iris:2"}}, map[string]string{"environment": `{}`}, false},
	} {
		config, state := merged(aciConfig, fields{"auth_enabled": true}), aciState(code)
		if test.typeName == aksType {
			config, state = aksConfig, aksState(code)
		}
		result := s.plan(test.typeName, merged(merged(config, code), test.change), state, test.private)
		refused := slices.ContainsFunc(texts(result.diags), func(text string) bool { return strings.Contains(text, "The credentials of the registry are needed") })
		if refused != test.refused || !refused && result.values == nil {
			t.Errorf("%s: %v", name, texts(result.diags))
		}
	}
}
