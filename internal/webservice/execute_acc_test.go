// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice_test

import (
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// uploaded puts a script into the workspace and returns the argument that deploys it.
func uploaded(t *testing.T, env *acctest.Env, container, script string) attrs {
	t.Helper()
	address := env.Emulator.ResourceManagerURL() + "/artifact/v2.0" + env.WorkspaceID + "/artifacts/LocalUpload/" + container + "/content?path=score.py"
	request, err := http.NewRequest(http.MethodPost, address, strings.NewReader(script))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+env.Emulator.AccessToken(emulator.OwnerClientID))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("upload: %s", response.Status)
	}
	return attrs{"auth_enabled": "true", "inference_config": fmt.Sprintf(`{
		entry_script = "score.py"
		source_url   = "aml://artifact/LocalUpload/%s/score.py"
		environment  = { name = "sklearn-env", version = "1" }
	}`, container)}
}

// answers is a check: the service answers with this text, at the address of
// its state and with the key that it had from the first.
func answers(env *acctest.Env, key *string, want string) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		primary, _ := env.Emulator.Keys(env.WorkspaceID, env.Name("code"))
		if *key == "" {
			*key = primary
		}
		uri := state.RootModule().Resources[aciType+".code"].Primary.Attributes["scoring_uri"]
		request, err := http.NewRequest(http.MethodPost, uri, strings.NewReader("{}"))
		if err != nil {
			return err
		}
		request.Header.Set("Authorization", "Bearer "+*key)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		raw, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusOK || string(raw) != want {
			return fmt.Errorf("%s %s %v, want %s", response.Status, raw, err, want)
		}
		return nil
	}
}

// A service that runs its own code answers by the new code after an apply, with
// the same key; and where init() raises, the error has the exception's text.
func TestAccOwnCode(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("python3"); err != nil {
		t.Fatal("this test needs python3 3.8 or newer on the PATH")
	}
	env := start(t, emulator.WithExecution())
	good := func(text string) string {
		return "def init():\n    pass\ndef run(data):\n    return '" + text + "'\n"
	}
	var key string
	env.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: env.Config(block(env, aciType, "code", uploaded(t, env, "one", good("first")))),
				Check:  answers(env, &key, `"first"`),
			},
			{
				Config: env.Config(block(env, aciType, "code", uploaded(t, env, "two", good("second")))),
				Check:  answers(env, &key, `"second"`),
			},
			{
				Config: env.Config(block(env, aciType, "code", uploaded(t, env, "three",
					"def init():\n    raise FileNotFoundError('there is no model.pkl')\ndef run(data):\n    return data\n"))),
				ExpectError: regexp.MustCompile(`(?s)CrashLoopBackOff.*FileNotFoundError:\s+there\s+is\s+no\s+model.pkl`),
			},
		},
		CheckDestroy: env.CheckNothingLeft,
	})
}
