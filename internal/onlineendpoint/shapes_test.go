// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/onlineendpoint"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

var workspace = resourceid.Workspace{SubscriptionID: "22222222-2222-2222-2222-222222222222", ResourceGroup: "rg-demo", Name: "ws-demo"}

const contentInfo = "https://westeurope.api.azureml.ms/artifact/v2.0/subscriptions/s/artifacts/contentinfo/"

// shapes are the documents of services by their names.
func shapes(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/shapes/*.json")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d shapes: %v", len(files), err)
	}
	found := map[string][]byte{}
	for _, file := range files {
		document, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found[strings.TrimSuffix(filepath.Base(file), ".json")] = document
	}
	return found
}

func source(t testing.TB, document []byte) onlineendpoint.Source {
	t.Helper()
	var service azureml.Service
	if err := json.Unmarshal(document, &service); err != nil {
		t.Fatal(err)
	}
	return onlineendpoint.Source{Service: &service, Workspace: workspace, Location: "West Europe", ContentInfo: contentInfo}
}

// codesOf returns the codes of findings, sorted.
func codesOf(findings []onlineendpoint.Finding) []string {
	var codes []string
	for _, f := range findings {
		codes = append(codes, string(f.Code))
	}
	slices.Sort(codes)
	return codes
}

// request is one entry of the JSON.
type request struct {
	ID, Type, APIVersion string
	Body                 map[string]any
}

// requests decodes the JSON of a mapping, and checks every body by Azure's types.
func requests(t testing.TB, ts types, mapping onlineendpoint.Mapping) []request {
	t.Helper()
	var list []request
	if err := json.Unmarshal([]byte(mapping.JSON), &list); err != nil {
		t.Fatalf("%v: %s", err, mapping.JSON)
	}
	for _, r := range list {
		body := maps.Clone(r.Body)
		body["name"] = r.ID[strings.LastIndex(r.ID, "/")+1:]
		for _, problem := range ts.check(r.Type, body) {
			t.Error(problem)
		}
		if r.APIVersion != "2026-05-01" {
			t.Errorf("api-version %s", r.APIVersion)
		}
	}
	return list
}

// want is what each shape comes to, as "blockers; warnings". Warnings that most shapes
// have are left out.
var want = map[string]string{
	"aci-key":                          "; ",
	"aci-open":                         "open_mode; ",
	"aci-no-code":                      "no_code; ",
	"aci-tls":                          "; certificate",
	"aci-dns-label":                    "; dns_name_label",
	"aci-vnet":                         "virtual_network; ",
	"aci-cmk":                          "customer_managed_key; ",
	"aci-script":                       "; ",
	"aci-inline-environment":           "; ",
	"aci-dockerfile":                   "dockerfile; ",
	"aci-private-registry":             "private_registry; ",
	"aci-two-models":                   "several_models; ",
	"aci-no-model":                     "; ",
	"aci-image":                        "image; ",
	"aci-data-collection":              "; data_collection",
	"aci-big":                          "; ",
	"aci-secrets":                      "; secret_variables",
	"aci-package-index":                "environment; ",
	"aci-signed-code":                  "; ",
	"aci-without-defaults":             "open_mode; ",
	"aci-a-name-as-long-as-v1-takes-i": "; name",
	"aks-key":                          "kubernetes_compute; namespace",
	"aks-token":                        "kubernetes_compute; namespace token_role",
	"aks-open":                         "kubernetes_compute open_mode; namespace",
	"aks-fixed":                        "kubernetes_compute; namespace",
	"aks-autoscale":                    "kubernetes_compute; namespace",
	"aks-limits":                       "kubernetes_compute; namespace",
	"aks-gpu":                          "kubernetes_compute; namespace",
	"aks-fpga":                         "fpga kubernetes_compute; namespace",
	"aks-slow":                         "kubernetes_compute; namespace",
	"aks-tags":                         "kubernetes_compute; namespace properties tags",
	"aks-null-probe":                   "kubernetes_compute; ",
	"aks-no-code":                      "kubernetes_compute no_code; namespace",
	"aks-stack":                        "kubernetes_compute; inferencing_stack namespace",
	"aks-storage-init":                 "kubernetes_compute; namespace",
	"ab-endpoint":                      "aks_endpoint; ",
	"iot-module":                       "unsupported_compute; ",
}

// common are warnings of most shapes: of code, of a sent environment, and of ACI.
var common = []string{"code_moves", "concurrency", "environment_by_id"}

func TestShapes(t *testing.T) {
	t.Parallel()
	ts, all := readTypes(t), shapes(t)
	if got, documented := slices.Sorted(maps.Keys(all)), slices.Sorted(maps.Keys(want)); !slices.Equal(got, documented) {
		t.Errorf("the shapes are %q, want %q", got, documented)
	}
	seen := map[string]bool{}
	for name, document := range all {
		t.Run(name, func(t *testing.T) {
			from := source(t, document)
			mapping := onlineendpoint.Map(from)
			warnings := slices.DeleteFunc(codesOf(mapping.Warnings), func(code string) bool { return slices.Contains(common, code) })
			if got := strings.Join(codesOf(mapping.Blockers), " ") + "; " + strings.Join(warnings, " "); got != want[name] {
				t.Errorf("got %q, want %q", got, want[name])
			}
			if mapping.JSON == "" {
				if len(mapping.Blockers) == 0 || mapping.HCL != "" {
					t.Errorf("no body and no blocker: %+v", mapping)
				}
				return
			}
			requests(t, ts, mapping)
			for _, target := range []onlineendpoint.Target{onlineendpoint.Managed, onlineendpoint.Kubernetes} {
				from.Target, from.ComputeID, from.CodeURI = target, workspace.String()+"/computes/arc", "https://demo.blob.core.windows.net/code/iris"
				if chosen := onlineendpoint.Map(from); chosen.Target != target || slices.Contains(codesOf(chosen.Blockers), "kubernetes_compute") {
					t.Errorf("%s: %+v", target, chosen.Blockers)
				} else {
					requests(t, ts, chosen)
				}
			}
		})
		for _, f := range slices.Concat(onlineendpoint.Map(source(t, document)).Blockers, onlineendpoint.Map(managed(t, document)).Blockers,
			onlineendpoint.Map(source(t, document)).Warnings, onlineendpoint.Map(managed(t, document)).Warnings) {
			seen[string(f.Code)] = true
			if f.Message == "" || f.Action == "" || !strings.HasSuffix(f.Message, ".") || !strings.HasSuffix(f.Action, ".") {
				t.Errorf("%s: %+v is no sentence", name, f)
			}
		}
	}
	// These have tests of their own.
	for _, code := range []string{"entry_script", "instance_type", "model_id"} {
		seen[code] = true
	}
	for _, kind := range onlineendpoint.Kinds() {
		if !seen[string(kind.Code)] {
			t.Errorf("no shape has %s", kind.Code)
		}
		delete(seen, string(kind.Code))
	}
	if len(seen) > 0 {
		t.Errorf("Kinds does not have %v", seen)
	}
}

func managed(t testing.TB, document []byte) onlineendpoint.Source {
	from := source(t, document)
	from.Target = onlineendpoint.Managed
	return from
}

// Nothing secret is in an output: neither what the API returns nor what it should not.
func TestNoSecretIsWritten(t *testing.T) {
	t.Parallel()
	secrets := []string{"c2VjcmV0LW9mLXRoZS1zdG9yYWdl", "hunter2hunter2", "c2lnbmF0dXJlLW9mLXRoZS1jb2Rl", "MIIEvQIBADANBgkq", "registry-password", "primary-key-of-iris"}
	leaky := source(t, []byte(`{"name":"leaky","computeType":"ACI","authEnabled":true,"keys":{"primaryKey":"primary-key-of-iris"},"sslEnabled":true,"cname":"a.b",
		"sslKey":"-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----","description":"password=hunter2hunter2",
		"kvTags":{"note":"sig=c2lnbmF0dXJlLW9mLXRoZS1jb2Rl"},"properties":{"p":"AccountKey=c2VjcmV0LW9mLXRoZS1zdG9yYWdl"},
		"environmentImageRequest":{"modelIds":["iris:1"],"assets":[{"id":"score.py","url":"https://u:hunter2hunter2@h/score.py?sig=c2lnbmF0dXJlLW9mLXRoZS1jb2Rl"}],
		"environment":{"name":"e","docker":{"baseImage":"i","baseImageRegistry":{"address":"r.example","username":"u","password":"registry-password"}},
		"environmentVariables":{"A":"https://u:hunter2hunter2@h","API_KEY":"c2VjcmV0LW9mLXRoZS1zdG9yYWdl"}}}}`))
	sources := []onlineendpoint.Source{leaky}
	for _, document := range shapes(t) {
		sources = append(sources, source(t, document))
	}
	for _, from := range sources {
		mapping := onlineendpoint.Map(from)
		whole, err := json.Marshal(mapping)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range secrets {
			if strings.Contains(string(whole), secret) {
				t.Errorf("%s has %s:\n%s", from.Service.Name, secret, whole)
			}
		}
	}
}
