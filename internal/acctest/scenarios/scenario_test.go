// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

const (
	aciType = "mlws_aci_service"
	aksType = "mlws_aks_service"
)

func start(t *testing.T, needs acctest.Power, options ...emulator.Option) *acctest.Env {
	t.Helper()
	return acctest.StartEmulated(t, needs, append([]emulator.Option{emulator.WithOperationDuration(20 * time.Millisecond)}, options...)...)
}

// block is a service of this type and label, which is its name too, with key auth.
func block(env *acctest.Env, typeName, label, more string) string {
	own := "auth_enabled = true"
	if typeName == aksType {
		own = fmt.Sprintf("compute_name = %q", env.Compute)
	}
	return fmt.Sprintf(`
resource %q %q {
  name      = %q
  model_ids = [%q]
  %s
  %s
}
`, typeName, label, env.Name(label), env.Model, own, more)
}

// aksToken is an AKS service with token auth.
func aksToken(env *acctest.Env, label string) string {
	return block(env, aksType, label, "token_auth_enabled = true")
}

// endOperations ends what runs, and lets what comes take no time.
func endOperations(env *acctest.Env) { env.Emulator.SetOperationDuration(0) }

// keepOperations lets what comes run until the test ends it.
func keepOperations(env *acctest.Env) { env.Emulator.SetOperationDuration(time.Hour) }

// asked holds once the operation of the last change is being waited for.
func asked(env *acctest.Env, change string) func() bool {
	return func() bool { return env.Count(change) > 0 && env.Count("GetOperation") > 0 }
}

// primaryKey is the Primary key of a service.
func primaryKey(typeName, service, more string) string {
	return fmt.Sprintf(`
resource "mlws_service_key" "primary" {
  service_id = %s.%s.id
  key_type   = "Primary"
  %s
}
`, typeName, service, more)
}

// The tests say these often.
var (
	all       = resource.ComposeTestCheckFunc
	planned   = acctest.Planned
	emptyPlan = acctest.EmptyPlan
)

// matches is a check: the services of the state are those of the workspace, each
// is Healthy on both sides, and every key of the state is the live one.
func matches(env *acctest.Env) func(*terraform.State) error {
	return func(state *terraform.State) error {
		var objects []object
		for address, found := range state.RootModule().Resources {
			objects = append(objects, object{address, found.Type, found.Primary.Attributes})
		}
		return sameAsLive(env, objects)
	}
}

// object is one instance of a resource in a state.
type object struct {
	address, typeName string
	attributes        map[string]string
}

func sameAsLive(env *acctest.Env, state []object) error {
	var wrong []error
	known := map[string]bool{}
	for _, o := range state {
		switch o.typeName {
		case aciType, aksType:
			name := o.attributes["name"]
			known[name] = true
			live, ok := env.Emulator.ServiceJSON(env.WorkspaceID, name)
			if !ok || live["state"] != emulator.StateHealthy || o.attributes["state"] != emulator.StateHealthy {
				wrong = append(wrong, fmt.Errorf("%s is %q in the state and %q in the workspace", o.address, o.attributes["state"], live["state"]))
			}
		case "mlws_service_key":
			primary, _ := env.Emulator.Keys(env.WorkspaceID, lastSegment(o.attributes["service_id"]))
			if o.attributes["key"] == "" || o.attributes["key"] != primary {
				wrong = append(wrong, fmt.Errorf("the key of %s is not the live one", o.address))
			}
		}
	}
	if live := env.Emulator.ServiceNames(env.WorkspaceID); !slices.Equal(live, slices.Sorted(maps.Keys(known))) {
		wrong = append(wrong, fmt.Errorf("the workspace has the services %v, the state has %v", live, known))
	}
	return errors.Join(wrong...)
}

func lastSegment(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }

// keyWatch follows the live Primary key of a service over the steps of a test.
type keyWatch struct {
	env  *acctest.Env
	name string
	last string
}

// changed is a check: the live Primary key is another one than at the last check.
func (w *keyWatch) changed(*terraform.State) error { return w.compare(true) }

// kept is a check: the live Primary key is the one of the last check.
func (w *keyWatch) kept(*terraform.State) error { return w.compare(false) }

func (w *keyWatch) compare(change bool) error {
	primary, _ := w.env.Emulator.Keys(w.env.WorkspaceID, w.env.Name(w.name))
	defer func() { w.last = primary }()
	if (primary != w.last) != change {
		return fmt.Errorf("the live key changed: %t, want %t", !change, change)
	}
	return nil
}

// expected collects the errors of steps that have to fail, whole: what an
// ExpectError would see, for assertions that a pattern cannot make.
type expected struct{ texts []string }

// errorCheck is the ErrorCheck of a test case.
func (e *expected) errorCheck(err error) error {
	e.texts = append(e.texts, err.Error())
	return nil
}

// text returns the one error so far, in one line, and forgets it.
func (e *expected) text(t *testing.T) string {
	t.Helper()
	if len(e.texts) != 1 {
		t.Fatalf("%d steps failed, want 1", len(e.texts))
	}
	text := e.texts[0]
	e.texts = nil
	return acctest.OneLine(text)
}

// requireError checks the form of an error: the parts in this order, readable
// text, and no secret.
func requireError(t *testing.T, text string, parts ...string) {
	t.Helper()
	rest := text
	for _, part := range parts {
		at := strings.Index(rest, part)
		if at < 0 {
			t.Errorf("the error lacks %q, or has it too early:\n%s", part, text)
			return
		}
		rest = rest[at+len(part):]
	}
	for _, never := range append(secrets, `{"`, "goroutine ", "<html", "panic:", "0xc0") {
		if strings.Contains(text, never) {
			t.Errorf("the error shows %q, or a secret:\n%s", never, text)
		}
	}
}

// secrets are those that every test's configuration holds.
var secrets = []string{emulator.OwnerSecret, emulator.ContributorSecret, emulator.ReaderSecret, "Bearer ", "eyJ"}
