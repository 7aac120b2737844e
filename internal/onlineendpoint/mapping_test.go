// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/onlineendpoint"
)

// mapped maps a shape, after a change of the source.
func mapped(t *testing.T, name string, change func(*onlineendpoint.Source)) onlineendpoint.Mapping {
	t.Helper()
	from := source(t, shapes(t)[name])
	if change != nil {
		change(&from)
	}
	return onlineendpoint.Map(from)
}

// at returns a member of a body by its path.
func at(t *testing.T, body map[string]any, path string) any {
	t.Helper()
	var value any = body
	for _, name := range strings.Split(path, ".") {
		members, is := value.(map[string]any)
		if !is {
			return nil
		}
		value = members[name]
	}
	return value
}

// Defaults of v1 are written out, and so are the settings of the service.
func TestBehaviourIsWrittenOut(t *testing.T) {
	t.Parallel()
	toManaged := func(s *onlineendpoint.Source) { s.Target = onlineendpoint.Managed }
	for name, test := range map[string]struct {
		shape  string
		change func(*onlineendpoint.Source)
		want   map[string]any // of the deployment
	}{
		"ACI": {"aci-key", nil, map[string]any{
			"properties.endpointComputeType": "Managed", "properties.instanceType": "Standard_DS2_v2", "sku.capacity": 1.0, "sku.name": "Default",
			"properties.requestSettings":   map[string]any{"requestTimeout": "PT60S", "maxConcurrentRequestsPerInstance": 1.0, "maxQueueWait": "PT0.5S"},
			"properties.livenessProbe":     map[string]any{"initialDelay": "PT310S", "period": "PT10S", "timeout": "PT2S", "successThreshold": 1.0, "failureThreshold": 3.0},
			"properties.scaleSettings":     map[string]any{"scaleType": "Default"},
			"properties.codeConfiguration": map[string]any{"codeId": workspace.String() + "/codes/aci-key-v2/versions/1", "scoringScript": "score.py"},
			"properties.model":             workspace.String() + "/models/iris/versions/1", "properties.environmentId": workspace.String() + "/environments/sklearn-env/versions/1",
			"properties.environmentVariables": map[string]any{"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE"}, "properties.appInsightsEnabled": false, "properties.dataCollector": nil,
		}},
		"data": {"aci-data-collection", nil, map[string]any{"properties.appInsightsEnabled": true, "properties.dataCollector.collections.request.dataCollectionMode": "Enabled"}},
		"settings of its own": {"aks-slow", nil, map[string]any{
			"properties.requestSettings": map[string]any{"requestTimeout": "PT300S", "maxConcurrentRequestsPerInstance": 4.0, "maxQueueWait": "PT12.5S"},
			"properties.livenessProbe":   map[string]any{"initialDelay": "PT900S", "period": "PT5S", "timeout": "PT10S", "successThreshold": 1.0, "failureThreshold": 6.0},
		}},
		"longer than managed allows": {"aks-slow", toManaged, map[string]any{"properties.requestSettings.requestTimeout": "PT180S"}},
		"null members":               {"aks-null-probe", nil, map[string]any{"properties.livenessProbe.initialDelay": "PT310S", "properties.scaleSettings.scaleType": "TargetUtilization"}},
		"autoscale": {"aks-autoscale", nil, map[string]any{"sku": nil, "properties.instanceType": nil, "properties.scaleSettings": map[string]any{
			"scaleType": "TargetUtilization", "minInstances": 2.0, "maxInstances": 5.0, "targetUtilizationPercentage": 50.0, "pollingInterval": "PT30S",
		}}},
		"autoscale, managed": {"aks-autoscale", toManaged, map[string]any{"sku.capacity": 4.0, "properties.scaleSettings": map[string]any{"scaleType": "Default"}}},
		"fixed":              {"aks-fixed", nil, map[string]any{"sku.capacity": 3.0, "properties.scaleSettings": map[string]any{"scaleType": "Default"}}},
		"limits": {"aks-limits", nil, map[string]any{"properties.containerResourceRequirements": map[string]any{
			"containerResourceRequests": map[string]any{"cpu": "0.5", "memory": "1Gi"}, "containerResourceLimits": map[string]any{"cpu": "2", "memory": "3.5Gi"},
		}}},
		"GPU":           {"aks-gpu", nil, map[string]any{"properties.containerResourceRequirements.containerResourceLimits": map[string]any{"gpu": "1"}}},
		"GPU, managed":  {"aks-gpu", toManaged, map[string]any{"properties.instanceType": "Standard_NC4as_T4_v3"}},
		"a lone script": {"aci-script", nil, map[string]any{"properties.codeConfiguration.scoringScript": "score.py"}},
		"inline":        {"aci-inline-environment", nil, map[string]any{"properties.environmentId": workspace.String() + "/environments/aci-inline-environment-v2/versions/1"}},
		"no model":      {"aci-no-model", nil, map[string]any{"properties.model": nil}},
		"secrets":       {"aci-secrets", nil, map[string]any{"properties.environmentVariables": map[string]any{"MODE": "on", "TEMPLATE": "${x} %{y} \"quoted\" \\ back\nline"}}},
	} {
		t.Run(name, func(t *testing.T) {
			list := requests(t, readTypes(t), mapped(t, test.shape, test.change))
			deployment := list[len(list)-2]
			if !strings.HasSuffix(deployment.Type, "/deployments") {
				t.Fatalf("the last but one is %s", deployment.Type)
			}
			for path, want := range test.want {
				if diff := cmp.Diff(want, at(t, deployment.Body, path)); diff != "" {
					t.Errorf("%s (-want +got)\n%s", path, diff)
				}
			}
		})
	}
}

