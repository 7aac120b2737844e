// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-mlws is the Terraform provider for Azure Machine
// Learning v1 web services and their credentials.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/mlws/terraform-provider-mlws/internal/provider"
)

// version is set by the release build (-ldflags "-X main.version=...").
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve until interrupted, for a debugger, and print what to set TF_REATTACH_PROVIDERS to")
	showVersion := flag.Bool("version", false, "print the version and exit")
	flag.Parse()
	if *showVersion {
		fmt.Println("terraform-provider-mlws " + version)
		return
	}
	provider.SetLogLevels()
	var options []tf6server.ServeOpt
	if *debug {
		options = append(options, tf6server.WithManagedDebug())
	} else {
		go provider.EndWithTerraform()
	}
	serve, err := provider.Serve(provider.New(version))
	if err == nil {
		// providerserver.Serve would link the server of protocol 5 as well: half a megabyte.
		err = tf6server.Serve("registry.terraform.io/mlws/mlws", serve, options...)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "terraform-provider-mlws:", err)
		os.Exit(1)
	}
}
