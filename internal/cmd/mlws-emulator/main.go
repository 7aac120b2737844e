// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command mlws-emulator runs a local Azure Machine Learning workspace.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

const usage = `mlws-emulator runs a local Azure Machine Learning workspace for v1 web services.

It answers as Entra (https, with a certificate authority of its own), as Resource
Manager, as the model-management API, and as the scoring endpoints of what you
deploy. Nothing leaves this machine, and it ends with Ctrl-C or SIGTERM.

  mlws-emulator                          free ports, the default workspace
  mlws-emulator -listen 127.0.0.1:8080   a fixed address
  mlws-emulator -operation-duration 20s  deployments that take their time
  mlws-emulator -seed my-workspaces.yml  your own workspaces, computes, models, principals
  mlws-emulator -state mlws.json         kept over restarts; the seed counts once
  mlws-emulator -execute                 services answer by their own score.py
  mlws-emulator -print-seed              the default seed, to start yours from
  mlws-emulator -host emulator           by this name in a network, over https
  mlws-emulator health                   asks a running one; exit code 0 if it answers

At the start it prints what to export and a provider block, then "ready". Each
request is one JSON line on standard error, without bodies and credentials.
From another terminal, with the address that it printed:

  eval "$(curl -s http://127.0.0.1:8080/_emulator/shell/terraform)"
  eval "$(curl -s http://127.0.0.1:8080/_emulator/shell/python)"

The second one is for the Python SDK, azureml-core. Its uploads need
"-blob-host userinfo". A browser shows workspaces, services, faults and the last
requests at the address itself.

With -execute, the code of a service is unpacked and run, as init() and run(), by
a python3 process per service. IT RUNS WHAT IS UPLOADED ON THIS MACHINE, WITH ALL
YOUR RIGHTS: there is no sandbox. It is off by default, needs python3 (3.8 or
newer), listens on the loopback interface only (but see -execute-exposed), and installs
no packages: what the code imports has to be there.

While it runs, POST to its control API (no credential needed):

  /_emulator/faults    {"operation":"CreateService","kind":"throttle","retryAfter":"2s","times":1}
  /_emulator/clock     {"advance":"13h"}
  /_emulator/behavior  {"patchStatus":200,"operationLocation":"relative"}
  /_emulator/reset     back to the seed, without faults and requests
  GET or DELETE /_emulator/requests, GET or DELETE /_emulator/faults
  GET /_emulator/health, /_emulator/env, /_emulator/ca

Flags:
`

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			_, _ = fmt.Fprintln(os.Stderr, "mlws-emulator:", err)
			os.Exit(1)
		}
	}
}

func run(args []string, stdout, stderr io.Writer) error {
	if len(args) > 0 && args[0] == "health" {
		return health(args[1:], stdout)
	}
	flags := flag.NewFlagSet("mlws-emulator", flag.ContinueOnError)
	flags.SetOutput(stdout)
	flags.Usage = func() {
		_, _ = fmt.Fprint(stdout, usage)
		flags.PrintDefaults()
	}
	listen := flags.String("listen", "127.0.0.1:0", "address of Resource Manager and everything behind it, plain http; port 0 is a free one")
	tlsListen := flags.String("tls-listen", "127.0.0.1:0", "address of the token endpoint, https")
	prefix := flags.String("path-prefix", "", "mount everything but the token endpoint below this path")
	publicURL := flags.String("public-url", "", "scheme, host and port that handed-out URLs start with, behind a mapped port")
	var hosts []string
	flags.Func("host", "`name` under which other machines or containers reach it, again for each: URLs start with https and the first, and the certificate has all", func(name string) error {
		hosts = append(hosts, name)
		return nil
	})
	duration := flags.Duration("operation-duration", 2*time.Second, "how long deployments, updates, deletes and regenerations take")
	caFile := flags.String("ca-file", "", "write the certificate authority here as PEM; empty is a temporary file, or one beside the state")
	seedFile := flags.String("seed", "", "YAML or JSON file with workspaces, computes, models, environments and principals")
	stateFile := flags.String("state", "", "keep everything in this file (and uploads beside it), so that it survives a restart; empty keeps it in memory")
	blobHost := flags.String("blob-host", "plain", "form of upload URLs: plain (http), azure (https://{account}.blob.localhost) or userinfo (https, for the Python SDK)")
	execute := flags.Bool("execute", false, "run the code of deployed services with python3, on this machine and with your rights")
	executeExposed := flags.Bool("execute-exposed", false, "let -execute run code although other machines reach it: whoever does runs code here; for a container")
	printSeed := flags.Bool("print-seed", false, "print the default seed as YAML and exit")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q; see -help", flags.Arg(0))
	}
	if *printSeed {
		return emulator.WriteSeed(stdout, emulator.DefaultSeed())
	}
	seed := emulator.DefaultSeed()
	if *seedFile != "" {
		var err error
		if seed, err = emulator.ReadSeed(*seedFile); err != nil {
			return err
		}
	}
	// Signals count from here, so that an early one still ends cleanly.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	options := []emulator.Option{
		emulator.WithSeed(seed), emulator.WithListen(*listen, *tlsListen), emulator.WithPathPrefix(*prefix),
		emulator.WithPublicURL(*publicURL), emulator.WithOperationDuration(*duration), emulator.WithLog(stderr),
		emulator.WithStateFile(*stateFile), emulator.WithBlobHost(emulator.BlobHost(*blobHost)), emulator.WithCAFile(*caFile),
		emulator.WithHosts(hosts...),
	}
	if *executeExposed {
		options = append(options, emulator.WithExposedExecution())
	}
	if *execute {
		options = append(options, emulator.WithExecution())
	}
	e, err := emulator.New(options...)
	if err != nil {
		return err
	}
	if err = welcome(stdout, e); err == nil {
		<-ctx.Done()
	}
	return errors.Join(err, e.Close())
}
