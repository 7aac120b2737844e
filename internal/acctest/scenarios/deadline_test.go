// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/provider"
)

// deadline is the provider, in which the time of an apply runs out when a test
// says so, and not after a duration: how fast the machine is does not matter.
type deadline struct {
	tfprotov6.ProviderServer
	// of is in the name of the resource that runs out of time; empty is every resource.
	of string
	// passed is asked all the time while a resource is applied. Nil is never.
	passed func() bool
}

func newDeadline(t *testing.T, passed func() bool) *deadline {
	t.Helper()
	server, err := providerserver.NewProtocol6WithError(provider.New("test")())()
	if err != nil {
		t.Fatal(err)
	}
	return &deadline{ProviderServer: server, passed: passed}
}

// factories are for a test case.
func (d *deadline) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"mlws": func() (tfprotov6.ProviderServer, error) { return d, nil },
	}
}

// serve makes a directory's terraform use this provider in place of the binary.
func (d *deadline) serve(t *testing.T, cli *acctest.CLI) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	served, closed := make(chan *goplugin.ReattachConfig, 1), make(chan struct{})
	const address = "registry.terraform.io/mlws/mlws"
	failed := make(chan error, 1)
	go func() {
		failed <- tf6server.Serve(address, func() tfprotov6.ProviderServer { return d },
			tf6server.WithDebug(ctx, served, closed), tf6server.WithGoPluginLogger(hclog.NewNullLogger()), tf6server.WithLoggingSink(t))
	}()
	t.Cleanup(func() {
		cancel()
		<-closed
		if err := <-failed; err != nil {
			t.Error(err)
		}
	})
	config := <-served
	type netAddress struct{ Network, String string }
	reattach, err := json.Marshal(map[string]any{address: map[string]any{
		"Protocol": string(config.Protocol), "ProtocolVersion": config.ProtocolVersion, "Pid": config.Pid, "Test": true,
		"Addr": netAddress{config.Addr.Network(), config.Addr.String()},
	}})
	if err != nil {
		t.Fatal(err)
	}
	cli.Environ["TF_REATTACH_PROVIDERS"] = string(reattach)
}

// ApplyResourceChange implements tfprotov6.ProviderServer.
func (d *deadline) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	if d.passed == nil || !bytes.Contains(req.PriorState.MsgPack, []byte(d.of)) && !bytes.Contains(req.PlannedState.MsgPack, []byte(d.of)) {
		return d.ProviderServer.ApplyResourceChange(ctx, req)
	}
	late := &lateContext{Context: ctx, done: make(chan struct{})}
	ended := make(chan struct{})
	defer close(ended)
	go late.watch(ended, d.passed)
	return d.ProviderServer.ApplyResourceChange(late, req)
}

// lateContext is a context with a deadline that passes when watch sees it.
type lateContext struct {
	context.Context
	done chan struct{}
	err  error // set before done is closed
}

// Done implements context.Context.
func (c *lateContext) Done() <-chan struct{} { return c.done }

// Err implements context.Context.
func (c *lateContext) Err() error {
	select {
	case <-c.done:
		return c.err
	default:
		return nil
	}
}

func (c *lateContext) watch(ended <-chan struct{}, passed func() bool) {
	for {
		switch {
		case passed():
			c.err = context.DeadlineExceeded
		case c.Context.Err() != nil:
			c.err = c.Context.Err()
		}
		if c.err != nil {
			close(c.done)
			return
		}
		select {
		case <-ended:
			return
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// askedSince holds once a change was sent, and this operation was called more often
// than that since then: the client has read all replies but the last.
func askedSince(env *acctest.Env, change, operation string, times int) func() bool {
	return func() bool {
		sent, asked := false, 0
		for _, request := range env.Requests() {
			switch request.Operation {
			case change:
				sent, asked = true, 0
			case operation:
				asked++
			}
		}
		return sent && asked > times
	}
}
