// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// Secrets of a configuration. Of a PEM key, the line that is the key.
const (
	tlsCertificate = `"-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUONE=\n-----END CERTIFICATE-----\n"`

	storedTLSKey    = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCstored"
	writeOnlyTLSKey = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCunseen"
	registrySecret  = "registry-password-for-the-byte-search"
)

func pemKey(line string) string {
	return fmt.Sprintf(`"-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"`, line)
}

// guarded is a configuration with every kind of secret.
func guarded(env *acctest.Env) string {
	return env.Config(block(env, aciType, "stored", fmt.Sprintf(`ssl = { cert_pem = %s, key_pem = %s, cname = "stored.example.com" }`, tlsCertificate, pemKey(storedTLSKey))) +
		primaryKey(aciType, "stored", "") +
		block(env, aciType, "unseen", fmt.Sprintf(`
  ssl = { cert_pem = %s, key_pem_wo = %s, key_pem_wo_version = 1, cname = "unseen.example.com" }
  inference_config = {
    entry_script = "score.py"
    source_url   = "aml://artifact/code/one/score.py"
    environment = {
      name                = "inline"
      base_image          = "example.azurecr.io/base:1"
      base_image_registry = { address = "example.azurecr.io", username = "puller", password_wo = %q, password_wo_version = 1 }
    }
  }`, tlsCertificate, pemKey(writeOnlyTLSKey), registrySecret)) +
		aksToken(env, "tokens") + `
data "mlws_service_token" "tokens" {
  service_id = mlws_aks_service.tokens.id
}
output "token" {
  value     = data.mlws_service_token.tokens.access_token
  sensitive = true
}
`)
}

// With everything logged, no secret is in a log, in what is printed, or in the
// text of a plan, not even if the API quotes it back in a refusal. In the
// state are those that the configuration puts there, and no others.
func TestAccSecretsStaySecret(t *testing.T) {
	t.Parallel()
	env := start(t, acctest.Faults)
	env.Emulator.Fault(emulator.Fault{
		Operation: "CreateService", Service: "unseen", Kind: emulator.FaultError, Times: 1,
		Message: "The values " + writeOnlyTLSKey + " and " + registrySecret + " were refused.",
	})
	cli := env.NewCLI(t, guarded(env))
	logFile, planFile := filepath.Join(t.TempDir(), "log"), filepath.Join(t.TempDir(), "plan")
	var printed bytes.Buffer
	run := func(args ...string) error {
		command := cli.Command(t.Context(), []string{"TF_LOG=TRACE", "TF_LOG_CORE=TRACE", "TF_LOG_PROVIDER=TRACE", "TF_LOG_PATH=" + logFile}, args...)
		command.Stdout, command.Stderr = &printed, &printed
		return command.Run()
	}
	must := func(args ...string) {
		t.Helper()
		if err := run(args...); err != nil {
			t.Fatalf("terraform %s: %v\n%s", args[0], err, printed.String())
		}
	}
	must("plan", "-no-color", "-out="+planFile)
	must("show", "-no-color", planFile)
	if err := run(applyArgs...); err == nil {
		t.Fatal("the refusal was not seen")
	}
	if !strings.Contains(acctest.OneLine(printed.String()), "were refused") {
		t.Errorf("the refusal is not shown:\n%s", printed.String())
	}
	must(applyArgs...)
	must("plan", "-no-color", "-replace=mlws_service_key.primary", "-replace=mlws_aci_service.stored", "-out="+planFile)
	must("show", "-no-color", planFile)
	must("show", "-no-color")
	must("output", "-no-color")

	primary, secondary := env.Emulator.Keys(env.WorkspaceID, env.Name("stored"))
	var token string
	for _, o := range stateOf(t, cli).objects {
		if o.address == "mlws_service_token.tokens" {
			token = o.attributes["access_token"]
		}
	}
	log, err := os.ReadFile(logFile)
	if err != nil {
		t.Fatal(err)
	}
	stateFile, err := os.ReadFile(filepath.Join(cli.Dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	// These parts show that the log is complete.
	for _, part := range []string{"provider.terraform-provider-mlws", "ApplyResourceChange", "mlws_aci_service.stored"} {
		if !bytes.Contains(log, []byte(part)) {
			t.Errorf("the log lacks %q", part)
		}
	}
	if !jwt.Match(stateFile) {
		t.Error("the search does not find the token of the state")
	}
	if jwt.Match(log) || jwt.Match(printed.Bytes()) {
		t.Error("a token is in the log, or was printed")
	}
	for name, secret := range map[string]struct {
		bytes   string
		sent    bool // in the body of a request
		inState bool
	}{
		"client secret":       {bytes: emulator.ContributorSecret, sent: true},
		"primary key":         {bytes: primary, inState: true},
		"secondary key":       {bytes: secondary},
		"service token":       {bytes: token, inState: true},
		"stored TLS key":      {bytes: storedTLSKey, sent: true, inState: true},
		"write-only TLS key":  {bytes: writeOnlyTLSKey, sent: true},
		"registry's password": {bytes: registrySecret, sent: true},
		"escaped TLS key":     {bytes: `PRIVATE KEY-----\n` + storedTLSKey, inState: true},
	} {
		if len(secret.bytes) < 16 {
			t.Errorf("%s: there is nothing to look for", name)
			continue
		}
		// The search finds what is there.
		if got := bytes.Contains(stateFile, []byte(secret.bytes)); got != secret.inState {
			t.Errorf("%s is in the state: %t, want %t", name, got, secret.inState)
		}
		if secret.sent && !wasSent(env, secret.bytes) {
			t.Errorf("%s was not sent", name)
		}
		if bytes.Contains(log, []byte(secret.bytes)) {
			t.Errorf("%s is in the log: %s", name, lineOf(log, secret.bytes))
		}
		if bytes.Contains(printed.Bytes(), []byte(secret.bytes)) {
			t.Errorf("%s was printed", name)
		}
	}
}

// Tokens of Entra and of services alike.
var jwt = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{10,}\.`)

func wasSent(env *acctest.Env, secret string) bool {
	for _, request := range env.Emulator.Requests() {
		if strings.Contains(request.Body, secret) {
			return true
		}
	}
	return false
}

// lineOf is the beginning of the line that a secret is in, which tells who wrote it.
func lineOf(log []byte, secret string) string {
	for line := range bytes.Lines(log) {
		if before, _, found := bytes.Cut(line, []byte(secret)); found {
			return string(before[:min(len(before), 160)])
		}
	}
	return "over several lines"
}
