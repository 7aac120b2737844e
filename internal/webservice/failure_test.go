// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	const line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"
	s := secrets{tlsKey: "-----BEGIN PRIVATE KEY-----\n" + line + "\n-----END PRIVATE KEY-----\n", registryPassword: "hunter2hunter2", keys: []string{"PrimaryKeyValue", ""}}
	text := s.redact("key " + line + " from Authorization: Bearer eyJhbGciOi.eyJzdWIi.c2ln, password hunter2hunter2, Bearer PrimaryKeyValue.\n" + s.tlsKey + "BEGIN stays")
	for _, secret := range []string{line, "eyJ", "hunter2", "PrimaryKeyValue"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is still in %s", secret, text)
		}
	}
	s.variables = map[string]string{"SHORT": "worker", "URL": "https://host/path", "HOST": "https://host"}
	if got, want := s.redact("worker of https://host/path at https://host"), "worker of (value of URL) at (value of HOST)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !strings.Contains(text, "BEGIN stays") || !strings.Contains(text, "Bearer (redacted).") {
		t.Error(text)
	}
}

func TestSecretsOf(t *testing.T) {
	t.Parallel()
	config := merged(sslConfig(fields{"key_pem": "state", "key_pem_wo": "write-only"}), withCode(merged(inline, fields{"base_image_registry": fields{"address": "r", "password_wo": "pw"}})))
	s := secretsOf(t.Context(), deploymentOf(t, azureml.ComputeACI, config))
	if s.tlsKey != "write-only" || s.registryPassword != "pw" {
		t.Error("not the write-only values")
	}
	if s = secretsOf(t.Context(), deploymentOf(t, azureml.ComputeACI, aciConfig)); s.tlsKey+s.registryPassword != "" {
		t.Error("secrets out of nothing")
	}
}

// The container log may hold the keys of the service: it is shown without them,
// or not at all.
func TestContainerLogWithoutKeys(t *testing.T) {
	t.Parallel()
	const primary, password = "cHJpbWFyeS1rZXktMDEyMzQ1Njc4OQ", "hunter2-hunter2"
	on, off := true, false
	for name, test := range map[string]struct {
		authEnabled *bool
		keyStatus   int
		says        []string
	}{
		"keys are read":       {&on, http.StatusOK, []string{"The end of the container log:\nbad key (redacted), password (redacted)\nred \ufffd"}},
		"keys are refused":    {&on, http.StatusForbidden, []string{"The container log is not shown", "may hold the keys", "lacks the permission", "listkeys/action"}},
		"keys cannot be read": {&on, http.StatusBadRequest, []string{"The container log is not shown", "(400)"}},
		"there are no keys":   {&off, http.StatusForbidden, []string{"The end of the container log:\nbad key"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				switch {
				case strings.HasSuffix(r.URL.Path, "/listkeys") && test.keyStatus != http.StatusOK:
					w.WriteHeader(test.keyStatus)
					fmt.Fprint(w, `{"code":"Refused","message":"No."}`)
				case strings.HasSuffix(r.URL.Path, "/listkeys"):
					fmt.Fprintf(w, `{"primaryKey":%q,"secondaryKey":"c2Vjb25kYXJ5LWtleQ"}`, primary)
				case strings.HasSuffix(r.URL.Path, "/logs"):
					fmt.Fprintf(w, `{"content":"bad key %s, password %s\n\u001b[31mred\u001b[0m \u202e"}`, primary, password)
				}
			}))
			t.Cleanup(service.Close)
			client, err := azureml.NewClient(azureml.Config{Credential: protocoltest.Token{}, TokenScope: "scope/.default", ResourceManagerEndpoint: service.URL, ModelManagementEndpoint: service.URL})
			if err != nil {
				t.Fatal(err)
			}
			failed := &azureml.Service{State: azureml.StateFailed, ServiceSpec: azureml.ServiceSpec{Name: "iris", AuthEnabled: test.authEnabled}}
			detail := explainFailure(t.Context(), client.Workspace(testWorkspace), "Failed", testWorkspace.Service("iris"), errors.New("it broke"), failed, secrets{registryPassword: password}).Detail()
			for _, want := range test.says {
				if !strings.Contains(detail, want) {
					t.Errorf("%q is not in %q", want, detail)
				}
			}
			if hidden := test.keyStatus == http.StatusOK || *test.authEnabled; hidden && strings.Contains(detail, primary) || strings.Contains(detail, password) {
				t.Errorf("a secret is shown: %q", detail)
			}
		})
	}
}

func TestExplainExists(t *testing.T) {
	t.Parallel()
	id := testWorkspace.Service("iris-two")
	for compute, want := range map[azureml.ComputeType][]string{
		azureml.ComputeACI: {"import {\n  to = mlws_aci_service.iris_two # put the resource's address here\n  id = \"" + id.String() + "\"\n}", "not in this configuration's state. To manage"},
		azureml.ComputeAKS: {"to = mlws_aks_service.iris_two", "runs on AKS, so it belongs to mlws_aks_service"},
		"IOT":              {"on IOT, which this provider does not manage. Choose another name."},
	} {
		detail := explainExists(id, azureml.ComputeACI, &azureml.Service{ServiceSpec: azureml.ServiceSpec{ComputeType: compute}}).Detail()
		for _, text := range want {
			if !strings.Contains(detail, text) {
				t.Errorf("%s: %q is not in %q", compute, text, detail)
			}
		}
	}
	own := &azureml.Service{ServiceSpec: azureml.ServiceSpec{ComputeType: azureml.ComputeAKS, Properties: map[string]string{"mlws.deploymentId": "x"}}}
	if detail := explainExists(id, azureml.ComputeAKS, own).Detail(); !strings.Contains(detail, "create_before_destroy") || !strings.Contains(detail, "in a run that was ended early. If it is") {
		t.Error(detail)
	}
	if detail := explainExists(id, azureml.ComputeAKS, nil).Detail(); !strings.Contains(detail, "to = mlws_aks_service.iris_two") {
		t.Error(detail)
	}
}

func TestImportID(t *testing.T) {
	t.Parallel()
	own := testWorkspace
	other := testWorkspace
	other.Name = "ws-other"
	var diags diag.Diagnostics
	if id := importID(other.Service("iris").String(), &own, &diags); diags.HasError() || id != other.Service("iris") {
		t.Error(id, diags)
	}
	if id := importID("iris", &own, &diags); diags.HasError() || id != own.Service("iris") {
		t.Error(id, diags)
	}
	if importID("iris", nil, &diags); !diags.HasError() || !strings.Contains(diags[0].Detail(), "import by the full id") {
		t.Error(diags)
	}
	for _, text := range []string{"Iris", "/subscriptions/x", testWorkspace.String(), "a/b"} {
		var diags diag.Diagnostics
		if importID(text, &own, &diags); !diags.HasError() {
			t.Errorf("%s was accepted", text)
		}
	}
	full := identityOf(other.Service("iris"))
	if id, err := full.id(nil); err != nil || id != other.Service("iris").String() {
		t.Error(id, err)
	}
	bare := identityModel{Name: types.StringValue("iris")}
	if id, err := bare.id(&own); err != nil || id != own.Service("iris").String() {
		t.Error(id, err)
	}
	if _, err := bare.id(nil); err == nil {
		t.Error("an identity without a workspace was accepted")
	}
}
