// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
)

func TestEveryAttributeHasAClass(t *testing.T) {
	t.Parallel()
	count := map[class]int{}
	for _, compute := range computes {
		for _, l := range leaves(compute) {
			count[l.class]++
			if l.class == "" {
				t.Errorf("%s is none of wire, write-only, local and computed: its row has no expand, flatten or patch", l)
			}
		}
	}
	for _, c := range []class{wire, unreturned, writeOnly, localOnly, decided} {
		if count[c] == 0 {
			t.Errorf("no attribute is %s: the test looks in the wrong place", c)
		}
	}
}

// tls and code are what an optional object has beside the member that is tested.
var (
	tls  = fields{"enabled": true, "cert_pem": "cert", "key_pem": "key", "cname": "a.b"}
	code = fields{"entry_script": "score.py", "source_url": "https://h/c/code.tgz", "source_directory_name": "code", "environment": inline}
)

// around is the object that a member is tested in.
var around = map[string]any{
	"ssl": tls, "inference_config": code,
	"vnet": fields{"vnet_name": "v", "subnet_name": "s"},
	"cmk":  fields{"vault_base_url": "https://v", "key_name": "k", "key_version": "1"},
	"inference_config.environment.base_image_registry": fields{"address": "r.example"},
}

// samples are the values of attributes that not every value fits. Root attributes
// can come with others that they need.
var samples = map[string]fields{
	"name": {"name": "other"}, "location": {"location": "northeurope"}, "dns_name_label": {"dns_name_label": "chosen"},
	"auth_enabled":       {"auth_enabled": false},
	"token_auth_enabled": {"token_auth_enabled": true, "auth_enabled": false},
	"num_replicas":       {"num_replicas": 3, "autoscale": fields{"enabled": false}},
	"autoscale.enabled":  {"num_replicas": 3, "autoscale": fields{"enabled": false}},
	"model_ids":          {"model_ids": list{"iris:2"}},
	"tags":               {"tags": fields{"k": "v"}, "tags_all": fields{"k": "v"}}, // tags_all is what is sent

	"inference_config.entry_script":                   {"inference_config": merged(code, fields{"entry_script": "other.py"})},
	"inference_config.source_url":                     {"inference_config": merged(code, fields{"source_url": "https://h/c/other.tgz"})},
	"inference_config.driver_url":                     {"inference_config": merged(code, fields{"driver_url": "https://h/c/driver.py"})},
	"inference_config.environment.base_dockerfile":    {"inference_config": merged(code, fields{"environment": fields{"name": "e", "base_dockerfile": "FROM i"}})},
	"inference_config.environment.conda_dependencies": {"inference_config": merged(code, fields{"environment": merged(inline, fields{"conda_dependencies": "dependencies:\n    - a\n"})})},
	// Without dependencies the packages are the image's own.
	"inference_config.environment.user_managed_dependencies": {"inference_config": merged(code, fields{"environment": merged(inline, fields{"user_managed_dependencies": false})})},
}

// elsewhere are attributes of the resources that the data source has under other
// names, or with a reason not at all.
var elsewhere = map[string][]string{
	"ssl":              {"ssl_enabled", "cname"},
	"inference_config": {"environment_name", "environment_version"},
}

// notRemoved are the attributes of which a removal is not sent, with the reason.
var notRemoved = map[string]string{
	"properties":          "the API cannot remove a property",
	"num_replicas":        "it turns the autoscaler on, which is sent",
	"ssl.cert_pem":        "TLS without a certificate is refused before",
	"ssl.key_pem":         "TLS without a key is refused before",
	"ssl.cname":           "TLS without a host name is refused before",
	"ssl.enabled":         "it has a default",
	"autoscale.enabled":   "it has a default",
	"namespace":           "Azure's choice stays",
	"token_auth_enabled":  "it has a default",
	"auth_enabled":        "it has a default",
	"enable_app_insights": "it has a default",
}

