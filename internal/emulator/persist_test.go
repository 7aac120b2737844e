// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// childState makes this test binary run an emulator on a state file instead of
// tests, so that there is a process to kill.
const childState = "MLWS_TEST_EMULATOR_STATE"

// childExecutes makes that emulator run uploaded code.
const childExecutes = "MLWS_TEST_EMULATOR_EXECUTES"

// childObeys makes it take orders to limit the size of files.
const childObeys = "MLWS_TEST_EMULATOR_OBEYS"

func TestMain(m *testing.M) {
	if path := os.Getenv(childState); path != "" {
		runChild(path)
		return
	}
	os.Exit(m.Run())
}

func runChild(path string) {
	options := []emulator.Option{emulator.WithStateFile(path), emulator.WithOperationDuration(time.Millisecond)}
	if os.Getenv(childExecutes) != "" {
		options = append(options, emulator.WithExecution())
	}
	e, err := emulator.New(options...)
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	fmt.Println(e.ModelManagementURL(), e.AccessToken(emulator.OwnerClientID))
	if os.Getenv(childObeys) != "" {
		obey()
	}
	select {}
}

// child is a running emulator in another process.
type child struct {
	command     *exec.Cmd
	url, bearer string
}

func startChild(t *testing.T, state string) *child {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), childState+"="+state)
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill() })
	line, _ := bufio.NewReader(stdout).ReadString('\n')
	c := &child{command: command}
	if _, err := fmt.Sscan(line, &c.url, &c.bearer); err != nil || !strings.HasPrefix(c.url, "http") {
		t.Fatalf("the child said %q", line)
	}
	c.url += "/modelmanagement/v1.0" + emulator.DefaultWorkspaceID
	return c
}

// kill ends the process with SIGKILL: nothing of it runs any more.
func (c *child) kill() {
	_ = c.command.Process.Kill()
	_ = c.command.Wait()
}

