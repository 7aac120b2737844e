// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner/pythontest"
)

// scripted is a service with this script as its code, in a folder.
func scripted(t *testing.T, script string) attrs {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "src")
	writeCode(t, folder, "score.py", script)
	return attrs{"auth_enabled": "true"}.over(inFolder(fmt.Sprintf("%q", folder)))
}

// answers is a check: the service answers with this text, at the address of
// its state and with the key that it had from the first.
func answers(env *acctest.Env, key *string, want string) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		if *key == "" {
			primary, _, err := env.Keys(env.Name("code"))
			if err != nil {
				return err
			}
			*key = primary
		}
		uri, err := attribute(state, aciType+".code", "scoring_uri")
		if err != nil {
			return err
		}
		return acctest.ExpectAnswer(uri, *key, "{}", want)
	}
}

// A service that runs its own code answers by the new code after an apply, with
// the same key; and where init() raises, the error has the exception's text.
func TestAccOwnCode(t *testing.T) {
	t.Parallel()
	pythontest.Need(t)
	env := start(t, emulator.WithExecution())
	failed := `(?s)FileNotFoundError:\s+there\s+is\s+no\s+model.pkl`
	if env.Emulator != nil {
		failed = `(?s)FileNotFoundError:\s+there\s+is\s+no\s+model.pkl.*CrashLoopBackOff`
	}
	good := func(text string) string {
		return "def init():\n    pass\ndef run(data):\n    return '" + text + "'\n"
	}
	var key string
	env.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: env.Config(block(env, aciType, "code", scripted(t, good("first")))),
				Check:  answers(env, &key, `"first"`),
			},
			{
				Config: env.Config(block(env, aciType, "code", scripted(t, good("second")))),
				Check:  answers(env, &key, `"second"`),
			},
			{
				Config: env.Config(block(env, aciType, "code", scripted(t,
					"def init():\n    raise FileNotFoundError('there is no model.pkl')\ndef run(data):\n    return data\n"))),
				ExpectError: regexp.MustCompile(failed),
			},
		},
	})
}
