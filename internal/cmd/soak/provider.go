// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/mlws/terraform-provider-mlws/internal/provider"
)

const providerAddress = "registry.terraform.io/mlws/mlws"

// serveProvider serves the provider for as long as its standard input is open. It
// prints one line for TF_REATTACH_PROVIDERS, and then its usage for each line that it
// reads.
func serveProvider() error {
	server, err := providerserver.NewProtocol6WithError(provider.New("soak")())()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	served, closed, failed := make(chan *goplugin.ReattachConfig, 1), make(chan struct{}), make(chan error, 1)
	go func() {
		failed <- tf6server.Serve(providerAddress, func() tfprotov6.ProviderServer { return server },
			tf6server.WithDebug(ctx, served, closed), tf6server.WithGoPluginLogger(hclog.NewNullLogger()))
	}()
	var config *goplugin.ReattachConfig
	select {
	case config = <-served:
	case err := <-failed:
		cancel()
		return err
	}
	type address struct{ Network, String string }
	out := json.NewEncoder(os.Stdout)
	err = out.Encode(map[string]any{providerAddress: map[string]any{
		"Protocol": string(config.Protocol), "ProtocolVersion": config.ProtocolVersion, "Pid": config.Pid, "Test": true,
		"Addr": address{config.Addr.Network(), config.Addr.String()},
	}})
	for lines := bufio.NewScanner(os.Stdin); err == nil && lines.Scan(); {
		// The framework keeps the context of every call until the provider is stopped,
		// which is what ends a run elsewhere.
		_, err = server.StopProvider(ctx, &tfprotov6.StopProviderRequest{})
		var used usage
		if err == nil {
			used, err = ownUsage()
		}
		if err == nil {
			err = out.Encode(used)
		}
	}
	cancel()
	<-closed
	return errors.Join(err, <-failed)
}

// longLived is a provider in a process of its own.
type longLived struct {
	command  *exec.Cmd
	in       io.WriteCloser
	out      *bufio.Reader
	reattach string // the value of TF_REATTACH_PROVIDERS
}

// startProvider starts it in the directory that terraform runs in: relative paths of a
// configuration are read there.
func startProvider(ctx context.Context, dir string) (*longLived, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &longLived{command: exec.CommandContext(ctx, self, "-provider")}
	p.command.Stderr, p.command.Dir = os.Stderr, dir
	// A debugged provider logs every call to its standard error.
	p.command.Env = append(os.Environ(), "TF_LOG_SDK=OFF", "TF_LOG_PROVIDER_MLWS=OFF")
	if p.in, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	if p.reattach, err = p.out.ReadString('\n'); err != nil {
		return nil, errors.Join(fmt.Errorf("the provider did not start: %w", err), p.close())
	}
	return p, nil
}

func (p *longLived) usage() (usage, error) {
	var used usage
	if _, err := io.WriteString(p.in, "usage\n"); err != nil {
		return used, fmt.Errorf("the provider has ended: %w", err)
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return used, fmt.Errorf("the provider has ended: %w", err)
	}
	return used, json.Unmarshal(line, &used)
}

func (p *longLived) close() error {
	return errors.Join(p.in.Close(), p.command.Wait())
}
