// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

func merged(base, extra fields) fields {
	result := maps.Clone(base)
	maps.Copy(result, extra)
	return result
}

var (
	aciConfig = fields{"name": "iris", "model_ids": list{"iris:1"}}
	aksConfig = fields{"name": "iris", "model_ids": list{"iris:1"}, "compute_name": "aks-demo"}
	inline    = fields{"name": "e", "base_image": "i"}
)

func withCode(environment any) fields {
	return fields{"inference_config": fields{"entry_script": "score.py", "source_url": "aml://artifact/x/score.py", "environment": environment}}
}

// coded is a service with code and an inline environment.
func coded(members fields) fields {
	return fields{"inference_config": merged(fields{"entry_script": "score.py", "environment": inline}, members)}
}

func sslConfig(members fields) fields { return fields{"ssl": members} }

const pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	tests := map[string]struct {
		typeName string
		config   fields
		path     string // as the diagnostic names it
		want     []string
	}{
		"AKS key and token":      {aksType, fields{"auth_enabled": true, "token_auth_enabled": true}, "token_auth_enabled", []string{"never both", "auth_enabled = false"}},
		"ACI token":              {aciType, fields{"token_auth_enabled": true}, "token_auth_enabled", []string{"AKS only", "mlws_aks_service"}},
		"autoscale and num":      {aksType, fields{"autoscale": fields{"enabled": true}, "num_replicas": 2}, "num_replicas", []string{"Remove num_replicas"}},
		"autoscale off, no num":  {aksType, fields{"autoscale": fields{"enabled": false}}, "num_replicas", []string{"Set num_replicas"}},
		"members, off":           {aksType, fields{"autoscale": fields{"enabled": false, "max_replicas": 3}, "num_replicas": 1}, "autoscale.max_replicas", []string{"autoscale.enabled = true"}},
		"members and num":        {aksType, fields{"autoscale": fields{"min_replicas": 3}, "num_replicas": 1}, "num_replicas", []string{"num_replicas and autoscale exclude each other. Remove num_replicas"}},
		"min above max":          {aksType, fields{"autoscale": fields{"enabled": true, "min_replicas": 5, "max_replicas": 3}}, "autoscale.min_replicas", []string{"(5)", "(3;", "raise max_replicas"}},
		"min above default max":  {aksType, fields{"autoscale": fields{"enabled": true, "min_replicas": 11}}, "autoscale.min_replicas", []string{"default 10"}},
		"cpu limit":              {aksType, fields{"cpu_cores": 1.5, "cpu_cores_limit": 1}, "cpu_cores_limit", []string{"Raise cpu_cores_limit or lower cpu_cores"}},
		"memory limit":           {aksType, fields{"memory_gb_limit": 0.25}, "memory_gb_limit", []string{"default 0.5"}},
		"cpu zero":               {aksType, fields{"cpu_cores": 0}, "cpu_cores", []string{"greater than zero"}},
		"memory negative":        {aciType, fields{"memory_gb": -1}, "memory_gb", []string{"greater than zero"}},
		"gpu negative":           {aksType, fields{"gpu_cores": -1}, "gpu_cores", []string{"at least 0"}},
		"utilization":            {aksType, fields{"autoscale": fields{"enabled": true, "target_utilization": 101}}, "autoscale.target_utilization", []string{"from 1 to 100"}},
		"num beyond 32 bits":     {aksType, fields{"num_replicas": 1 << 31}, "num_replicas", []string{"from -2147483648 to 2147483647"}},
		"probe beyond 32 bits":   {aksType, fields{"liveness_probe": fields{"period_seconds": 1 << 31}}, "liveness_probe.period_seconds", []string{"2147483647"}},
		"timeout in days":        {aciType, fields{"timeouts": fields{"create": "2d"}}, "timeouts.create", []string{`timeouts.create is "2d". Write "48h"`}},
		"num zero":               {aksType, fields{"num_replicas": 0}, "num_replicas", []string{"at least 1"}},
		"queue negative":         {aksType, fields{"max_request_wait_time": -1}, "max_request_wait_time", []string{"at least 0"}},
		"delay negative":         {aksType, fields{"liveness_probe": fields{"initial_delay_seconds": -1}}, "liveness_probe.initial_delay_seconds", []string{"at least 0"}},
		"probe zero":             {aksType, fields{"liveness_probe": fields{"period_seconds": 0}}, "liveness_probe.period_seconds", []string{"at least 1"}},
		"ssl, no cert":           {aciType, sslConfig(fields{"key_pem": pem, "cname": "a.b"}), "ssl.cert_pem", []string{"all needed", "ssl.cert_pem is not set"}},
		"ssl, no key":            {aciType, sslConfig(fields{"cert_pem": pem, "cname": "a.b"}), "ssl.key_pem", []string{"the key is not set"}},
		"ssl, no cname":          {aciType, sslConfig(fields{"enabled": true, "cert_pem": pem, "key_pem_wo": pem}), "ssl.cname", []string{"ssl.cname is not set"}},
		"ssl, two keys":          {aciType, sslConfig(fields{"cert_pem": pem, "key_pem": pem, "key_pem_wo": pem, "cname": "a.b"}), "ssl.key_pem_wo", []string{"cannot both be set"}},
		"ssl, path for text":     {aciType, sslConfig(fields{"cert_pem": "cert.pem", "key_pem": pem, "cname": "a.b"}), "ssl.cert_pem", []string{"read it with file()"}},
		"half a vnet":            {aciType, fields{"vnet": fields{"vnet_name": "v"}}, "vnet.subnet_name", []string{"subnet_name"}},
		"half a cmk":             {aciType, fields{"cmk": fields{"vault_base_url": "https://v", "key_name": "k"}}, "cmk.key_version", []string{"key_version"}},
		"bad name":               {aciType, fields{"name": "Iris_1"}, "name", []string{"Iris_1", "lowercase letters"}},
		"short name":             {aksType, fields{"name": "ab"}, "name", []string{"3 to 32"}},
		"long name":              {aksType, fields{"name": strings.Repeat("a", 33)}, "name", []string{"3 to 32"}},
		"bad namespace":          {aksType, fields{"namespace": "-a"}, "namespace", []string{"Kubernetes namespace"}},
		"bad dns label":          {aciType, fields{"dns_name_label": "a.b"}, "dns_name_label", []string{"DNS name label"}},
		"bad workspace":          {aciType, fields{"workspace_id": "ws"}, "workspace_id", []string{"expected /subscriptions/"}},
		"model without version":  {aciType, fields{"model_ids": list{"iris"}}, "model_ids[0]", []string{"name:version"}},
		"null tag":               {aciType, fields{"tags": fields{"a": nil}}, "tags", []string{"null"}},
		"model twice":            {aciType, merged(fields{"model_ids": list{"a:1", "a:1"}}, withCode(inline)), "model_ids", []string{"a:1"}},
		"no models":              {aciType, fields{"model_ids": list{}}, "model_ids", []string{"has 0 models", "Set inference_config"}},
		"two models":             {aksType, fields{"model_ids": list{"a:1", "b:1"}}, "model_ids", []string{"has 2 models"}},
		"environment undefined":  {aciType, withCode(fields{"name": "e", "conda_dependencies": "dependencies: [a]"}), "inference_config.environment", []string{"Set environment.base_image"}},
		"environment latest too": {aciType, withCode(fields{"name": "e", "version": "latest", "base_image": "i"}), "inference_config.environment.base_image", []string{"Remove environment.version"}},
		"two places of code":     {aciType, coded(fields{"source_directory": "src", "source_url": "https://x/y"}), "inference_config.source_directory", []string{"Remove source_url"}},
		"folder of a file":       {aciType, coded(fields{"source_directory_name": "src"}), "inference_config.source_directory_name", []string{"Set source_directory"}},
		"script out of folder":   {aciType, coded(fields{"source_directory": "src", "entry_script": "../score.py"}), "inference_config.entry_script", []string{"a path inside source_directory"}},
		"script not in folder":   {aciType, coded(fields{"source_directory": "src", "entry_script": "/src/score.py"}), "inference_config.entry_script", []string{"a path inside source_directory"}},
		"script with backslash":  {aciType, coded(fields{"source_directory": "src", "entry_script": "lib\\score.py"}), "inference_config.entry_script", []string{"a path inside source_directory"}},
		"script not at a URL":    {aciType, coded(fields{"source_url": "https://x/y", "entry_script": "/score.py"}), "inference_config.entry_script", []string{"a relative path"}},
		"no folder":              {aciType, coded(fields{"source_directory": ""}), "inference_config.source_directory", []string{"must not be empty"}},
		"environment both":       {aciType, withCode(fields{"name": "e", "version": "1", "base_image": "i"}), "inference_config.environment.base_image", []string{"Remove environment.version"}},
		"two bases":              {aciType, withCode(fields{"name": "e", "base_image": "i", "base_dockerfile": "FROM i"}), "inference_config.environment.base_dockerfile", []string{"Remove one"}},
		"registry of a file":     {aciType, withCode(fields{"name": "e", "base_dockerfile": "FROM i", "base_image_registry": fields{"address": "r"}}), "inference_config.environment.base_image_registry", []string{"Set environment.base_image"}},
		"name of a file":         {aciType, withCode(fields{"name": "e", "base_dockerfile": "docker/Dockerfile"}), "inference_config.environment.base_dockerfile", []string{"has no FROM line", "read it with file()"}},
		"commented FROM":         {aciType, withCode(fields{"name": "e", "base_dockerfile": "# FROM i\nRUN x"}), "inference_config.environment.base_dockerfile", []string{"has no FROM line"}},
		"registry by URL":        {aciType, withCode(fields{"name": "e", "base_image": "i", "base_image_registry": fields{"address": "https://r.azurecr.io"}}), "inference_config.environment.base_image_registry.address", []string{"https://r.azurecr.io", "the host of the registry alone"}},
		"cluster by its id":      {aksType, fields{"compute_name": "/subscriptions/s/resourceGroups/r/providers/Microsoft.MachineLearningServices/workspaces/w/computes/aks-demo"}, "compute_name", []string{"the last part of its resource id"}},
		"conda not YAML":         {aciType, withCode(fields{"name": "e", "base_image": "i", "conda_dependencies": "env.yml"}), "inference_config.environment.conda_dependencies", []string{"not a mapping", "file()"}},
		"code over http":         {aciType, fields{"inference_config": fields{"entry_script": "score.py", "source_url": "http://x/y", "environment": inline}}, "inference_config.source_url", []string{"aml:// or https://"}},
		"script not Python":      {aciType, fields{"inference_config": fields{"entry_script": "score.R", "source_url": "https://x/y", "environment": inline}}, "inference_config.entry_script", []string{"Python file"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := aciConfig
			if test.typeName == aksType {
				base = aksConfig
			}
			diags := s.validate(test.typeName, merged(base, test.config))
			for _, d := range diags {
				if d.Severity != tfprotov6.DiagnosticSeverityError || attributePath(d) != test.path {
					continue
				}
				for _, want := range test.want {
					if !strings.Contains(d.Detail, want) {
						t.Errorf("%q is not in: %s", want, d.Detail)
					}
				}
				return
			}
			t.Errorf("no error at %s, but %d diagnostics: %v", test.path, len(diags), texts(diags))
		})
	}
}

