// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package terraformcli_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"

	"github.com/mlws/terraform-provider-mlws/internal/terraformcli"
)

const release = "1.14.9"

// program is a stand-in for terraform or tofu of a version.
func program(version string) string {
	return fmt.Sprintf("#!/bin/sh\necho '{\"terraform_version\": %q}'\n", version)
}

func put(t *testing.T, dir, name, version string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(program(version)), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFind(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-ins are shell scripts")
	}
	t.Setenv(terraformcli.PathEnv, "")
	old, current, tofu := t.TempDir(), t.TempDir(), t.TempDir()
	put(t, old, "terraform", "1.7.5")
	terraform, openTofu := put(t, current, "terraform", "1.15.0"), put(t, tofu, "tofu", "1.9.0")
	for name, test := range map[string]struct{ path, want string }{
		"an old one is passed over":       {old + string(os.PathListSeparator) + current, terraform},
		"terraform comes before OpenTofu": {tofu + string(os.PathListSeparator) + current, terraform},
		"OpenTofu alone":                  {old + string(os.PathListSeparator) + tofu, openTofu},
		"none":                            {old, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("PATH", test.path+string(os.PathListSeparator)+"/bin")
			path, err := terraformcli.Find(t.Context())
			if path != test.want || (err != nil) != (test.want == "") {
				t.Errorf("Find() = %q, %v; want %q", path, err, test.want)
			}
		})
	}
	t.Setenv(terraformcli.PathEnv, "/opt/mine")
	if path, err := terraformcli.Find(t.Context()); path != "/opt/mine" || err != nil {
		t.Errorf("%s is passed over: %q, %v", terraformcli.PathEnv, path, err)
	}
}

// mirror serves one release of Terraform, signed with a key of its own.
type mirror struct {
	files    map[string][]byte
	requests int
}

func newMirror(t *testing.T) (*mirror, string) {
	t.Helper()
	entity, err := openpgp.NewEntity("mirror", "", "mirror@example.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	var key, archive, signature bytes.Buffer
	armored, err := armor.Encode(&key, openpgp.PublicKeyType, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := entity.Serialize(armored); err != nil {
		t.Fatal(err)
	}
	if err := armored.Close(); err != nil {
		t.Fatal(err)
	}
	packed := zip.NewWriter(&archive)
	entry, err := packed.Create("terraform")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := entry.Write([]byte(program(release))); err != nil {
		t.Fatal(err)
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("terraform_%s_%s_%s.zip", release, runtime.GOOS, runtime.GOARCH)
	sums := fmt.Appendf(nil, "%x  %s\n", sha256.Sum256(archive.Bytes()), name)
	if err := openpgp.DetachSign(&signature, entity, bytes.NewReader(sums), nil); err != nil {
		t.Fatal(err)
	}
	index, err := json.Marshal(map[string]any{
		"name": "terraform", "version": release, "shasums": "terraform_" + release + "_SHA256SUMS",
		"shasums_signature": "terraform_" + release + "_SHA256SUMS.sig",
		"builds": []map[string]string{{
			"name": "terraform", "version": release, "os": runtime.GOOS, "arch": runtime.GOARCH, "filename": name, "url": "/terraform/" + release + "/" + name,
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	folder := "/terraform/" + release + "/"
	m := &mirror{files: map[string][]byte{
		folder + "index.json": index, folder + name: archive.Bytes(),
		folder + "terraform_" + release + "_SHA256SUMS": sums, folder + "terraform_" + release + "_SHA256SUMS.sig": signature.Bytes(),
	}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.requests++
		content, ok := m.files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", map[string]string{".json": "application/json", ".zip": "application/zip"}[filepath.Ext(r.URL.Path)])
		_, _ = w.Write(content)
	}))
	t.Cleanup(server.Close)
	keyFile := filepath.Join(t.TempDir(), "key.asc")
	if err := os.WriteFile(keyFile, key.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(terraformcli.ReleasesEnv, server.URL)
	t.Setenv(terraformcli.KeyFileEnv, keyFile)
	return m, folder + name
}

func TestInstall(t *testing.T) {
	m, _ := newMirror(t)
	dir := filepath.Join(t.TempDir(), "with a space", "terraform")
	path, err := terraformcli.Install(t.Context(), release, dir)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil || string(content) != program(release) {
		t.Errorf("%s holds %q, %v", path, content, err)
	}
	asked := m.requests
	if again, err := terraformcli.Install(t.Context(), release, dir); again != path || err != nil || m.requests != asked {
		t.Errorf("the second time: %q, %v, %d more requests", again, err, m.requests-asked)
	}
}

func TestInstallRefuses(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, m *mirror, archive string){
		"another archive than was signed": func(_ *testing.T, m *mirror, archive string) { m.files[archive] = append(m.files[archive], 0) },
		"another key": func(t *testing.T, _ *mirror, _ string) {
			t.Setenv(terraformcli.KeyFileEnv, "")
		},
	} {
		t.Run(name, func(t *testing.T) {
			m, archive := newMirror(t)
			spoil(t, m, archive)
			parent := t.TempDir()
			if path, err := terraformcli.Install(t.Context(), release, filepath.Join(parent, "terraform")); err == nil {
				t.Errorf("it installed %s", path)
			}
			if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
				t.Errorf("it left %v, %v", left, err)
			}
		})
	}
}

func TestInstallWithoutReleases(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	t.Setenv(terraformcli.ReleasesEnv, server.URL)
	ctx, stop := context.WithTimeout(t.Context(), terraformcli.ReachTimeout)
	defer stop()
	_, err := terraformcli.Install(ctx, release, filepath.Join(t.TempDir(), "terraform"))
	if err == nil || ctx.Err() != nil {
		t.Fatalf("error %v, context %v", err, ctx.Err())
	}
	for _, way := range []string{"package manager", terraformcli.PathEnv, terraformcli.ReleasesEnv} {
		if !strings.Contains(err.Error(), way) {
			t.Errorf("the message does not name %q:\n%v", way, err)
		}
	}
}
