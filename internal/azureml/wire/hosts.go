// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// armVersion is the Resource Manager api-version that the Python SDK
// azureml-core 1.51 asks for. The model-management API takes none.
const armVersion = "2022-05-01"

// API is one of the services of a workspace: its key in the discovery document,
// and where its paths begin.
type API struct {
	key, prefix string
	forms       []form // of its own errors
}

// The services that are used, with the prefixes that the Python SDK sends.
var (
	ModelManagement = API{"modelmanagement", "/modelmanagement/v1.0", []form{formFlat}}
	Environments    = API{"experimentation", "/environment/v1.0", []form{formFlat, formWrapped}} // its form is not documented
	Artifacts       = API{"history", "/artifact/v2.0", []form{formWrapped}}
)

// Hosts addresses the requests about one workspace. Its first call looks the
// workspace up and discovers its hosts, once.
type Hosts struct {
	client *Client
	id     resourceid.Workspace
	info   cached[WorkspaceInfo]
	found  cached[discovered]
}

// NewHosts makes the addresses of a workspace; it sends nothing.
func NewHosts(client *Client, id resourceid.Workspace) *Hosts { return &Hosts{client: client, id: id} }

// WorkspaceInfo is what Resource Manager knows of a workspace.
type WorkspaceInfo struct {
	ID, Name, Location, WorkspaceID, DiscoveryURL string
}

// discovered is the discovery document: service to base URL.
type discovered map[string]string

// Info looks the workspace up, once. A workspace that does not exist is a
// *WorkspaceNotFoundError.
func (h *Hosts) Info(ctx context.Context) (WorkspaceInfo, error) {
	info, err := h.info.get(ctx, h.lookUp)
	if err != nil {
		return WorkspaceInfo{}, err
	}
	return *info, nil
}

// Read reads the workspace from Resource Manager. One that does not exist is a
// *WorkspaceNotFoundError.
func (h *Hosts) Read(ctx context.Context) (*Reply, error) {
	r, err := h.client.Do(ctx, h.ResourceManager(Workspace, ""))
	if Gone(err) == Workspace {
		return nil, &WorkspaceNotFoundError{ID: h.id.String(), Reason: err.Error()}
	}
	return r, err
}

func (h *Hosts) lookUp(ctx context.Context) (*WorkspaceInfo, error) {
	r, err := h.Read(ctx)
	if err != nil {
		return nil, err
	}
	var body struct {
		ID, Name, Location string
		Properties         struct{ WorkspaceID, DiscoveryURL string }
	}
	if err := r.Decode(&body); err != nil {
		return nil, err
	}
	return &WorkspaceInfo{
		ID: body.ID, Name: body.Name, Location: body.Location,
		WorkspaceID: body.Properties.WorkspaceID, DiscoveryURL: body.Properties.DiscoveryURL,
	}, nil
}

// ResourceManager reads the workspace, or what is below it, from Resource
// Manager.
func (h *Hosts) ResourceManager(about Subject, path string) Call {
	return h.client.ResourceManager(about, EscapePath(h.id.String())+path)
}

// ResourceManager reads what is at a path, which is escaped, from Resource Manager.
func (c *Client) ResourceManager(about Subject, path string) Call {
	return Call{
		Method: http.MethodGet, Base: c.config.ResourceManagerEndpoint,
		Path: path, Query: url.Values{"api-version": {armVersion}},
		About: about, forms: []form{formWrapped},
	}
}

// ResourceManagerLink reads what a reply of Resource Manager links to. Ok is false if
// the link is not to the host of Resource Manager: no token goes to another one.
func (c *Client) ResourceManagerLink(about Subject, link string) (call Call, ok bool) {
	base, err := url.Parse(c.config.ResourceManagerEndpoint)
	if err != nil {
		return Call{}, false
	}
	target, err := url.Parse(link)
	if err != nil || target.Scheme != base.Scheme || !strings.EqualFold(target.Host, base.Host) {
		return Call{}, false
	}
	call = c.ResourceManager(about, target.EscapedPath())
	call.Base, call.Query = base.Scheme+"://"+base.Host, target.Query()
	return call, true
}

// Call is a request to a service of the workspace, about something; path is
// below the workspace, and escaped.
func (h *Hosts) Call(ctx context.Context, api API, about Subject, method, path string) (Call, error) {
	base, missing, err := h.endpoint(ctx, api.key)
	if err != nil {
		return Call{}, err
	}
	return Call{Method: method, Base: base, Path: api.prefix + EscapePath(h.id.String()) + path, About: about, forms: api.forms, undiscovered: missing}, nil
}

// endpoint returns the base URL of one service of the workspace, as its
// discovery gives it. Hosts are never composed if the discovery of the workspace
// names them: a workspace behind a private link has hosts of its own. Missing says
// what a discovery document lacks, so that the address is one of last resort.
func (h *Hosts) endpoint(ctx context.Context, key string) (base, missing string, err error) {
	if override := h.client.config.ModelManagementEndpoint; key == ModelManagement.key && override != "" {
		return override, "", nil
	}
	found, err := h.found.get(ctx, h.discover)
	if err != nil {
		return "", "", err
	}
	raw, ok := (*found)[key]
	if !ok || raw == "" {
		return h.lastResort(ctx, key)
	}
	if base, err = checkEndpoint(raw); err != nil {
		return "", "", fmt.Errorf("the discovery of workspace %s gives an address for %q that cannot be used: it %w", h.id.Name, key, err)
	}
	return base, "", nil
}

// discover fetches the discovery document; empty for a workspace without one.
func (h *Hosts) discover(ctx context.Context) (*discovered, error) {
	info, err := h.Info(ctx)
	if err != nil {
		return nil, err
	}
	found := discovered{}
	if info.DiscoveryURL == "" {
		return &found, nil
	}
	// Discovery takes no Authorization header. Its URL is used as it is, query
	// included.
	r, err := h.client.Do(ctx, Call{Method: http.MethodGet, Base: info.DiscoveryURL, anonymous: true})
	if err != nil {
		return nil, fmt.Errorf("the discovery of workspace %s failed: %w", h.id.Name, err)
	}
	var document map[string]json.RawMessage
	if err := r.Decode(&document); err != nil {
		return nil, err
	}
	for key, value := range document {
		found[strings.ToLower(key)] = Text(value)
	}
	return &found, nil
}

var locationPattern = regexp.MustCompile(`^[a-z0-9]+$`)

// lastResort is the regional address, which other public clients compose. It is
// used only if discovery has nothing to follow.
func (h *Hosts) lastResort(ctx context.Context, key string) (base, missing string, err error) {
	info, err := h.Info(ctx)
	if err != nil {
		return "", "", err
	}
	wrap := func(problem error) error {
		return fmt.Errorf("workspace %s has no discovery URL, and %w", h.id.Name, problem)
	}
	if info.DiscoveryURL != "" {
		missing = fmt.Sprintf("the discovery of workspace %s does not name %q", h.id.Name, key)
		wrap = func(problem error) error { return &UndiscoveredError{Missing: missing, Err: problem} }
	}
	suffix := strings.Trim(h.client.config.APISuffix, ".")
	if suffix == "" {
		return "", "", wrap(errors.New("no address of last resort is configured for this cloud"))
	}
	// Resource Manager may return the display name ("West Europe").
	location := strings.ToLower(strings.ReplaceAll(info.Location, " ", ""))
	if !locationPattern.MatchString(location) {
		return "", "", wrap(fmt.Errorf("its location %q makes no address of last resort", info.Location))
	}
	base, err = checkEndpoint("https://" + location + "." + suffix)
	return base, missing, err
}
