// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command floor serves the schemas of the provider, and does no work: what it costs is
// the price of Terraform's protocol, the plugin framework and the schemas. Set
// MLWS_BENCH_WORK to serve the provider itself, and MLWS_BENCH_PROFILE to a directory for
// the CPU profiles of all processes.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strconv"

	tfprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/mlws/terraform-provider-mlws/internal/provider"
)

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "floor:", err)
		os.Exit(1)
	}
}

func serve() error {
	served := provider.New("bench")
	if os.Getenv("MLWS_BENCH_WORK") == "" {
		served = func() tfprovider.Provider { return idle{provider.New("bench")()} }
	}
	if dir := os.Getenv("MLWS_BENCH_PROFILE"); dir != "" {
		file, err := os.Create(filepath.Join(dir, strconv.Itoa(os.Getpid())+".cpu"))
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	provider.SetLogLevels()
	return providerserver.Serve(context.Background(), served, providerserver.ServeOpts{Address: "registry.terraform.io/mlws/mlws"})
}
