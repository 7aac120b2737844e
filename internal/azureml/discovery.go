// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// Keys of the discovery document.
const (
	modelManagement = "modelmanagement"
	experimentation = "experimentation" // environments
	history         = "history"         // artifacts
)

// discovered is the discovery document: service to base URL.
type discovered map[string]string

// endpoint returns the base URL of one service of the workspace, as its
// discovery gives it. Hosts are never composed for a workspace whose discovery
// names them: a workspace behind a private link has hosts of its own.
func (w *Workspace) endpoint(ctx context.Context, key string) (string, error) {
	if override := w.client.config.ModelManagementEndpoint; key == modelManagement && override != "" {
		return override, nil
	}
	found, err := w.found.get(ctx, w.discover)
	if err != nil {
		return "", err
	}
	raw, ok := (*found)[key]
	if !ok || raw == "" {
		return w.lastResort(ctx, key)
	}
	base, err := checkEndpoint(raw)
	if err != nil {
		return "", fmt.Errorf("the discovery of workspace %s gives an address for %q that cannot be used: it %w", w.id.Name, key, err)
	}
	return base, nil
}

// discover fetches the discovery document; empty for a workspace without one.
func (w *Workspace) discover(ctx context.Context) (*discovered, error) {
	info, err := w.Info(ctx)
	if err != nil {
		return nil, err
	}
	found := discovered{}
	if info.DiscoveryURL == "" {
		return &found, nil
	}
	// Discovery takes no Authorization header. Its URL is used as it is, query
	// included.
	get := call{method: http.MethodGet, base: info.DiscoveryURL, anonymous: true}
	r, err := w.client.do(ctx, get)
	if err != nil {
		return nil, fmt.Errorf("the discovery of workspace %s failed: %w", w.id.Name, notAnObject(err))
	}
	var document map[string]json.RawMessage
	if err := r.decode(&document); err != nil {
		return nil, err
	}
	for key, value := range document {
		found[strings.ToLower(key)] = textOf(value)
	}
	return &found, nil
}

// notAnObject keeps a 404 of discovery from being read as that of a service.
func notAnObject(err error) error {
	if IsNotFound(err) {
		return errors.New(err.Error())
	}
	return err
}

var locationPattern = regexp.MustCompile(`^[a-z0-9]+$`)

// lastResort is the regional address, which other public clients compose. It is
// used only where discovery has nothing to follow.
func (w *Workspace) lastResort(ctx context.Context, key string) (string, error) {
	info, err := w.Info(ctx)
	if err != nil {
		return "", err
	}
	missing := fmt.Sprintf("the discovery of workspace %s does not name %q", w.id.Name, key)
	if info.DiscoveryURL == "" {
		missing = fmt.Sprintf("workspace %s has no discovery URL", w.id.Name)
	}
	suffix := strings.Trim(w.client.config.APISuffix, ".")
	if suffix == "" {
		return "", fmt.Errorf("%s, and no address of last resort is configured for this cloud", missing)
	}
	// Resource Manager may return the display name ("West Europe").
	location := strings.ToLower(strings.ReplaceAll(info.Location, " ", ""))
	if !locationPattern.MatchString(location) {
		return "", fmt.Errorf("%s, and its location %q makes no address of last resort", missing, info.Location)
	}
	return checkEndpoint("https://" + location + "." + suffix)
}
