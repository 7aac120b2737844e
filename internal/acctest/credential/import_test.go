// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// With store_key = false no import puts the key into a plan or a state: neither
// a block nor the command, neither of a key nor of a rotation. Once the
// configuration wants it there, an update in place puts it there, which the plan
// shows. That nothing was found before is worth something because the same
// search finds it then.
func TestAccImportKeepsTheKeyOutOfTheState(t *testing.T) {
	t.Parallel()
	env := start(t)
	service := aci(env, "iris", "")
	objects := func(storeKey string) string {
		return env.Config(service + key("test", "iris", storeKey) + fmt.Sprintf(`
resource "mlws_service_key_rotation" "test" {
  service_id = mlws_aci_service.iris.id
  %s
}
`, storeKey))
	}
	ids := map[string]string{
		keyAddress:      env.ServiceID(env.Name("iris")) + "/keys/Primary",
		rotationAddress: env.ServiceID(env.Name("iris")) + "/keys/Secondary",
	}
	var blocks strings.Builder
	for address, id := range ids {
		fmt.Fprintf(&blocks, "import {\n  to = %s\n  id = %q\n}\n", address, id)
	}

	cli := env.NewCLI(t, env.Config(service))
	run := func(want string, args ...string) {
		t.Helper()
		output, err := cli.Run(append(args, "-no-color")...)
		if err != nil || !strings.Contains(output, want) {
			t.Fatalf("terraform %v: %v, want %q:\n%s", args, err, want, output)
		}
	}
	held := func(content []byte) bool {
		primary, secondary := env.MustKeys(t, env.Name("iris"))
		return bytes.Contains(content, []byte(primary)) || bytes.Contains(content, []byte(secondary))
	}
	inState := func() bool {
		content, err := os.ReadFile(filepath.Join(cli.Dir, "terraform.tfstate"))
		if err != nil {
			t.Fatal(err)
		}
		return held(content)
	}
	plan := filepath.Join(cli.Dir, "tfplan")
	run("1 added", "apply", "-auto-approve")

	cli.Write(objects("store_key = false") + blocks.String())
	run("2 to import, 0 to add, 0 to change, 0 to destroy", "plan", "-out="+plan)
	if held(unzip(t, plan)) {
		t.Error("the plan of an import block holds a key")
	}
	run("2 imported, 0 added, 0 changed, 0 destroyed", "apply", plan)
	if inState() {
		t.Error("an import block put a key into the state")
	}

	cli.Write(objects("store_key = false"))
	if output, err := cli.Run("state", "rm", keyAddress, rotationAddress); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	for address, id := range ids {
		run("Import successful", "import", address, id)
	}
	if inState() {
		t.Error("the command import put a key into the state")
	}
	run("No changes.", "plan", "-detailed-exitcode", "-out="+plan)
	if held(unzip(t, plan)) {
		t.Error("the plan after the command import holds a key")
	}

	cli.Write(objects(""))
	run("0 to add, 2 to change, 0 to destroy", "plan")
	run("0 added, 2 changed, 0 destroyed", "apply", "-auto-approve")
	if !inState() {
		t.Error("the search does not find the keys that are stored now")
	}
	run("No changes.", "plan", "-detailed-exitcode")
	if err := env.CheckCount("RegenerateKeys", 0)(nil); err != nil {
		t.Error(err)
	}
}
