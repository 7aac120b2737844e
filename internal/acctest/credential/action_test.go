// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// keyAction is the action, with this slot or key in use.
func keyAction(which string) string {
	return fmt.Sprintf(`
action "mlws_regenerate_key" "test" {
  config {
    service_id = mlws_aci_service.iris.id
    %s
  }
}
`, which)
}

// slots is a check: which slots hold another key than at the last check.
func slots(env *acctest.Env) func(primary, secondary bool) func(*terraform.State) error {
	var lastPrimary, lastSecondary string
	return func(primary, secondary bool) func(*terraform.State) error {
		return func(*terraform.State) error {
			p, s, err := env.Keys(env.Name("iris"))
			if err != nil {
				return err
			}
			changedPrimary, changedSecondary := p != lastPrimary, s != lastSecondary
			lastPrimary, lastSecondary = p, s
			if changedPrimary != primary || changedSecondary != secondary {
				return fmt.Errorf("changed: Primary %t, Secondary %t; want %t, %t", changedPrimary, changedSecondary, primary, secondary)
			}
			return nil
		}
	}
}

// A change of a resource triggers the action, once each, in the same apply.
func TestAccRegenerateActionIsTriggered(t *testing.T) {
	t.Parallel()
	env := start(t)
	changed := slots(env)
	config := func(service, release, which string) string {
		return env.Config(aci(env, "iris", service) + keyAction(which) + fmt.Sprintf(`
data "mlws_service_keys" "test" {
  service_id = mlws_aci_service.iris.id
}
resource "terraform_data" "release" {
  input = %q
  lifecycle {
    action_trigger {
      events  = [after_update]
      actions = [action.mlws_regenerate_key.test]
    }
  }
}
`, release))
	}
	inUse := `in_use_key_sha256 = nonsensitive(sha256(data.mlws_service_keys.test.primary_key))`
	env.Test(t, resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		Steps: []resource.TestStep{
			{Config: config("", "1", `key_type = "Primary"`), Check: all(changed(true, true), env.CheckCount("RegenerateKeys", 0))},
			{Config: config("", "2", `key_type = "Primary"`), Check: all(changed(true, false), env.CheckCount("RegenerateKeys", 1))},
			{Config: config("", "2", inUse), ConfigPlanChecks: emptyPlan(), Check: changed(false, false)},
			{Config: config("", "3", inUse), Check: all(changed(false, true), env.CheckCount("RegenerateKeys", 2))},
			{Config: config("", "4", `in_use_key_sha256 = sha256("nobody's")`), ExpectError: regexp.MustCompile(`No\s+slot\s+holds\s+the\s+key\s+that\s+is\s+in\s+use`)},
			{Config: config("", "4", ""), ExpectError: regexp.MustCompile(`one\s+\(and\s+only\s+one\)`)},
			{Config: env.Config(aci(env, "iris", "")), Check: all(changed(false, false), env.CheckCount("RegenerateKeys", 2))},
		},
	})
}

// A person invokes the action. What Terraform prints says which key it was, and
// holds no key.
func TestAccRegenerateActionIsInvoked(t *testing.T) {
	t.Parallel()
	env := start(t)
	cli := env.NewCLI(t, env.Config(aci(env, "iris", "")+key("test", "iris", "")+keyAction(`key_type = "Primary"`)))
	cli.SkipBelow(tfversion.Version1_14_0)
	if output, err := cli.Run("apply", "-auto-approve", "-no-color"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	env.ResetLog()
	before, other := env.MustKeys(t, env.Name("iris"))
	output, err := cli.Run("apply", "-auto-approve", "-no-color", "-invoke=action.mlws_regenerate_key.test")
	after, otherAfter := env.MustKeys(t, env.Name("iris"))
	if err = errors.Join(err, env.CheckCount("RegenerateKeys", 1)(nil)); err != nil || before == after || other != otherAfter {
		t.Fatalf("%v, changed: Primary %t, Secondary %t\n%s", err, before != after, other != otherAfter, output)
	}
	if !strings.Contains(output, "Regenerated the Primary key") {
		t.Errorf("no progress is shown:\n%s", output)
	}
	for _, secret := range []string{before, after, other} {
		if strings.Contains(output, secret) {
			t.Error("a key is printed")
		}
	}
	// The resource of that slot adopts the new key, and says so.
	output, err = cli.Run("apply", "-auto-approve", "-no-color")
	if err != nil || !strings.Contains(output, "A key was rotated outside this configuration") || stateOf(t, cli).attribute(t, "mlws_service_key", "key") != after {
		t.Errorf("the resource did not adopt the new key: %v\n%s", err, output)
	}
	if err := env.CheckCount("RegenerateKeys", 1)(nil); err != nil {
		t.Error(err)
	}
}