// A mistake is said once, however many attributes it is about.
func TestOneErrorForOneMistake(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	for name, config := range map[string]fields{
		"members and num": {"autoscale": fields{"min_replicas": 1, "max_replicas": 3}, "num_replicas": 2},
		"on and num":      {"autoscale": fields{"enabled": true, "min_replicas": 4, "max_replicas": 3}, "num_replicas": 2},
		"members, off":    {"autoscale": fields{"enabled": false, "min_replicas": 1, "max_replicas": 3}, "num_replicas": 2},
	} {
		if diags := s.validate(aksType, merged(aksConfig, config)); len(diags) != 1 {
			t.Errorf("%s: %d diagnostics: %v", name, len(diags), texts(diags))
		}
	}
}

func TestAccepted(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	for name, test := range map[string]struct {
		typeName string
		config   fields
	}{
		"ACI least":               {aciType, nil},
		"AKS least":               {aksType, nil},
		"AKS token":               {aksType, fields{"token_auth_enabled": true}},
		"AKS of an image":         {aksType, fields{"model_ids": nil}}, // if it exists: TestPlanOfAnEmptyConfiguration
		"no wait, no delay":       {aksType, fields{"max_request_wait_time": 0, "liveness_probe": fields{"initial_delay_seconds": 0}}},
		"AKS open":                {aksType, fields{"auth_enabled": false}},
		"unknown flags":           {aksType, fields{"auth_enabled": true, "token_auth_enabled": unknown{}}},
		"unknown ACI token":       {aciType, fields{"token_auth_enabled": unknown{}}},
		"ACI false token":         {aciType, fields{"token_auth_enabled": false}},
		"unknown num":             {aksType, fields{"autoscale": fields{"enabled": true}, "num_replicas": unknown{}}},
		"unknown num, off":        {aksType, fields{"autoscale": fields{"enabled": false}, "num_replicas": unknown{}}},
		"unknown autoscale":       {aksType, fields{"autoscale": unknown{}, "num_replicas": 2}},
		"unknown enabled":         {aksType, fields{"autoscale": fields{"enabled": unknown{}, "min_replicas": 2}, "num_replicas": 2}},
		"unknown max":             {aksType, fields{"autoscale": fields{"enabled": true, "min_replicas": 50, "max_replicas": unknown{}}}},
		"members alone":           {aksType, fields{"autoscale": fields{"min_replicas": 2, "max_replicas": 6}}},
		"unknown limit":           {aksType, fields{"cpu_cores": 2, "cpu_cores_limit": unknown{}}},
		"unknown request":         {aksType, fields{"cpu_cores": unknown{}, "cpu_cores_limit": 0.1}},
		"unknown models":          {aciType, fields{"model_ids": unknown{}}},
		"unknown model":           {aciType, fields{"model_ids": list{unknown{}}}},
		"no models, unknown code": {aciType, fields{"model_ids": list{}, "inference_config": unknown{}}},
		"code without models":     {aciType, merged(fields{"model_ids": nil}, withCode(inline))},
		"unknown environment":     {aciType, withCode(unknown{})},
		"unknown version":         {aciType, withCode(fields{"name": "e", "version": unknown{}})},
		"latest environment":      {aciType, withCode(fields{"name": "AzureML-sklearn-1.0"})},
		"latest by name":          {aciType, withCode(fields{"name": "e", "version": "latest"})},
		"conda, unknown base":     {aciType, withCode(fields{"name": "e", "base_image": unknown{}, "conda_dependencies": "dependencies: [a]"})},
		"unknown inline member":   {aciType, withCode(fields{"name": "e", "conda_dependencies": unknown{}})},
		"a Dockerfile":            {aciType, withCode(fields{"name": "e", "base_dockerfile": "# syntax=docker/dockerfile:1\nARG V=1\n  from python:${V}\nRUN x"})},
		"a registry with a port":  {aciType, withCode(fields{"name": "e", "base_image": "i", "base_image_registry": fields{"address": "localhost:5000/team"}})},
		"code in a folder":        {aciType, coded(fields{"source_directory": "nowhere", "entry_script": "lib/score.py"})},
		"code in a named folder":  {aciType, coded(fields{"source_directory": ".", "source_directory_name": "code", "driver_url": "https://x/y.py"})},
		"code in a file":          {aciType, coded(fields{"entry_script": "/nowhere/../score.py"})},
		"unknown folder":          {aciType, coded(fields{"source_directory": unknown{}, "entry_script": "score.py"})},
		"unknown folder or URL":   {aciType, coded(fields{"source_directory": unknown{}, "source_url": "https://x/y"})},
		"unknown URL or folder":   {aciType, coded(fields{"source_directory": "src", "source_url": unknown{}, "entry_script": "../score.py"})},
		"unknown URL of a folder": {aciType, coded(fields{"source_url": unknown{}, "source_directory_name": "src"})},
		"unknown script":          {aciType, coded(fields{"source_directory": "src", "entry_script": unknown{}})},
		"unknown base":            {aciType, withCode(fields{"name": "e", "base_image": unknown{}})},
		"ssl off":                 {aciType, sslConfig(fields{"enabled": false})},
		"ssl unknown":             {aciType, sslConfig(fields{"enabled": unknown{}})},
		"ssl unknown members":     {aciType, sslConfig(fields{"cert_pem": unknown{}, "key_pem": unknown{}, "cname": unknown{}})},
		"ssl object unknown":      {aciType, fields{"ssl": unknown{}}},
		"ssl write-only":          {aciType, sslConfig(fields{"cert_pem": pem, "key_pem_wo": pem, "key_pem_wo_version": 1, "cname": "a.b"})},
		"vnet unknown":            {aciType, fields{"vnet": fields{"vnet_name": "v", "subnet_name": unknown{}}}},
		"everything unknown":      {aksType, fields{"name": unknown{}, "compute_name": unknown{}, "workspace_id": unknown{}, "namespace": unknown{}, "tags": unknown{}, "properties": unknown{}, "liveness_probe": unknown{}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := aciConfig
			if test.typeName == aksType {
				base = aksConfig
			}
			if diags := s.validate(test.typeName, merged(base, test.config)); len(diags) > 0 {
				t.Errorf("refused: %v", texts(diags))
			}
		})
	}
}

func attributePath(d *tfprotov6.Diagnostic) string {
	if d.Attribute == nil {
		return ""
	}
	path := d.Attribute.String()
	for _, noise := range []string{"AttributeName(\"", "\")"} {
		path = strings.ReplaceAll(path, noise, "")
	}
	return strings.NewReplacer(".ElementKeyInt(", "[", ")", "]").Replace(path)
}

func texts(diags []*tfprotov6.Diagnostic) []string {
	var result []string
	for _, d := range diags {
		result = append(result, attributePath(d)+": "+d.Summary+": "+d.Detail)
	}
	return result
}
