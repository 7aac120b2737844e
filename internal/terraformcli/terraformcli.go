// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package terraformcli finds the Terraform or OpenTofu that tests and the demo
// drive, and installs a pinned Terraform if there is none.
package terraformcli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/hc-install/fs"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
)

const (
	// PathEnv names the binary to use, whatever is on PATH. Terraform's test
	// framework reads the same variable.
	PathEnv = "TF_ACC_TERRAFORM_PATH"
	// ReleasesEnv moves the releases to another base URL, such as a mirror's.
	ReleasesEnv = "MLWS_RELEASES_URL"
	// KeyFileEnv is a file with the armored public key that signs the releases
	// there; without it HashiCorp's own key has to.
	KeyFileEnv = "MLWS_RELEASES_KEY_FILE"

	defaultReleases = "https://releases.hashicorp.com"
	// ReachTimeout is how long the releases may take to answer at all: 10 seconds.
	ReachTimeout = 10 * time.Second
	// installTimeout is how long the download may take: about 30 MB.
	installTimeout = 10 * time.Minute
)

// minimum is what the provider needs: functions came with Terraform 1.8, and
// OpenTofu counts alike. Prereleases have to be named by PathEnv.
var minimum = version.MustConstraints(version.NewConstraint(">= 1.8"))

var openTofu = product.Product{
	Name: "tofu",
	BinaryName: func() string {
		return strings.Replace(product.Terraform.BinaryName(), "terraform", "tofu", 1)
	},
	// OpenTofu prints its version as Terraform does.
	GetVersion: product.Terraform.GetVersion,
}

// Find returns the path of the binary to use: the one that PathEnv names, the
// first terraform on PATH that is 1.8 or later, else the first such tofu.
func Find(ctx context.Context) (string, error) {
	if path := os.Getenv(PathEnv); path != "" {
		return path, nil
	}
	for _, p := range []product.Product{product.Terraform, openTofu} {
		if path, err := (&fs.Version{Product: p, Constraints: minimum}).Find(ctx); err == nil {
			return path, nil
		}
	}
	return "", errors.New("neither Terraform 1.8 or later nor OpenTofu 1.8 or later is on PATH. Install one, run make terraform, which downloads a Terraform for this checkout alone, or set " + PathEnv + " to a binary")
}

// Install downloads a release of Terraform into a folder, unless it is there
// already, and returns the path of its binary. It verifies the signature of the
// checksums, and the checksum of the archive. It fails within ten seconds if the
// releases do not answer.
func Install(ctx context.Context, release, dir string) (string, error) {
	path := filepath.Join(dir, product.Terraform.BinaryName())
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	exact, err := version.NewVersion(release)
	if err != nil {
		return "", fmt.Errorf("%q is no version: %w", release, err)
	}
	base := strings.TrimRight(os.Getenv(ReleasesEnv), "/")
	source := &releases.ExactVersion{Product: product.Terraform, Version: exact, Timeout: installTimeout, ApiBaseURL: base}
	if file := os.Getenv(KeyFileEnv); file != "" {
		key, err := os.ReadFile(file) //nolint:gosec // the developer names the file
		if err != nil {
			return "", fmt.Errorf("the file of %s cannot be read: %w", KeyFileEnv, err)
		}
		source.ArmoredPublicKey = string(key)
	}
	if base == "" {
		base = defaultReleases
	}
	if err := reach(ctx, base+"/terraform/"+exact.String()+"/index.json"); err != nil {
		return "", unreachable(err)
	}
	// Into a folder beside it first: an interrupted download leaves no half binary.
	if err := os.MkdirAll(filepath.Dir(dir), 0o750); err != nil {
		return "", err
	}
	if source.InstallDir, err = os.MkdirTemp(filepath.Dir(dir), ".terraform-"); err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(source.InstallDir) }()
	if _, err := source.Install(ctx); err != nil {
		return "", fmt.Errorf("Terraform %s could not be installed from %s, and nothing was kept: %w", exact, base, err)
	}
	if err := os.Rename(source.InstallDir, dir); err != nil {
		return "", err
	}
	return path, nil
}

// reach asks for an address once.
func reach(ctx context.Context, address string) error {
	ctx, stop := context.WithTimeout(ctx, ReachTimeout)
	defer stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil) //nolint:gosec // the developer names the mirror
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request) //nolint:gosec // see above
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", address, response.Status)
	}
	return nil
}

func unreachable(err error) error {
	return fmt.Errorf(`There is no Terraform on PATH, and its releases cannot be reached (%w).
Any one of these is enough:
  - install Terraform 1.8 or later, or OpenTofu 1.8 or later, with your package manager
  - set %s to the path of a binary that you have
  - set %s to a mirror of %s, and %s to the key that signs it, if that is another`,
		err, PathEnv, ReleasesEnv, defaultReleases, KeyFileEnv)
}
