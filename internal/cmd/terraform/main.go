// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command terraform prints the path of the Terraform or OpenTofu that the tests
// and the demo use. Without one on PATH it installs a pinned Terraform first.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/mlws/terraform-provider-mlws/internal/terraformcli"
)

func main() {
	release := flag.String("version", "", "the release to install if there is none")
	dir := flag.String("dir", "", "the folder to install it into")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	path, err := terraformcli.Find(ctx)
	if err != nil {
		fmt.Fprintf(os.Stderr, "No Terraform 1.8 or later and no OpenTofu is on PATH. Installing Terraform %s (once, about 30 MB)\n", *release)
		path, err = terraformcli.Install(ctx, *release, *dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(path)
}
