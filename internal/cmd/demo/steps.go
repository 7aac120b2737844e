// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-exec/tfexec"
)

const cliConfig = `provider_installation {
  dev_overrides {
    "registry.terraform.io/mlws/mlws" = %q%s
  }
  direct {}
}
`

// demo is a copy of examples/demo with a terraform to drive it.
type demo struct {
	terraform  *tfexec.Terraform
	directory  string
	environ    map[string]string // what terraform runs with
	fleet      *tfexec.Terraform // in the folder rotation
	emulator   string            // its address
	predicts   bool              // the emulator runs the uploaded code
	aciURI     string
	aksURI     string
	oldPrimary string
	secondary  string

	azapi           string            // the folder of the provider; "" without it
	v2, endpoint    *tfexec.Terraform // in the folder v2, and in one for azapi
	keys            []string          // of the ACI service, as v2 gets them
	v2Configuration string
	v2Requests      []v2Request
	v2URI           string
}

// step is one line of the demo. run returns what it proved.
type step struct {
	title string
	run   func(ctx context.Context) (string, error)
}

func newDemo(work, example, terraformPath string, running *emulatorProcess) (*demo, error) {
	directory := filepath.Join(work, "demo")
	if err := os.CopyFS(directory, os.DirFS(example)); err != nil {
		return nil, err
	}
	configFile := filepath.Join(work, "terraform.tfrc")
	azapi, override := azapiFolder(), ""
	if azapi != "" {
		override = fmt.Sprintf("\n    \"registry.terraform.io/azure/azapi\" = %q", azapi)
	}
	if err := os.WriteFile(configFile, fmt.Appendf(nil, cliConfig, filepath.Join(work, "bin"), override), 0o600); err != nil {
		return nil, err
	}
	// Only what is named here: the person's own ARM_* and TF_* variables must not
	// lead the demo to a real subscription.
	environ := map[string]string{
		"PATH": os.Getenv("PATH"), "HOME": work,
		"TF_CLI_CONFIG_FILE": configFile, "CHECKPOINT_DISABLE": "1",
	}
	maps.Copy(environ, running.environ)
	d := &demo{directory: directory, environ: environ, emulator: running.environ["ARM_RESOURCE_MANAGER_ENDPOINT"], predicts: running.executes}
	d.azapi = azapi
	endpoint := filepath.Join(directory, "endpoint")
	if err := os.Mkdir(endpoint, 0o700); err != nil {
		return nil, err
	}
	for folder, terraform := range map[string]**tfexec.Terraform{
		directory: &d.terraform, filepath.Join(directory, "rotation"): &d.fleet, filepath.Join(directory, "v2"): &d.v2, endpoint: &d.endpoint,
	} {
		in, err := tfexec.NewTerraform(folder, terraformPath)
		if err == nil {
			err = in.SetEnv(environOf(folder == endpoint, environ))
		}
		if err != nil {
			return nil, err
		}
		*terraform = in
	}
	return d, nil
}

// azapiFolder is the folder that azapiVariable names; "" without it.
func azapiFolder() string {
	path := os.Getenv(azapiVariable)
	if info, err := os.Stat(path); path != "" && err == nil && !info.IsDir() {
		return filepath.Dir(path)
	}
	return path
}

// environOf is the environment of a terraform. Azapi sends no token over http, so it
// gets the address with TLS.
func environOf(azapi bool, environ map[string]string) map[string]string {
	environ = maps.Clone(environ)
	if azapi {
		environ["ARM_RESOURCE_MANAGER_ENDPOINT"] = environ["ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST"]
		environ["ARM_RESOURCE_MANAGER_AUDIENCE"] = "https://management.azure.com/"
		environ["ARM_SKIP_PROVIDER_REGISTRATION"] = "true"
		environ["SSL_CERT_FILE"] = environ["MLWS_CA_CERTIFICATE_FILE"]
	}
	return environ
}

func (d *demo) steps() []step {
	return []step{
		{"terraform apply", d.deploy},
		{"Score the ACI service without a key", d.scoreWithoutKey},
		{"Score it with both keys", d.scoreWithKeys},
		{"Predict with the uploaded code", d.predict},
		{"terraform apply -replace=mlws_service_key.primary", d.rotate},
		{"Score with the old key, the new one, and the secondary", d.scoreAfterRotation},
		{"Score the AKS service with its token", d.scoreWithToken},
		{"Change score.py, terraform apply, and predict again", d.changeCode},
		{"Rotate the keys of 30 services that are scored all the time, twice", d.rotateFleet},
		{"terraform plan again", d.planAgain},
		{"terraform plan with both auth modes on", d.planRefused},
		{"Print what the ACI service becomes in v2", d.printV2},
		{"Create it, with the keys of v1", d.createV2},
		{"Score both with one key", d.scoreBoth},
		{"terraform state rm mlws_model.iris, which v2 uses, and terraform destroy", d.destroy},
	}
}

