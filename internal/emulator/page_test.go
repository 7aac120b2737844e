// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// The page shows what there is, and nothing that is a secret.
func TestPage(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithPathPrefix("/below"))
	s.deploy(aci("svc-page", "authEnabled", true, "description", "<script>alert(1)</script>"))
	s.deploy(aks("svc-tokens", "authEnabled", false, "aadAuthEnabled", true))
	primary, secondary := s.keys("svc-page")
	token := s.token("svc-tokens")
	uri := s.upload("LocalUpload", "c1", "<b>.pkl", "x")
	s.e.Fault(emulator.Fault{Kind: emulator.FaultThrottle, Operation: "ListServices", Times: 3})
	got := s.do("GET", s.e.ResourceManagerURL()+"/", "", nil)
	if got.status != http.StatusOK || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
		t.Fatalf("page: %d %s", got.status, got.header.Get("Content-Type"))
	}
	for _, want := range []string{
		emulator.DefaultWorkspaceID, "svc-page", "svc-tokens", ">Healthy<", ">key<", ">token<", "aks-far", "iris:2 (ScikitLearn)", "sklearn-env:1",
		"CreateService", "throttle", "3 of 3", "/below", "<option>resetAfter</option>", "<option>PutBlob</option>",
		"/below/_emulator/shell/terraform", "<code title=\"/below/modelmanagement/v1.0" + emulator.DefaultWorkspaceID + "/services\">POST /below/modelmanagement/v1.0/…/ws-demo/services<",
	} {
		if !strings.Contains(got.raw, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	_, signature, _ := strings.Cut(uri, "sig=")
	signature, _, _ = strings.Cut(signature, "&")
	for name, secret := range map[string]string{
		"primary key": primary, "secondary key": secondary, "service token": token, "bearer": s.bearer, "signature": signature,
		"client secret": emulator.OwnerSecret, "script": "<script>alert",
	} {
		if strings.Contains(got.raw, secret) {
			t.Errorf("the page shows the %s", name)
		}
	}
	// The page's form sends this.
	order := `{"kind":"unavailable","operation":"GetService","times":1,"skip":0,"retryAfter":"2s","delay":""}`
	if reply := s.do("POST", s.e.ResourceManagerURL()+"/_emulator/faults", "", order); reply.status != http.StatusNoContent {
		t.Errorf("the form's order: %d %s", reply.status, reply.raw)
	}
	if reply := s.call("GET", "/services/svc-page", nil); reply.status != http.StatusServiceUnavailable || reply.header.Get("Retry-After") != "2" {
		t.Errorf("the ordered fault: %d %v", reply.status, reply.header)
	}
}