func (c *child) call(method, path, body string) (int, error) {
	request, err := http.NewRequest(method, c.url+path, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Authorization", "Bearer "+c.bearer)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

// An emulator that is killed at any moment has kept what it answered, and
// starts again: the file is never torn.
func TestStateSurvivesKill(t *testing.T) {
	t.Parallel()
	directory := t.TempDir()
	state := filepath.Join(directory, "state.json")
	var acknowledged []string
	for round := range 12 {
		c := startChild(t, state)
		for _, name := range acknowledged {
			if status, err := c.call("GET", "/services/"+name, ""); status != http.StatusOK {
				t.Fatalf("round %d: service %s was answered and is lost: %d %v", round, name, status, err)
			}
		}
		// Four clients create services, so that requests are under way when the process is
		// killed: at the answer that is one later with every round.
		var (
			clients  sync.WaitGroup
			mu       sync.Mutex
			answered int
			killed   atomic.Bool
		)
		for client := range 4 {
			clients.Go(func() {
				for i := 0; ; i++ {
					name := fmt.Sprintf("svc-%d-%d-%d", round, client, i)
					status, err := c.call("POST", "/services", `{"name":"`+name+`","computeType":"ACI","authEnabled":true,"environmentImageRequest":{"modelIds":["iris:1"]}}`)
					if err != nil && killed.Load() {
						return
					}
					if err != nil || status != http.StatusAccepted {
						t.Errorf("round %d: create: %d %v", round, status, err)
						return
					}
					mu.Lock()
					acknowledged = append(acknowledged, name)
					answered++
					enough := answered > round
					mu.Unlock()
					if enough {
						killed.Store(true)
						_ = c.command.Process.Kill()
					}
				}
			})
		}
		clients.Wait()
		c.kill()
		raw, err := os.ReadFile(state)
		if err != nil || !json.Valid(raw) {
			t.Fatalf("round %d: the state file is torn (%d bytes, %v)", round, len(raw), err)
		}
	}
	if len(acknowledged) < 12 {
		t.Errorf("only %d services were created: the kills came too early to show anything", len(acknowledged))
	}
	last := startChild(t, state)
	last.kill()
	entries, err := os.ReadDir(directory)
	if err != nil || len(entries) != 3 {
		t.Errorf("beside the state, its blobs and the certificate there is more: %v %v", entries, err)
	}
}

// Keys, tokens, uploads, models and an operation on its way are the same after
// a restart; the seed is not looked at again.
func TestStateSurvivesRestart(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	s := open(t, emulator.WithStateFile(state))
	service := s.deploy(aci("svc-one", "authEnabled", true))
	primary, secondary := s.keys("svc-one")
	uri := s.upload("LocalUpload", "abcd1234", "model.pkl", "the bytes")
	model := s.call("POST", "/models", map[string]any{"name": "kept", "url": "https://example.invalid/m", "mimeType": "application/json"})
	s.e.AdvanceClock(24 * 365 * time.Hour)
	bearer := s.e.AccessToken(emulator.OwnerClientID)
	s.do("POST", s.url("/services"), bearer, aci("svc-two"))
	if err := s.e.Close(); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	info, err := os.Stat(state)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the state holds secrets and has mode %v (%v)", info.Mode(), err)
	}

	again := open(t, emulator.WithStateFile(state), emulator.WithSeed(emulator.Seed{}))
	if !bytes.Equal(again.e.CACertPEM(), s.e.CACertPEM()) || again.e.CAFile() != s.e.CAFile() {
		t.Error("the certificate authority changed with the restart")
	}
	again.bearer = bearer // from before: the signing key is kept, and so is the moved clock
	gotPrimary, gotSecondary := again.keys("svc-one")
	if gotPrimary != primary || gotSecondary != secondary {
		t.Error("the keys changed with the restart")
	}
	kept := again.call("GET", "/services/svc-one", nil).json
	if kept["createdTime"] != service["createdTime"] || again.score(kept, primary) != http.StatusOK {
		t.Errorf("the service changed: %v", kept)
	}
	if got := again.call("GET", "/models/kept%3A1", nil); got.json["createdTime"] != model.json["createdTime"] {
		t.Errorf("the model changed: %s", got.raw)
	}
	if next := again.call("POST", "/models", map[string]any{"name": "iris", "url": "https://example.invalid/m", "mimeType": "application/json"}); next.json["version"] != 3.0 {
		t.Errorf("the next version of iris: %s", next.raw)
	}
	info2 := again.do("GET", again.e.ResourceManagerURL()+"/artifact/v2.0"+again.scope+"/artifacts/contentinfo/LocalUpload/abcd1234/model.pkl", bearer, nil)
	if got := again.do("GET", info2.json["contentUri"].(string), "", nil); got.raw != "the bytes" {
		t.Errorf("the upload changed: %d %q (was at %s)", got.status, got.raw, uri)
	}
	two := again.call("GET", "/services/svc-two", nil).json
	eventually(t, "the operation on its way goes on", func() bool {
		two = again.call("GET", "/services/svc-two", nil).json
		return two["state"] == "Healthy"
	})
}

// A client that trusted the emulator once goes on trusting it: the certificate that
// was read before the restart verifies the connection after it. A state without
// an authority, as earlier versions wrote it, gets a new one, and so does one
// with an authority that would not outlive its server certificates.
func TestAuthoritySurvivesRestart(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	first := emulator.Start(t, emulator.WithStateFile(state))
	trusted, err := os.ReadFile(first.CAFile())
	if err != nil || first.CAFile() != state+".ca.pem" {
		t.Fatalf("%s: %v", first.CAFile(), err)
	}
	connect := func(e *emulator.Emulator) error {
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(trusted)
		connection, err := tls.Dial("tcp", strings.TrimPrefix(e.AuthorityURL(), "https://"), &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12})
		if err == nil {
			_ = connection.Close()
		}
		return err
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again := emulator.Start(t, emulator.WithStateFile(state))
	if err := connect(again); err != nil {
		t.Errorf("after a restart: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{state, state + ".ca.pem"} {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", file, info.Mode(), err)
		}
	}

	for what, authority := range map[string]json.RawMessage{"none": nil, "about to expire": expiring(t)} {
		var saved map[string]json.RawMessage
		raw, err := os.ReadFile(state)
		if err != nil || json.Unmarshal(raw, &saved) != nil || saved["authority"] == nil {
			t.Fatalf("the state holds no authority: %v", err)
		}
		saved["authority"] = authority
		if raw, err = json.Marshal(saved); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(state, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		renewed := emulator.Start(t, emulator.WithStateFile(state))
		if err := connect(renewed); err == nil {
			t.Errorf("%s: still the former authority", what)
		}
		trusted = renewed.CACertPEM()
		if err := renewed.Close(); err != nil {
			t.Fatal(err)
		}
		kept := emulator.Start(t, emulator.WithStateFile(state))
		if err := connect(kept); err != nil {
			t.Errorf("%s: the new authority was not kept: %v", what, err)
		}
		if err := kept.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// expiring is an authority, in the form of the state file, with a week to go.
func expiring(t *testing.T) json.RawMessage {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().AddDate(0, 0, 7), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(map[string][]byte{"certificate": certificate, "key": private})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestStateThatIsNone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.json")
	if err := os.WriteFile(path, []byte(`{"version":99}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := emulator.New(emulator.WithStateFile(path))
	if err == nil || !strings.Contains(err.Error(), "move it away") {
		t.Errorf("want an error that says what to do, got %v", err)
	}
}

// Several workspaces, regions, computes and principals from one file.
func TestSeedFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "seed.yml")
	seed := `
principals:
  - {clientId: one, clientSecret: s, role: Reader, scopes: ["/subscriptions/33333333-3333-3333-3333-333333333333"]}
workspaces:
  - {subscriptionId: 33333333-3333-3333-3333-333333333333, resourceGroup: rg-a, name: ws-a, location: northeurope, computes: [{name: k8s, location: eastus2, state: Creating}]}
  - {subscriptionId: 44444444-4444-4444-4444-444444444444, resourceGroup: rg-b, name: ws-b, models: [{name: m, framework: Onnx}]}
`
	if err := os.WriteFile(path, []byte(seed), 0o600); err != nil {
		t.Fatal(err)
	}
	e := emulator.Start(t, emulator.WithSeedFile(path))
	s := &session{t: t, e: e, bearer: e.AccessToken("one")}
	s.scope = "/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/rg-a/providers/Microsoft.MachineLearningServices/workspaces/ws-a"
	compute := s.do("GET", e.ResourceManagerURL()+s.scope+"/computes/k8s?api-version=2020-02-02", s.bearer, nil)
	if properties, _ := compute.json["properties"].(map[string]any); properties["computeLocation"] != "eastus2" || properties["provisioningState"] != "Creating" {
		t.Errorf("compute: %s", compute.raw)
	}
	s.scope = "/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/rg-b/providers/Microsoft.MachineLearningServices/workspaces/ws-b"
	if got := s.call("GET", "/models", nil); got.status != http.StatusForbidden {
		t.Errorf("a workspace outside the principal's scope: %d", got.status)
	}
	if err := os.WriteFile(path, []byte(`{"workspace": []}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := emulator.New(emulator.WithSeedFile(path)); err == nil {
		t.Error("an unknown member of the seed was taken")
	}
}