func (d *demo) deploy(ctx context.Context) (string, error) {
	if err := d.terraform.Apply(ctx); err != nil {
		return "", err
	}
	state, err := d.values(ctx)
	if err != nil {
		return "", err
	}
	d.aciURI, d.aksURI = state.text("mlws_aci_service.iris", "scoring_uri"), state.text("mlws_aks_service.iris", "scoring_uri")
	d.oldPrimary, d.secondary = state.text("mlws_service_key.primary", "key"), state.text("mlws_service_key.secondary", "key")
	if state.text("mlws_model.iris", "model_id") == "" {
		return "", errors.New("the model is not in the state")
	}
	for _, service := range []string{"mlws_aci_service.iris", "mlws_aks_service.iris"} {
		if health := state.text(service, "state"); health != "Healthy" {
			return "", fmt.Errorf("%s is %q, not Healthy", service, health)
		}
	}
	if d.oldPrimary == "" || d.secondary == "" {
		return "", errors.New("the keys are not in the state")
	}
	return "a model is registered, its code uploaded; an ACI service with key auth and an AKS service with token auth are Healthy", nil
}

func (d *demo) scoreWithoutKey(ctx context.Context) (string, error) {
	if err := expectStatus(ctx, d.aciURI, "", http.StatusUnauthorized); err != nil {
		return "", err
	}
	return "401", nil
}

func (d *demo) scoreWithKeys(ctx context.Context) (string, error) {
	for _, key := range []string{d.oldPrimary, d.secondary} {
		if err := expectStatus(ctx, d.aciURI, key, http.StatusOK); err != nil {
			return "", err
		}
	}
	return "200 with the primary, 200 with the secondary", nil
}

func (d *demo) rotate(ctx context.Context) (string, error) {
	if err := d.terraform.Apply(ctx, tfexec.Replace("mlws_service_key.primary")); err != nil {
		return "", err
	}
	state, err := d.values(ctx)
	if err != nil {
		return "", err
	}
	if state.text("mlws_service_key.primary", "key") == d.oldPrimary {
		return "", errors.New("the primary key is still the old one")
	}
	if state.text("mlws_service_key.secondary", "key") != d.secondary {
		return "", errors.New("the secondary key changed too")
	}
	return "a new primary key, the same secondary", nil
}

func (d *demo) scoreAfterRotation(ctx context.Context) (string, error) {
	state, err := d.values(ctx)
	if err != nil {
		return "", err
	}
	err = errors.Join(
		expectStatus(ctx, d.aciURI, d.oldPrimary, http.StatusUnauthorized),
		expectStatus(ctx, d.aciURI, state.text("mlws_service_key.primary", "key"), http.StatusOK),
		expectStatus(ctx, d.aciURI, d.secondary, http.StatusOK))
	d.keys = []string{state.text("mlws_service_key.primary", "key"), d.secondary}
	return "401 with the old key, 200 with the new one, 200 with the secondary", err
}

func (d *demo) scoreWithToken(ctx context.Context) (string, error) {
	state, err := d.values(ctx)
	if err != nil {
		return "", err
	}
	const data = "data.mlws_service_token.iris"
	err = errors.Join(
		expectStatus(ctx, d.aksURI, "", http.StatusUnauthorized),
		expectStatus(ctx, d.aksURI, d.secondary, http.StatusUnauthorized),
		expectStatus(ctx, d.aksURI, state.text(data, "access_token"), http.StatusOK))
	return fmt.Sprintf("401 without, 401 with a key, 200 with the token; refresh it after %s, it expires on %s",
		state.text(data, "refresh_after"), state.text(data, "expiry_on")), err
}

func (d *demo) planAgain(ctx context.Context) (string, error) {
	changes, err := d.terraform.Plan(ctx)
	if err != nil {
		return "", err
	}
	if changes {
		return "", errors.New("the plan is not empty")
	}
	return "no changes", nil
}

func (d *demo) planRefused(ctx context.Context) (string, error) {
	_, err := d.terraform.Plan(ctx, tfexec.Var("aks_key_auth=true"))
	if err == nil {
		return "", errors.New("the plan was accepted")
	}
	message := strings.TrimSpace(strings.TrimPrefix(err.Error(), "exit status 1"))
	if !strings.Contains(message, "auth_enabled") || !strings.Contains(message, "token_auth_enabled") {
		return "", fmt.Errorf("refused, but not for the auth modes: %w", err)
	}
	return "refused at plan:\n" + indent(message) + "\n      ", nil
}

func (d *demo) destroy(ctx context.Context) (string, error) {
	if err := d.terraform.StateRm(ctx, "mlws_model.iris"); err != nil {
		return "", err
	}
	if err := d.terraform.Destroy(ctx); err != nil {
		return "", err
	}
	state, err := d.values(ctx)
	if err != nil {
		return "", err
	}
	if len(state) > 0 {
		return "", fmt.Errorf("%d objects are still in the state", len(state))
	}
	err = errors.Join(
		expectStatus(ctx, d.aciURI, d.secondary, http.StatusNotFound),
		expectStatus(ctx, d.aksURI, "", http.StatusNotFound),
		expectStatus(ctx, d.v2URI, d.secondary, http.StatusOK))
	return "the state is empty, and both scoring addresses answer 404; v2 goes on with the same key", err
}