// noDrift are attributes that only the state or an import brings back, with the reason.
var noDrift = map[string]struct{ by, reason string }{
	"properties":  {"a refresh after a drift", "only the names that the state has are followed"},
	"ssl.enabled": {"an import", "TLS that is off is the same as no ssl"},
	"inference_config.environment.inferencing_stack_version": {"a refresh after a drift", "the service may fill in a default"},
}

// hosted are members that only a workspace can resolve; the tests of inference have them.
var hosted = []string{"inference_config.environment.version"}

// least is the smallest service, with the object that a member is in.
func (l leaf) least() fields {
	base := aksState(nil)
	if l.compute == azureml.ComputeACI {
		base = aciState(nil)
	}
	parents := strings.Split(l.path, ".")
	for i := 1; i < len(parents); i++ {
		at := strings.Join(parents[:i], ".")
		if object, exists := around[at]; exists {
			base = put(base, parents[:i], object)
		}
	}
	return base
}

// changed is the least service with another value of the attribute.
func (l leaf) changed(t *testing.T) fields {
	t.Helper()
	if sample, exists := samples[l.path]; exists {
		return merged(l.least(), sample)
	}
	typ := l.attribute.GetType().TerraformType(t.Context())
	var value any
	switch {
	case typ.Is(tftypes.Bool):
		value = !isTrueAt(l.least(), l.path)
	case typ.Is(tftypes.Number):
		value = 7
	case typ.Is(tftypes.Map{}):
		value = fields{"k": "v"}
	default:
		value = "sample"
	}
	return put(l.least(), strings.Split(l.path, "."), value)
}

// put returns the fields with a value at a path.
func put(base fields, path []string, value any) fields {
	if len(path) == 1 {
		return merged(base, fields{path[0]: value})
	}
	within, _ := base[path[0]].(fields)
	return merged(base, fields{path[0]: put(merged(fields{}, within), path[1:], value)})
}

func isTrueAt(base fields, path string) bool {
	at := any(base)
	for _, name := range strings.Split(path, ".") {
		within, _ := at.(fields)
		at = within[name]
	}
	return at == true
}

// document is what a deployment looks like on the wire.
func document(t *testing.T, d deployment) (azureml.CreateServiceRequest, *azureml.EnvironmentImage) {
	t.Helper()
	s := secretsOf(t.Context(), d)
	image, diags := inference.Source{Plan: d.image(), RegistryPassword: s.registryPassword}.Image(t.Context())
	if diags.HasError() {
		t.Fatal(diags)
	}
	return expand(t.Context(), d, s, image.Request, false), image.Request
}