// The endpoint has the credentials and the names of the service; only its last request has traffic.
func TestEndpoint(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		shape string
		want  map[string]any
	}{
		"key":     {"aks-key", map[string]any{"location": "westeurope", "identity.type": "SystemAssigned", "tags": nil, "properties": map[string]any{"authMode": "Key", "compute": workspace.String() + "/computes/aks-demo"}}},
		"token":   {"aks-token", map[string]any{"properties.authMode": "AMLToken"}},
		"open":    {"aci-open", map[string]any{"properties": map[string]any{"authMode": "Key"}}},
		"network": {"aci-vnet", map[string]any{"properties": map[string]any{"authMode": "Key", "publicNetworkAccess": "Disabled"}}},
		"tags": {"aks-tags", map[string]any{
			"tags":                   map[string]any{"Team": "b", "quote\"d ${x}": "%{y}"},
			"properties.properties":  map[string]any{"azureml.git.commit": "0123abc", "owner": "me"},
			"properties.description": "Scores \"iris\" for ${team}\nsecond line",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			list := requests(t, readTypes(t), mapped(t, test.shape, nil))
			first, last := list[len(list)-3], list[len(list)-1]
			for path, want := range test.want {
				if diff := cmp.Diff(want, at(t, first.Body, path)); diff != "" {
					t.Errorf("%s (-want +got)\n%s", path, diff)
				}
			}
			if diff := cmp.Diff(map[string]any{"blue": 100.0}, at(t, last.Body, "properties.traffic")); diff != "" {
				t.Errorf("traffic (-want +got)\n%s", diff)
			}
			delete(last.Body["properties"].(map[string]any), "traffic")
			if diff := cmp.Diff(first, last); diff != "" {
				t.Errorf("the last request changes something else (-first +last)\n%s", diff)
			}
		})
	}
}

func TestChoices(t *testing.T) {
	t.Parallel()
	chosen := mapped(t, "aks-key", func(s *onlineendpoint.Source) {
		s.EndpointName, s.ComputeID, s.CodeURI = "iris-new", workspace.String()+"/computes/arc", "https://demo.blob.core.windows.net/code/iris"
	})
	list := requests(t, readTypes(t), chosen)
	if got := at(t, list[0].Body, "properties.codeUri"); got != "https://demo.blob.core.windows.net/code/iris" || strings.Contains(chosen.HCL, `variable "`) || strings.Contains(strings.Join(codesOf(chosen.Warnings), " "), "code_moves") {
		t.Errorf("codeUri is %v in\n%s", got, chosen.HCL)
	}
	if got := at(t, list[1].Body, "properties.compute"); got != workspace.String()+"/computes/arc" || !strings.HasSuffix(list[1].ID, "/onlineEndpoints/iris-new") {
		t.Errorf("the endpoint is %+v", list[1])
	}
	if shortened := mapped(t, "aci-a-name-as-long-as-v1-takes-i", nil); !strings.Contains(shortened.JSON, `/onlineEndpoints/aci-a-name-as-long-as-v1-take-v2"`) {
		t.Error(shortened.JSON)
	}
	if wrong := mapped(t, "aci-key", func(s *onlineendpoint.Source) { s.EndpointName = "-no" }); codesOf(wrong.Blockers)[0] != "name" {
		t.Errorf("%+v", wrong.Blockers)
	}
}

