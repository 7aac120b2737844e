// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"strings"
	"sync"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// Config configures a Client.
type Config = wire.Config

// Timing says how long a Client waits for what. It exists for tests; the
// defaults are meant for Azure.
type Timing = wire.Timing

// Client is the API client; safe for concurrent use.
type Client struct {
	wire       *wire.Client
	mu         sync.Mutex
	workspaces map[string]*Workspace
}

// NewClient makes a client; it sends nothing. It refuses endpoints that are
// not https, unless they are on loopback: every request carries a token.
func NewClient(cfg Config) (*Client, error) {
	sender, err := wire.NewClient(cfg)
	if err != nil {
		return nil, err
	}
	return &Client{wire: sender, workspaces: map[string]*Workspace{}}, nil
}

// Workspace returns the (cached) client of one workspace; it sends nothing.
// Ids that differ in case only share one client.
func (c *Client) Workspace(id resourceid.Workspace) *Workspace {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := strings.ToLower(id.String())
	w, ok := c.workspaces[key]
	if !ok {
		w = newWorkspace(c.wire, id)
		c.workspaces[key] = w
	}
	return w
}