func encoded(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// served is the service that a deployment becomes.
func served(t *testing.T, d deployment) *azureml.Service {
	t.Helper()
	request, _ := document(t, d)
	request.SSLCertificate, request.SSLKey = nil, nil
	var service azureml.Service
	if err := json.Unmarshal([]byte(encoded(t, request)), &service); err != nil {
		t.Fatal(err)
	}
	service.State = azureml.StateHealthy
	return &service
}

func operations(t *testing.T, plan, state deployment) int {
	t.Helper()
	_, image := document(t, plan)
	sent := patch(t.Context(), plan, state, secretsOf(t.Context(), plan), image)
	for _, operation := range sent {
		if !strings.HasPrefix(operation.Path, "/") {
			t.Errorf("patch: the path is %q", operation.Path)
		}
	}
	return len(sent)
}

// Every attribute of the schema that goes over the wire is written into a create
// body, patched if the table says so, also if it is removed, read back, and shown by
// the data source. An attribute that is forgotten in one of these fails by name.
func TestCompleteness(t *testing.T) {
	t.Parallel()
	for _, compute := range computes {
		for _, l := range leaves(compute) {
			if l.class != wire && l.class != unreturned || l.root() == "workspace_id" || slices.Contains(hosted, l.path) {
				continue // a workspace is in the address of a request
			}
			t.Run(l.String(), func(t *testing.T) {
				t.Parallel()
				least, changed := deploymentOf(t, compute, l.least()), deploymentOf(t, compute, l.changed(t))
				if cmp.Equal(l.least(), l.changed(t)) {
					t.Fatal("the sample is not another value: give it one in samples")
				}
				before, _ := document(t, least)
				after, _ := document(t, changed)
				if encoded(t, before) == encoded(t, after) {
					t.Error("expand: the create body does not have it")
				}
				if l.row.change(compute) == inPlace {
					if operations(t, changed, least) == 0 {
						t.Error("patch: the table says that it changes in place, and nothing is sent")
					}
					if _, excused := notRemoved[l.path]; !excused && l.attribute.IsOptional() && operations(t, least, changed) == 0 {
						t.Error("patch: nothing is sent when it is removed")
					}
				}
				l.readBack(t, least, changed)
			})
		}
	}
}

func (l leaf) readBack(t *testing.T, least, changed deployment) {
	t.Helper()
	service := served(t, changed)
	// A value that the API does not return can only come from the state.
	for name, prior := range map[string]deployment{"an import": newDeployment(l.compute), "a refresh after a drift": least, "a refresh": changed} {
		if l.class == unreturned && name != "a refresh" || noDrift[l.path].by == name {
			continue
		}
		got, want := plainState(t, flatten(t.Context(), service, testWorkspace, prior)), plainState(t, changed)
		if diff := cmp.Diff(at(want, l.path), at(got, l.path)); diff != "" {
			t.Errorf("flatten: not read back by %s (-want +got)\n%s", name, diff)
		}
	}
	names, other := elsewhere[l.root()]
	if !other {
		names = []string{l.path}
	}
	var raw tftypes.Value
	if diags := storeData(t.Context(), service, testWorkspace.Service("iris"), lookup{}, &raw); diags.HasError() {
		t.Fatal(diags)
	}
	for _, name := range names {
		attribute := dataAttribute(name)
		switch {
		case attribute == nil:
			t.Errorf("data source: it has no %s", name)
		case !other && l.attribute.IsSensitive() && !attribute.IsSensitive():
			t.Errorf("data source: %s is not sensitive, and the resource's is", name)
		case !other:
			if diff := cmp.Diff(at(plainState(t, changed), l.path), at(plain(t, raw).(fields), name)); diff != "" {
				t.Errorf("data source: another value (-resource +data source)\n%s", diff)
			}
		}
	}
}

// dataAttribute returns an attribute of the data source; nil if there is none.
func dataAttribute(path string) dataschema.Attribute {
	attributes := dataSchema().Attributes
	var found dataschema.Attribute
	for _, name := range strings.Split(path, ".") {
		found = attributes[name]
		if nested, isObject := found.(dataschema.SingleNestedAttribute); isObject {
			attributes = nested.Attributes
		}
	}
	return found
}

func at(state fields, path string) any {
	found := any(state)
	for _, name := range strings.Split(path, ".") {
		within, _ := found.(fields)
		found = within[name]
	}
	return found
}

// Local and computed attributes are never sent, and write-only ones are.
func TestOnlyTheWireIsSent(t *testing.T) {
	t.Parallel()
	for _, compute := range computes {
		for _, l := range leaves(compute) {
			if l.class == localOnly && l.path != "token_auth_enabled" {
				row := l.row
				if !strings.Contains(l.path, ".") && (row.expand != nil || row.patch != nil || row.flatten != nil) {
					t.Errorf("%s is local, and its row sends or reads it", l)
				}
			}
			if l.class == decided && !strings.Contains(l.path, ".") && (l.row.expand != nil || l.row.patch != nil) {
				t.Errorf("%s is computed, and its row sends it", l)
			}
			if l.class == writeOnly && l.attribute.IsWriteOnly() {
				least, changed := deploymentOf(t, compute, l.least()), deploymentOf(t, compute, put(l.least(), strings.Split(l.path, "."), "very-secret"))
				if request, _ := document(t, changed); !strings.Contains(encoded(t, request), "very-secret") {
					t.Errorf("%s is not sent", l)
				}
				next := deploymentOf(t, compute, put(l.least(), strings.Split(l.path+"_version", "."), 7))
				if operations(t, next, least) == 0 {
					t.Errorf("a changed version of %s sends nothing", l)
				}
				if !l.attribute.IsSensitive() {
					t.Errorf("%s is not sensitive", l)
				}
			}
		}
	}
}
