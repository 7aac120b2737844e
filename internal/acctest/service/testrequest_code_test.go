// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner/pythontest"
)

// The test request finds code that starts and cannot score. The error shows the
// exception of the container log, and neither the service's keys nor a
// caller's token, which that code has printed.
func TestAccTestRequestOfBrokenCode(t *testing.T) {
	t.Parallel()
	pythontest.Need(t)
	env := start(t, emulator.WithExecution())
	// The default timeout, 2 minutes: an answer that run() has failed is final.
	deploy := func(script string) string {
		code := scripted(t, "def init():\n    pass\n"+script)
		return env.Config(block(env, aciType, "code", testRequest("").over(code)))
	}
	cli := env.NewCLI(t, deploy("def run(data):\n    return data\n"))
	if output, err := cli.Run("apply", "-auto-approve", "-no-color"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}

	primary, secondary := env.MustKeys(t, env.Name("code"))
	cli.Write(deploy("def run(data):\n    print('called with Bearer eyJhbGciOi.eyJzdWIi.c2ln', flush=True)\n    raise ValueError('no column named " + primary + " or " + secondary + "')\n"))
	text := failing(t, cli, aciType+".code")[0]
	inOrder(t, text, fmt.Sprintf(`Service %q answered the request with 502; 200 was expected (1 try, `, env.Name("code")), "502 means that run() of the entry script failed",
		"ValueError: no column named (redacted) or (redacted) (the last error in the container log).", "The end of the container log:", "The next apply sends the test request again")
	for _, secret := range []string{primary, secondary, "eyJ"} {
		if strings.Contains(text, secret) {
			t.Errorf("a secret is shown:\n%s", text)
		}
	}
	if !strings.Contains(text, "called with Bearer (redacted)") {
		t.Errorf("what the code printed is not in the log, so a token would not be found in it:\n%s", text)
	}

	cli.Write(deploy("def run(data):\n    return data\n"))
	if output, err := cli.Run("apply", "-auto-approve", "-no-color"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}
