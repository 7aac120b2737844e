// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

const tokenResource = "mlws_service_token"

func (l *fixture) deployTokens() {
	l.T.Helper()
	off, on := false, true
	compute, replicas := emulator.DefaultCompute, int64(1)
	l.deploy(azureml.CreateServiceRequest{ServiceSpec: azureml.ServiceSpec{Name: "iris", ComputeType: azureml.ComputeAKS, ComputeName: &compute, NumReplicas: &replicas, AuthEnabled: &off, AADAuthEnabled: &on}})
}

func (l *fixture) open(config fields) (*tfprotov6.OpenEphemeralResourceResponse, fields) {
	l.T.Helper()
	typ := l.Schema.EphemeralResourceSchemas[tokenResource].ValueType()
	response, err := l.OpenEphemeralResource(l.T.Context(), &tfprotov6.OpenEphemeralResourceRequest{
		TypeName: tokenResource, Config: l.Encode(typ, build(l.T, typ, config)),
	})
	if err != nil {
		l.T.Fatal(err)
	}
	if response.Result == nil {
		return response, nil
	}
	return response, l.Decode(typ, response.Result)
}

func TestTokenIsRenewedBeforeItsRefresh(t *testing.T) {
	t.Parallel()
	l := newFixture(t)
	l.clock.set(l.emulator.Now())
	l.deployTokens()
	opened, result := l.open(fields{"service_id": irisID})
	l.Must(nil, opened.Diagnostics)
	refresh, expiry := parseTime(t, result["refresh_after"]), parseTime(t, result["expiry_on"])
	if !opened.RenewAt.Before(refresh) || opened.RenewAt.Before(refresh.Add(-5*time.Minute)) {
		t.Errorf("renewed at %s for a refresh at %s", opened.RenewAt, refresh)
	}
	renew := func(now time.Time) *tfprotov6.RenewEphemeralResourceResponse {
		t.Helper()
		l.clock.set(now)
		response, err := l.RenewEphemeralResource(t.Context(), &tfprotov6.RenewEphemeralResourceRequest{TypeName: tokenResource, Private: opened.Private})
		if err != nil {
			t.Fatal(err)
		}
		return response
	}
	if renewed := renew(opened.RenewAt); len(renewed.Diagnostics) > 0 || !renewed.RenewAt.Equal(expiry) {
		t.Errorf("the token works until %s; asked to come back at %s, %v", expiry, renewed.RenewAt, renewed.Diagnostics)
	}
	if renewed := renew(expiry.Add(-time.Second)); len(renewed.Diagnostics) > 0 || !renewed.RenewAt.After(expiry) {
		t.Errorf("asked to come back at %s, %v", renewed.RenewAt, renewed.Diagnostics)
	}
	if renewed := renew(expiry); len(renewed.Diagnostics) != 1 || !strings.Contains(renewed.Diagnostics[0].Detail, "expired at") {
		t.Errorf("an expired token: %v", renewed.Diagnostics)
	}
	if got := l.emulator.Count("ServiceToken"); got != 1 {
		t.Errorf("%d token calls, want 1", got)
	}
}

// A clock ahead of the service's sees tokens that are old already.
func TestTokenOfAClockAhead(t *testing.T) {
	t.Parallel()
	l := newFixture(t)
	l.clock.set(l.emulator.Now())
	l.deployTokens()
	_, result := l.open(fields{"service_id": irisID})
	refresh, expiry := parseTime(t, result["refresh_after"]), parseTime(t, result["expiry_on"])

	now := refresh.Add(time.Minute)
	l.clock.set(now)
	opened, _ := l.open(fields{"service_id": irisID})
	l.Must(nil, opened.Diagnostics)
	if !opened.RenewAt.After(now) {
		t.Errorf("it is to be renewed in the past: %s, now %s", opened.RenewAt, now)
	}

	l.emulator.ResetRequests()
	l.clock.set(expiry.Add(-4 * time.Minute))
	opened, _ = l.open(fields{"service_id": irisID})
	if report := strings.Join(texts(opened.Diagnostics), "\n"); !strings.Contains(report, "min_remaining asks for 5m0s") {
		t.Errorf("%s", report)
	}
	if got := l.emulator.Count("ServiceToken"); got != 2 {
		t.Errorf("%d token calls, want one and one more", got)
	}
	if opened, _ = l.open(fields{"service_id": irisID, "min_remaining": "1m"}); len(opened.Diagnostics) > 0 {
		t.Errorf("%v", texts(opened.Diagnostics))
	}
	l.clock.set(expiry.Add(time.Hour))
	opened, _ = l.open(fields{"service_id": irisID, "min_remaining": "0s"})
	if report := strings.Join(texts(opened.Diagnostics), "\n"); !strings.Contains(report, "has been over for") {
		t.Errorf("%s", report)
	}
}

func parseTime(t *testing.T, value any) time.Time {
	t.Helper()
	text, _ := value.(string)
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}
