// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

const regenerateKey = "mlws_regenerate_key"

// invoke invokes the action, and returns what it reports: progress and errors.
func (l *fixture) invoke(config fields) (progress, errors []string) {
	l.T.Helper()
	progress, diags := l.Invoke(regenerateKey, config)
	return progress, texts(diags)
}

func TestRegenerateAction(t *testing.T) {
	t.Parallel()
	l := newFixture(t)
	l.deployIris()
	keys := func() azureml.Keys {
		primary, secondary := l.emulator.Keys(workspaceID, "iris")
		return azureml.Keys{Primary: primary, Secondary: secondary}
	}
	fingerprint := func(key string, digits int) string {
		sum := sha256.Sum256([]byte(key))
		return hex.EncodeToString(sum[:])[:digits]
	}
	before := keys()
	for _, step := range []struct {
		name    string
		config  fields
		changed string // slot
		want    string // progress or error
	}{
		{"a slot", fields{"key_type": "Secondary"}, "Secondary", "Regenerated the Secondary key"},
		{"the one not in use", fields{"in_use_key_sha256": fingerprint(before.Primary, 64)}, "Secondary", "The Primary key is in use"},
		{"a short fingerprint in upper case", fields{"in_use_key_sha256": strings.ToUpper(fingerprint(before.Primary, 16))}, "Secondary", "The Primary key is in use"},
		{"nobody's fingerprint", fields{"in_use_key_sha256": fingerprint("x", 64)}, "", "No slot has the key that is in use"},
		{"too short a fingerprint", fields{"in_use_key_sha256": fingerprint(before.Primary, 15)}, "", "16 to 64 hex digits"},
		{"both", fields{"key_type": "Primary", "in_use_key_sha256": fingerprint(before.Primary, 64)}, "", "one (and only one)"},
		{"neither", fields{}, "", "one (and only one)"},
	} {
		t.Run(step.name, func(t *testing.T) {
			before := keys()
			progress, errors := l.invoke(with(fields{"service_id": irisID}, step.config))
			reported := strings.Join(append(progress, errors...), "\n")
			after := keys()
			if (after.Primary != before.Primary) || (after.Secondary != before.Secondary) != (step.changed == "Secondary") {
				t.Errorf("the wrong slot changed: %s", reported)
			}
			if (step.changed == "") != (len(errors) > 0) || !strings.Contains(strings.ToLower(reported), strings.ToLower(step.want)) {
				t.Errorf("want %q, got %s", step.want, reported)
			}
			for _, secret := range []string{before.Primary, before.Secondary, after.Primary, after.Secondary} {
				if strings.Contains(reported, secret) {
					t.Error("a key is reported")
				}
			}
		})
	}
	if got := l.emulator.Count("RegenerateKeys"); got != 3 {
		t.Errorf("%d regenerate calls, want 3", got)
	}
}

func TestRegenerateActionWithoutKeyAuth(t *testing.T) {
	t.Parallel()
	l := newFixture(t)
	off := false
	l.deploy(azureml.CreateServiceRequest{ServiceSpec: azureml.ServiceSpec{Name: "iris", ComputeType: azureml.ComputeACI, AuthEnabled: &off}})
	if _, errors := l.invoke(fields{"service_id": irisID, "key_type": "Primary"}); len(errors) != 1 || !strings.Contains(errors[0], "auth_enabled = true") {
		t.Errorf("%v", errors)
	}
	if got := l.emulator.Count("RegenerateKeys"); got != 0 {
		t.Errorf("%d regenerate calls, want 0", got)
	}
}