// The smallest size that has what one replica may use, limits included.
func TestInstanceType(t *testing.T) {
	t.Parallel()
	for resources, want := range map[string]string{
		`{}`:                         "Standard_DS2_v2",
		`{"cpu":2,"memoryInGB":7}`:   "Standard_DS2_v2",
		`{"cpu":2,"memoryInGB":7.5}`: "Standard_D2as_v4",
		`{"cpu":2.5,"memoryInGB":1}`: "Standard_F4s_v2",
		`{"cpu":0.1,"memoryInGB":0.5,"cpuLimit":5,"memoryInGBLimit":40}`: "Standard_E8s_v3",
		`{"cpu":0.1,"memoryInGB":500}`:                                   "",
		`{"cpu":97,"memoryInGB":1}`:                                      "",
		`{"cpu":1,"memoryInGB":60,"gpu":1}`:                              "Standard_NC16as_T4_v3",
		`{"cpu":1,"memoryInGB":1,"gpu":2}`:                               "Standard_NC48ads_A100_v4",
		`{"cpu":1,"memoryInGB":1,"gpu":9}`:                               "",
		`{"cpu":-1,"memoryInGB":0,"gpu":-1}`:                             "Standard_DS2_v2",
	} {
		from := source(t, []byte(`{"name":"iris","computeType":"AKS","containerResourceRequirements":`+resources+`,"environmentImageRequest":{"modelIds":["iris:1"]}}`))
		from.Target = onlineendpoint.Managed
		mapping := onlineendpoint.Map(from)
		blocked := strings.Contains(strings.Join(codesOf(mapping.Blockers), " "), "instance_type")
		if mapping.InstanceType != want || blocked != (want == "") || mapping.Reason == "" {
			t.Errorf("%s: %q, want %q: %s", resources, mapping.InstanceType, want, mapping.Reason)
		}
	}
	sizes := onlineendpoint.Sizes()
	for i, size := range sizes {
		before := sizes[max(i-1, 0)]
		if size.GPU == before.GPU && (size.VCPU < before.VCPU || size.VCPU == before.VCPU && size.GiB < before.GiB) {
			t.Errorf("%s comes after the larger %s", size.Name, before.Name)
		}
	}
}

// A document without something that v2 needs is blocked.
func TestWhatIsMissingBlocks(t *testing.T) {
	t.Parallel()
	for image, want := range map[string]string{
		`{"modelIds":["iris"],"assets":[{"id":"s.py","url":"u"}],"environmentReference":{"name":"e","version":"1"}}`:                             "model_id",
		`{"modelIds":["a/b:1"],"assets":[{"id":"s.py","url":"u"}],"environmentReference":{"name":"e","version":"1"}}`:                            "model_id",
		`{"modelIds":["iris:1"],"assets":[{"id":"c.tgz","url":"u","unpack":true}],"environmentReference":{"name":"e","version":"1"}}`:            "entry_script",
		`{"modelIds":["iris:1"],"assets":[{"id":"s.py","url":"u"}]}`:                                                                             "environment",
		`{"modelIds":["iris:1"],"assets":[{"id":"s.py","url":"u"}],"environment":{"name":"e","environmentVariables":{"A":1}}}`:                   "environment",
		`{"modelIds":["iris:1"],"assets":[{"id":"s.py","url":"u"}],"environment":{"docker":{"baseImage":"i"},"python":{"condaDependencies":1}}}`: "environment",
		`null`: "image",
	} {
		mapping := onlineendpoint.Map(source(t, []byte(`{"name":"iris","computeType":"ACI","authEnabled":true,"environmentImageRequest":`+image+`}`)))
		if got := strings.Join(codesOf(mapping.Blockers), " "); got != want {
			t.Errorf("%s: %q, want %q", image, got, want)
		}
		requests(t, readTypes(t), mapping)
	}
}

// The command has the address of the artifact. An address of another kind has no command,
// since it may be signed.
func TestCodeCommand(t *testing.T) {
	t.Parallel()
	if hcl := mapped(t, "aci-key", nil).HCL; !strings.Contains(hcl, `--url "`+contentInfo+`LocalUpload/2a2b3c4d/src.tar.gz" --query contentUri`) {
		t.Error(hcl)
	}
	for name, hcl := range map[string]string{
		"signed":  mapped(t, "aci-signed-code", nil).HCL,
		"unknown": mapped(t, "aci-key", func(s *onlineendpoint.Source) { s.ContentInfo = "" }).HCL,
		"unsafe":  onlineendpoint.Map(source(t, []byte(`{"name":"iris","computeType":"ACI","environmentImageRequest":{"assets":[{"id":"s.py","url":"aml://artifact/$(rm)/s.py"}]}}`))).HCL,
	} {
		if strings.Contains(hcl, "az rest") {
			t.Errorf("%s: %s", name, hcl)
		}
	}
}

// Keys come from v1 only if it has some.
func TestKeysAreCarriedOver(t *testing.T) {
	t.Parallel()
	for shape, want := range map[string]bool{"aci-key": true, "aci-open": false, "aks-key": true, "aks-token": false, "aks-null-probe": true, "aci-without-defaults": false} {
		hcl := mapped(t, shape, nil).HCL
		if got := strings.Contains(hcl, `ephemeral "mlws_service_keys"`); got != want || strings.Contains(hcl, "sensitive_body_version") != want {
			t.Errorf("%s: %t, want %t", shape, got, want)
		}
	}
}
