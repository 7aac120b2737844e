// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// protocol is all that the server of the plugin framework serves.
type protocol interface {
	tfprotov6.ProviderServerWithListResource //nolint:staticcheck // until it is a part of ProviderServer
	tfprotov6.ProviderServerWithActions      //nolint:staticcheck // until it is a part of ProviderServer
	tfprotov6.ProviderServerWithStateStores  //nolint:staticcheck // until it is a part of ProviderServer
}

// server takes the context of a call away from the framework when the call ends. The
// framework 1.19 keeps all contexts until the provider is stopped, with the connection's
// buffers and the loggers that hang on each: 40 KiB a call. Calls with streams are few,
// and go on after they return, so they keep theirs.
type server struct{ protocol }

// Serve returns the constructor of the server of a provider.
func Serve(of func() provider.Provider) (func() tfprotov6.ProviderServer, error) {
	whole, ok := providerserver.NewProtocol6(of())().(protocol)
	if !ok {
		return nil, fmt.Errorf("the plugin framework serves less than expected: %T", whole)
	}
	return func() tfprotov6.ProviderServer { return server{whole} }, nil
}

// callContext is a context that forgets what it is based on.
type callContext struct {
	base atomic.Pointer[context.Context]
}

// ended is the base of a call that has ended.
var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

func (c *callContext) Deadline() (time.Time, bool) { return (*c.base.Load()).Deadline() }
func (c *callContext) Done() <-chan struct{}       { return (*c.base.Load()).Done() }
func (c *callContext) Err() error                  { return (*c.base.Load()).Err() }
func (c *callContext) Value(key any) any           { return (*c.base.Load()).Value(key) }

// during makes a call with a context that ends with it.
func during[Q, A any](ctx context.Context, request Q, call func(context.Context, Q) (A, error)) (A, error) {
	ctx, cancel := context.WithCancel(ctx)
	own := &callContext{}
	own.base.Store(&ctx)
	defer func() {
		cancel()
		own.base.Store(&ended)
	}()
	return call(own, request)
}

// ValidateResourceConfig implements tfprotov6.ProviderServer.
func (s server) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return during(ctx, req, s.protocol.ValidateResourceConfig)
}

// UpgradeResourceState implements tfprotov6.ProviderServer.
func (s server) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return during(ctx, req, s.protocol.UpgradeResourceState)
}

// UpgradeResourceIdentity implements tfprotov6.ProviderServer.
func (s server) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return during(ctx, req, s.protocol.UpgradeResourceIdentity)
}

// ReadResource implements tfprotov6.ProviderServer.
func (s server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return during(ctx, req, s.protocol.ReadResource)
}

// PlanResourceChange implements tfprotov6.ProviderServer.
func (s server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return during(ctx, req, s.protocol.PlanResourceChange)
}

// ApplyResourceChange implements tfprotov6.ProviderServer.
func (s server) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return during(ctx, req, s.protocol.ApplyResourceChange)
}

// ImportResourceState implements tfprotov6.ProviderServer.
func (s server) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return during(ctx, req, s.protocol.ImportResourceState)
}

// ValidateDataResourceConfig implements tfprotov6.ProviderServer.
func (s server) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return during(ctx, req, s.protocol.ValidateDataResourceConfig)
}

// ReadDataSource implements tfprotov6.ProviderServer.
func (s server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return during(ctx, req, s.protocol.ReadDataSource)
}

// CallFunction implements tfprotov6.ProviderServer.
func (s server) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return during(ctx, req, s.protocol.CallFunction)
}

// ValidateEphemeralResourceConfig implements tfprotov6.ProviderServer.
func (s server) ValidateEphemeralResourceConfig(ctx context.Context, req *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return during(ctx, req, s.protocol.ValidateEphemeralResourceConfig)
}

// OpenEphemeralResource implements tfprotov6.ProviderServer.
func (s server) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return during(ctx, req, s.protocol.OpenEphemeralResource)
}

// RenewEphemeralResource implements tfprotov6.ProviderServer.
func (s server) RenewEphemeralResource(ctx context.Context, req *tfprotov6.RenewEphemeralResourceRequest) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return during(ctx, req, s.protocol.RenewEphemeralResource)
}

// CloseEphemeralResource implements tfprotov6.ProviderServer.
func (s server) CloseEphemeralResource(ctx context.Context, req *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return during(ctx, req, s.protocol.CloseEphemeralResource)
}
