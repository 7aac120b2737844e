// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// serve sends a request through the handler without a socket, which is what a
// fuzzer has time for.
func serve(e *emulator.Emulator, token, method, path, media, body string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, "/modelmanagement/v1.0"+emulator.DefaultWorkspaceID+path, strings.NewReader(body))
	request.Host = "localhost"
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", media)
	recorder := httptest.NewRecorder()
	e.ServeHTTP(recorder, request)
	return recorder
}

// sane fails for what no body may cause: a 500, a body that is not JSON, a
// service that can no longer be read.
func sane(t *testing.T, e *emulator.Emulator, token, body string, got *httptest.ResponseRecorder) {
	t.Helper()
	if got.Code >= 500 && got.Code != http.StatusNotImplemented {
		t.Errorf("%d for %q: %s", got.Code, body, got.Body)
	}
	if got.Body.Len() > 0 && !json.Valid(got.Body.Bytes()) {
		t.Errorf("no JSON for %q: %s", body, got.Body)
	}
	if list := serve(e, token, "GET", "/services?expand=true", "", ""); list.Code != http.StatusOK || !json.Valid(list.Body.Bytes()) {
		t.Errorf("after %q the list is %d %s", body, list.Code, list.Body)
	}
}

func FuzzCreate(f *testing.F) {
	for _, seed := range []any{
		aci("svc", "authEnabled", true, "keys", object{"primaryKey": "a"}, "sslEnabled", true, "sslKey", "k", "sslCertificate", "c", "cname", "n"),
		aks("svc", "numReplicas", 1, "autoScaler", object{"autoscaleEnabled": false}, "livenessProbeRequirements", object{"periodSeconds": nil}),
		aci("svc", "overwrite", true, "properties", object{"a": "b"}, "containerResourceRequirements", object{"cpu": 1e300}),
		aks("svc", "autoScaler", object{"minReplicas": 2}, "environmentImageRequest", object{"modelIds": nil, "models": []any{object{}}, "assets": []any{}}),
	} {
		raw, err := json.Marshal(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw))
	}
	f.Add(`[]`)
	f.Add(`{"name":"svc","computeType":"ACI","dataCollection":null,"vnetConfiguration":{},"encryptionProperties":{"keyName":""}}`)
	e := emulator.Start(f, emulator.WithOperationDuration(0))
	token := e.AccessToken(emulator.OwnerClientID)
	f.Fuzz(func(t *testing.T, body string) {
		got := serve(e, token, "POST", "/services", "application/json", body)
		sane(t, e, token, body, got)
		for _, name := range e.ServiceNames(emulator.DefaultWorkspaceID) {
			if err := e.RemoveService(emulator.DefaultWorkspaceID, name); err != nil {
				t.Error(err)
			}
		}
		e.ResetRequests()
	})
}

func FuzzPatch(f *testing.F) {
	for _, seed := range []any{
		replace("/description", "x", "/kvTags", object{"a": "b"}), replace("/authEnabled", false, "/aadAuthEnabled", true),
		replace("/autoScaler/autoscaleEnabled", false, "/numReplicas", 2), replace("/containerResourceRequirements/cpuLimit", nil),
		[]any{object{"op": "add", "path": "/properties/a~1b", "value": "1"}},
		[]any{object{"op": "remove", "path": "/description"}},
		replace("/environmentImageRequest", object{"modelIds": []string{}, "environment": object{"docker": object{"baseImageRegistry": object{}}}}),
		replace("/sslEnabled", true, "/sslKey", "k", "/sslCertificate", "c", "/cname", "n"),
		[]any{object{"op": "test", "path": "", "from": "/"}},
	} {
		raw, err := json.Marshal(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw), true)
		f.Add(string(raw), false)
	}
	e := emulator.Start(f, emulator.WithOperationDuration(0))
	token := e.AccessToken(emulator.OwnerClientID)
	f.Fuzz(func(t *testing.T, body string, onACI bool) {
		request := aks("svc")
		if onACI {
			request = aci("svc")
		}
		raw, err := json.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		if created := serve(e, token, "POST", "/services", "application/json", string(raw)); created.Code != http.StatusAccepted {
			t.Fatalf("create: %d %s", created.Code, created.Body)
		}
		got := serve(e, token, "PATCH", "/services/svc", "application/json-patch+json", body)
		sane(t, e, token, body, got)
		service, _ := e.ServiceJSON(emulator.DefaultWorkspaceID, "svc")
		if service["authEnabled"] == true && service["aadAuthEnabled"] == true {
			t.Errorf("%q turned both modes on", body)
		}
		if err := e.RemoveService(emulator.DefaultWorkspaceID, "svc"); err != nil {
			t.Error(err)
		}
		e.ResetRequests()
	})
}
