// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"errors"
	"fmt"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// Config configures a Client.
type Config struct {
	// Credential gives the Entra tokens of the control plane. Required.
	Credential azcore.TokenCredential
	// ResourceManagerEndpoint is the base URL of Azure Resource Manager, for
	// example https://management.azure.com. Required.
	ResourceManagerEndpoint string
	// TokenScope is what tokens are asked for, for example
	// https://management.azure.com/.default. The model-management API accepts
	// the Resource Manager audience. Required.
	TokenScope string
	// ModelManagementEndpoint, if set, is used instead of the address that the
	// workspace's discovery gives for model management.
	ModelManagementEndpoint string
	// APISuffix is the cloud's suffix for addresses of last resort,
	// https://{location}.{suffix}, for example api.azureml.ms. They are used
	// only for a workspace that has no discovery URL, or if its discovery does
	// not name the service that is needed. Empty: there is no such address,
	// and these workspaces fail with an error that says so.
	APISuffix string
	// UserAgent is sent as it is.
	UserAgent string
	// Transport sends the requests. Default: a client on Go's default
	// transport. An *http.Client is copied, so that it follows no redirects.
	Transport policy.Transporter
	// Date, if set, is told the Date of each reply that has one, and whether the server is on
	// loopback. It must be safe for concurrent use.
	Date func(date time.Time, loopback bool)
	// Timing changes how long this client waits. Zero fields keep their defaults.
	Timing Timing
}

// Client sends requests; safe for concurrent use.
type Client struct {
	config     Config
	timing     Timing
	authorised runtime.Pipeline // sends a bearer token
	anonymous  runtime.Pipeline // for discovery, which takes none
	secrets    *secrets
}

// NewClient makes a client; it sends nothing. It refuses endpoints that are
// not https, unless they are on loopback: every request carries a token.
func NewClient(cfg Config) (*Client, error) {
	if cfg.Credential == nil {
		return nil, errors.New("a credential is required")
	}
	if cfg.TokenScope == "" {
		return nil, errors.New("a token scope is required")
	}
	var err error
	if cfg.ResourceManagerEndpoint, err = checkEndpoint(cfg.ResourceManagerEndpoint); err != nil {
		return nil, fmt.Errorf("the Resource Manager endpoint %w", err)
	}
	if cfg.ModelManagementEndpoint != "" {
		if cfg.ModelManagementEndpoint, err = checkEndpoint(cfg.ModelManagementEndpoint); err != nil {
			return nil, fmt.Errorf("the model management endpoint %w", err)
		}
	}
	timing := cfg.Timing.withDefaults()
	known := &secrets{}
	return &Client{
		config:     cfg,
		timing:     timing,
		authorised: newPipeline(cfg, timing, known, newBearerPolicy(cfg, known)),
		anonymous:  newPipeline(cfg, timing, known),
		secrets:    known,
	}, nil
}

// Timing returns how long this client waits for what, defaults included.
func (c *Client) Timing() Timing { return c.timing }
