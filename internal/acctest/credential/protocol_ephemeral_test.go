// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

const tokenResource = "mlws_service_token"

func (l *fixture) deployTokens() {
	l.T.Helper()
	off, on := false, true
	compute, replicas := emulator.DefaultCompute, int64(1)
	l.deploy(azureml.CreateServiceRequest{ServiceSpec: azureml.ServiceSpec{Name: "iris", ComputeType: azureml.ComputeAKS, ComputeName: &compute, NumReplicas: &replicas, AuthEnabled: &off, AADAuthEnabled: &on}})
}

func TestTokenIsRenewedBeforeItsRefresh(t *testing.T) {
	t.Parallel()
	l := newFixture(t)
	l.clock.Set(l.emulator.Now())
	l.deployTokens()
	opened := l.Open(tokenResource, fields{"service_id": irisID})
	l.Must(nil, opened.Diagnostics)
	refresh, expiry := parseTime(t, opened.Result["refresh_after"]), parseTime(t, opened.Result["expiry_on"])
	if !opened.RenewAt.Before(refresh) || opened.RenewAt.Before(refresh.Add(-5*time.Minute)) {
		t.Errorf("renewed at %s for a refresh at %s", opened.RenewAt, refresh)
	}
	renew := func(now time.Time) protocoltest.Opened {
		t.Helper()
		l.clock.Set(now)
		again, diags := l.Renew(tokenResource, opened)
		return protocoltest.Opened{RenewAt: again, Diagnostics: diags}
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
	l.clock.Set(l.emulator.Now())
	l.deployTokens()
	result := l.Open(tokenResource, fields{"service_id": irisID}).Result
	refresh, expiry := parseTime(t, result["refresh_after"]), parseTime(t, result["expiry_on"])

	now := refresh.Add(time.Minute)
	l.clock.Set(now)
	opened := l.Open(tokenResource, fields{"service_id": irisID})
	l.Must(nil, opened.Diagnostics)
	if !opened.RenewAt.After(now) {
		t.Errorf("it is to be renewed in the past: %s, now %s", opened.RenewAt, now)
	}

	l.emulator.ResetRequests()
	l.clock.Set(expiry.Add(-4 * time.Minute))
	opened = l.Open(tokenResource, fields{"service_id": irisID})
	if report := strings.Join(texts(opened.Diagnostics), "\n"); !strings.Contains(report, "min_remaining asks for 5m0s") {
		t.Errorf("%s", report)
	}
	if got := l.emulator.Count("ServiceToken"); got != 2 {
		t.Errorf("%d token calls, want one and one more", got)
	}
	if opened = l.Open(tokenResource, fields{"service_id": irisID, "min_remaining": "1m"}); len(opened.Diagnostics) > 0 {
		t.Errorf("%v", texts(opened.Diagnostics))
	}
	l.clock.Set(expiry.Add(time.Hour))
	opened = l.Open(tokenResource, fields{"service_id": irisID, "min_remaining": "0s"})
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
