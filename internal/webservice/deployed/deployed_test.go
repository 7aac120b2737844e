// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package deployed

import (
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	const line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"
	s := Secrets{TLSKey: "-----BEGIN PRIVATE KEY-----\n" + line + "\n-----END PRIVATE KEY-----\n", Values: []string{"hunter2hunter2", "PrimaryKeyValue", ""}}
	text := s.Redact("key " + line + " from Authorization: Bearer eyJhbGciOi.eyJzdWIi.c2ln, password hunter2hunter2, Bearer PrimaryKeyValue.\n" + s.TLSKey + "BEGIN stays")
	for _, secret := range []string{line, "eyJ", "hunter2", "PrimaryKeyValue"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is still in %s", secret, text)
		}
	}
	s.Variables = map[string]string{"SHORT": "worker", "URL": "https://host/path", "HOST": "https://host"}
	if got, want := s.Redact("worker of https://host/path at https://host"), "worker of (value of URL) at (value of HOST)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !strings.Contains(text, "BEGIN stays") || !strings.Contains(text, "Bearer (redacted).") {
		t.Error(text)
	}
}

func TestDescribeState(t *testing.T) {
	t.Parallel()
	two, none := int64(2), int64(0)
	service := &azureml.Service{State: azureml.StateUnhealthy, DeploymentStatus: &azureml.DeploymentStatus{
		DesiredReplicas: &two, AvailableReplicas: &none, Error: &azureml.ServiceError{Message: "No room. "},
	}}
	if got := DescribeState(service); got != "The service is Unhealthy: No room (0 of 2 replicas available)." {
		t.Error(got)
	}
	if got := lastLines("a\nb\nc\n", 2); got != "b\nc" {
		t.Errorf("%q", got)
	}
}
