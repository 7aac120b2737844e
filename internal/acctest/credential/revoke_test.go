// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// backdate makes the keys of a state older: it moves their rotated_at.
func backdate(cli *acctest.CLI, resourceType string, age time.Duration) {
	cli.EditState(resourceType, func(attributes map[string]any) {
		attributes["rotated_at"] = time.Now().UTC().Add(-age).Format(time.RFC3339)
	})
}

// planned runs terraform plan with these arguments. It fails unless the exit code says
// whether there are changes, and returns the text.
func planned(t *testing.T, cli *acctest.CLI, changes bool, args ...string) string {
	t.Helper()
	output, err := cli.Run(append([]string{"plan", "-detailed-exitcode", "-no-color"}, args...)...)
	if changed := err != nil; changed != changes || strings.Contains(output, "Error:") {
		t.Fatalf("changes: %t, want %t (%v)\n%s", changed, changes, err, output)
	}
	return output
}

// applied runs terraform apply.
func applied(t *testing.T, cli *acctest.CLI) string {
	t.Helper()
	output, err := cli.Run("apply", "-auto-approve", "-no-color")
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return output
}

// The previous key is revoked once, in an update that the plan announces. The active
// key and those who use it are not touched.
func TestAccPreviousKeyIsRevoked(t *testing.T) {
	t.Parallel()
	env := start(t)
	cli := env.NewCLI(t, env.Config(aci(env, "iris", "")+rotation(`revoke_previous_after = "168h"`)))
	applied(t, cli)
	before := rotationOf(t, cli)
	primary, _ := env.MustKeys(t, env.Name("iris"))
	planned(t, cli, false)

	backdate(cli, "mlws_service_key_rotation", 8*24*time.Hour)
	text := planned(t, cli, true)
	for _, want := range []string{"0 to add, 1 to change, 0 to destroy", "The Primary key is revoked", "previous_revoked_at", "(known after apply)"} {
		if !strings.Contains(text, want) {
			t.Errorf("the plan does not say %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "active_key ") || strings.Contains(text, "rotated_at  ") {
		t.Errorf("the plan changes the active key:\n%s", text)
	}
	applied(t, cli)
	if after := rotationOf(t, cli); after != before {
		t.Error("the active key has changed")
	}
	for key, want := range map[string]int{before.key: http.StatusOK, primary: http.StatusUnauthorized} {
		if err := acctest.ExpectScore(before.uri, key, want); err != nil {
			t.Error(err)
		}
	}
	planned(t, cli, false)
	if err := env.CheckCount("RegenerateKeys", 2)(nil); err != nil {
		t.Error(err)
	}
}

// The age of a key never makes a plan change its resource. An output that uses it
// changes; so does a plan that only refreshes.
func TestAccKeyAge(t *testing.T) {
	t.Parallel()
	env := start(t)
	config := env.Config(aci(env, "iris", "") + rotation("") + `
check "the_key_is_young" {
  assert {
    condition     = coalesce(mlws_service_key_rotation.test.key_age_days, 0) <= 90
    error_message = "The key is ${coalesce(mlws_service_key_rotation.test.key_age_days, 0)} days old."
  }
}
`)
	cli := env.NewCLI(t, config)
	applied(t, cli)
	planned(t, cli, false)

	backdate(cli, "mlws_service_key_rotation", 91*24*time.Hour+time.Hour)
	text := planned(t, cli, false)
	if !strings.Contains(text, "No changes.") || !strings.Contains(text, "The key is 91 days old.") {
		t.Errorf("the plan:\n%s", text)
	}
	refresh := func() string {
		t.Helper()
		// Terraform 1.11 answers 2 to every -detailed-exitcode of objects with an identity.
		output, err := cli.Run("plan", "-refresh-only", "-no-color")
		if err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		return output
	}
	if text := refresh(); !strings.Contains(text, "~ key_age_days           = 0 -> 91") {
		t.Errorf("a plan that only refreshes:\n%s", text)
	}
	applied(t, cli)
	if text := refresh(); strings.Contains(text, "key_age_days  ") {
		t.Errorf("a plan that only refreshes, after the apply:\n%s", text)
	}
	if err := env.CheckCount("RegenerateKeys", 1)(nil); err != nil {
		t.Error(err)
	}
}
