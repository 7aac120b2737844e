// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-exec/tfexec"

	"github.com/mlws/terraform-provider-mlws/internal/armclient"
)

// azapiVariable names the folder of the provider azapi, or its binary. With it, the
// demo creates the v2 endpoint as a person would. Without it, the demo sends the same
// requests itself, since it may not download a provider.
const azapiVariable = "MLWS_DEMO_AZAPI"

// code is where the folder src is among the artifacts of the workspace.
const code = "LocalUpload/iris-v2"

const azapiVersions = `terraform {
  required_providers {
    azapi = {
      source = "Azure/azapi"
    }
    mlws = {
      source = "mlws/mlws"
    }
  }
}
`

// v2Request is one request of the v2 configuration.
type v2Request struct {
	ID         string         `json:"id"`
	Type       string         `json:"type"`
	APIVersion string         `json:"apiVersion"`
	Body       map[string]any `json:"body"`
}

// printV2 uploads the code as the folder that v2 wants, and prints what the ACI service
// becomes.
func (d *demo) printV2(ctx context.Context) (string, error) {
	if err := d.uploadCode(ctx); err != nil {
		return "", err
	}
	if err := d.v2.Apply(ctx, tfexec.Var("code="+code)); err != nil {
		return "", err
	}
	outputs, err := d.v2.Output(ctx)
	if err != nil {
		return "", err
	}
	var requests string
	var blockers []string
	err = errors.Join(json.Unmarshal(outputs["configuration"].Value, &d.v2Configuration), json.Unmarshal(outputs["requests"].Value, &requests), json.Unmarshal(outputs["blockers"].Value, &blockers))
	if err == nil {
		err = json.Unmarshal([]byte(requests), &d.v2Requests)
	}
	if err != nil {
		return "", err
	}
	if len(blockers) > 0 {
		return "", fmt.Errorf("it cannot move: %s", strings.Join(blockers, "; "))
	}
	parts := regexp.MustCompile(`(?m)^(?:ephemeral|resource) "[^"]*" "[^"]*"`).FindAllString(d.v2Configuration, -1)
	if len(parts) < 4 || len(d.v2Requests) < 4 {
		return "", fmt.Errorf("the configuration has %d parts, and %d requests", len(parts), len(d.v2Requests))
	}
	return fmt.Sprintf("nothing stands in the way; %d lines of HCL\n%s\n      ", strings.Count(d.v2Configuration, "\n"), indent(strings.Join(parts, "\n"))), nil
}

// createV2 applies the configuration with azapi, or sends what azapi would send.
func (d *demo) createV2(ctx context.Context) (string, error) {
	if d.azapi == "" {
		if err := d.sendV2(ctx); err != nil {
			return "", err
		}
		return fmt.Sprintf("%d requests sent, those of azapi (set %s=/its/folder to have it send them)", len(d.v2Requests), azapiVariable), nil
	}
	for name, content := range map[string]string{"versions.tf": azapiVersions, "iris.tf": d.v2Configuration} {
		if err := os.WriteFile(filepath.Join(d.endpoint.WorkingDir(), name), []byte(content), 0o600); err != nil {
			return "", err
		}
	}
	if err := d.endpoint.Apply(ctx); err != nil {
		return "", err
	}
	return "applied by azapi; no key is in its state", d.expectNoKeyIn(filepath.Join(d.endpoint.WorkingDir(), "terraform.tfstate"))
}

func (d *demo) expectNoKeyIn(file string) error {
	state, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for _, key := range d.keys {
		if strings.Contains(string(state), key) {
			return fmt.Errorf("a key is in %s", file)
		}
	}
	return nil
}

// sendV2 sends the requests in their order, with the keys of v1 in the first one about
// the endpoint.
func (d *demo) sendV2(ctx context.Context) error {
	manager, err := d.resourceManager()
	if err != nil {
		return err
	}
	carried := false
	for _, request := range d.v2Requests {
		if strings.HasSuffix(request.Type, "/onlineEndpoints") && !carried {
			carried = true
			if properties, ok := request.Body["properties"].(map[string]any); ok {
				properties["keys"] = map[string]any{"primaryKey": d.keys[0], "secondaryKey": d.keys[1]}
			}
		}
		if _, err := manager.Do(ctx, http.MethodPut, request.ID, request.APIVersion, request.Body); err != nil {
			return err
		}
	}
	return nil
}

// scoreBoth scores v1 and v2 with the same keys, and compares what they answer.
func (d *demo) scoreBoth(ctx context.Context) (string, error) {
	manager, err := d.resourceManager()
	if err != nil {
		return "", err
	}
	for _, request := range d.v2Requests {
		if !strings.HasSuffix(request.Type, "/onlineEndpoints") {
			continue
		}
		endpoint, err := manager.Do(ctx, http.MethodGet, request.ID, request.APIVersion, nil)
		if err != nil {
			return "", err
		}
		properties, _ := endpoint["properties"].(map[string]any)
		d.v2URI, _ = properties["scoringUri"].(string)
	}
	if err := expectStatus(ctx, d.v2URI, "", http.StatusUnauthorized); err != nil {
		return "", err
	}
	for _, key := range d.keys {
		if err := errors.Join(expectStatus(ctx, d.aciURI, key, http.StatusOK), expectStatus(ctx, d.v2URI, key, http.StatusOK)); err != nil {
			return "", err
		}
	}
	const same = "200 from v1 and v2 with the primary key, and with the secondary"
	if !d.predicts {
		return same + "; the predictions are " + withoutPython, nil
	}
	old, err := d.classify(ctx, d.aciURI, d.keys[0])
	if err != nil {
		return "", err
	}
	now, err := d.classify(ctx, d.v2URI, d.keys[0])
	if err != nil {
		return "", err
	}
	if !slices.Equal(old, now) {
		return "", fmt.Errorf("v1 answers %q, and v2 %q", old, now)
	}
	return same + "; both answer " + strings.Join(now, ", "), nil
}

// uploadCode uploads the folder src to the storage of the workspace.
func (d *demo) uploadCode(ctx context.Context) error {
	manager, err := d.resourceManager()
	if err != nil {
		return err
	}
	source := os.DirFS(filepath.Join(d.directory, "src"))
	return fs.WalkDir(source, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(source, path)
		if err != nil {
			return err
		}
		return manager.Upload(ctx, workspaceID(d.environ), code, path, content)
	})
}

func (d *demo) resourceManager() (*armclient.Client, error) {
	return armclient.New(func(name string) string { return d.environ[name] })
}

// workspaceID is the id of the workspace that the emulator exports.
func workspaceID(environ map[string]string) string {
	return "/subscriptions/" + environ["ARM_SUBSCRIPTION_ID"] + "/resourceGroups/" + url.PathEscape(environ["MLWS_RESOURCE_GROUP_NAME"]) +
		"/providers/Microsoft.MachineLearningServices/workspaces/" + url.PathEscape(environ["MLWS_WORKSPACE_NAME"])
}
