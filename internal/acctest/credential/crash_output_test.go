// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package credential_test

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"
	"golang.org/x/sys/unix"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// A provider that crashes while it holds both keys, a chosen one and tokens
// leaves stack traces of all its goroutines behind. None of what it held is in
// them, nor in the log, nor in any file that the run leaves.
func TestAccNothingSecretIsInACrash(t *testing.T) {
	t.Parallel()
	for name, crash := range map[string]struct {
		act   func(t *testing.T) func(pid int)
		shows []string // of the crash, in the log
		tells string   // of the crash, in what Terraform prints
	}{
		// The next thing that needs memory is the fingerprint of the new key. Go says "out of
		// memory", or "cannot allocate memory" if its own structures need it first.
		"out of memory": {withoutMemory, []string{"fatal error: ", " memory"}, "Stack trace from the terraform-provider-mlws plugin"},
		"quit":          {withSignal(syscall.SIGQUIT), []string{"SIGQUIT: quit"}, "Plugin did not respond"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const chosen = "chosen-for-the-crash-0123456789"
			env := emulated(t, acctest.Moments)
			services := aci(env, "iris", "") + aks(env, "tokens", "token_auth_enabled = true")
			cli := env.NewCLI(t, env.Config(services))
			cli.SkipBelow(tfversion.Version1_11_0) // write-only arguments
			if output, err := cli.Run("apply", "-auto-approve", "-no-color"); err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			primary, secondary := env.Emulator.Keys(env.WorkspaceID, env.Name("iris"))
			env.ResetLog()
			env.Emulator.SetOperationDuration(time.Hour) // until the crash
			// With verify, the keys that were valid before are held until the end.
			cli.Write(env.Config(services + key("test", "iris", "store_key = false\nverify = true\nkey_value_wo = var.key\nkey_value_wo_version = 1") + `
variable "key" {
  ephemeral = true
}
ephemeral "mlws_service_token" "test" {
  service_id = mlws_aks_service.tokens.id
}
`))
			log := filepath.Join(cli.Dir, "terraform.log")
			environ := []string{"TF_LOG=TRACE", "TF_LOG_PATH=" + log, "TF_VAR_key=" + chosen, "GOTRACEBACK=all"}
			held := func() bool { return env.Count("GetOperation") > 0 && env.Count("ServiceToken") > 1 } // one in the plan, one in the apply
			printed, failed := disturbed(t, cli, environ, held, func(pid int) {
				crash.act(t)(pid)
				env.Emulator.SetOperationDuration(0)
			})
			if !failed {
				t.Fatalf("the provider did not crash:\n%s", printed)
			}
			content := everyFile(t, cli.Dir)
			content["what Terraform printed"] = printed
			for _, shown := range append(crash.shows, "goroutine ", "internal/credential") {
				if !strings.Contains(content[log], shown) {
					t.Errorf("the log holds no crash: %q is not in it", shown)
				}
			}
			if !strings.Contains(printed, crash.tells) {
				t.Errorf("Terraform does not tell of the crash: %q is not in\n%s", crash.tells, printed)
			}
			for where, text := range content {
				for i, secret := range []string{primary, secondary, chosen, emulator.ContributorSecret} {
					if strings.HasSuffix(where, ".tf") && secret == emulator.ContributorSecret {
						continue // the configuration gives it to the provider
					}
					if form := formOf(secret, text); form != "" {
						t.Errorf("%s holds secret %d, %s", where, i, form)
					}
				}
				if jwt.MatchString(text) {
					t.Errorf("%s holds a token", where)
				}
			}
		})
	}
}

// The search finds a secret in each form that a crash could print it in.
func TestASecretInACrashIsFound(t *testing.T) {
	t.Parallel()
	const secret = "HbBdak3w5DGknFPA2p49D1oAo61rv8ui"
	for want, text := range map[string]string{
		"as it is":               "panic: " + secret,
		"in base64":              base64.StdEncoding.EncodeToString([]byte("xyz" + secret)),
		"in hex":                 fmt.Sprintf("%x", secret),
		"as words of a register": fmt.Sprintf("internal/credential.f(0x1, %#x, 0x20)", binary.LittleEndian.Uint64([]byte(secret[8:]))),
		"":                       "goroutine 1 [running]: internal/credential.f(0xc000123456, 0x20)",
	} {
		if got := formOf(secret, text); got != want {
			t.Errorf("%q is found %q, want %q", text, got, want)
		}
	}
	if !jwt.MatchString("panic: eyJhbGciOiJSUzI1NiIsImtpZCI6Ij.eyJhdWQ") {
		t.Error("a token is not found")
	}
}

// formOf tells in which form a text holds a secret: "" is in none.
func formOf(secret, text string) string {
	if strings.Contains(text, secret) {
		return "as it is"
	}
	// Base64 of a text depends on where in it the secret begins.
	for shift := range 3 {
		encoded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + secret))
		if strings.Contains(text, encoded[4:len(encoded)-4]) {
			return "in base64"
		}
	}
	if strings.Contains(text, hex.EncodeToString([]byte(secret))) {
		return "in hex"
	}
	// A traceback prints arguments that are no pointers as words.
	for at := 0; at+8 <= len(secret); at += 8 {
		if strings.Contains(text, fmt.Sprintf("%#x", binary.LittleEndian.Uint64([]byte(secret[at:])))) {
			return "as words of a register"
		}
	}
	return ""
}

// everyFile returns what is in a directory and below, by path.
func everyFile(t *testing.T, dir string) map[string]string {
	t.Helper()
	content := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		content[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func withSignal(signal syscall.Signal) func(t *testing.T) func(pid int) {
	return func(t *testing.T) func(pid int) {
		return func(pid int) {
			if err := syscall.Kill(pid, signal); err != nil {
				t.Error(err)
			}
		}
	}
}

// withoutMemory lets a process have no more memory than it has.
func withoutMemory(t *testing.T) func(pid int) {
	return func(pid int) {
		if err := unix.Prlimit(pid, unix.RLIMIT_DATA, &unix.Rlimit{Cur: 1, Max: 1}, nil); err != nil {
			t.Error(err)
		}
	}
}
