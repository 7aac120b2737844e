// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command bench measures what the provider costs: it drives a real terraform against the
// emulator with 1 to 1,000 services, alone and with a key each, and counts the requests,
// the CPU seconds and the peak memory of the provider's processes. Beside it, it measures
// the floor, which has the same schemas and does no work, and any other provider.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	if strings.HasPrefix(filepath.Base(os.Args[0]), "terraform-provider-") {
		os.Exit(measureProvider())
	}
	var o options
	sizes := flag.String("n", "1,10,100,500,1000", "how many resources, one run for each `number`")
	flag.DurationVar(&o.latency, "latency", 0, "how long the emulator holds back each request")
	flag.StringVar(&o.provider, "provider", "", "also measure the provider in this `file`")
	flag.StringVar(&o.config, "config", "", "the `directory` of its configuration, which makes var.n resources. It may use var.revision and var.rotation, which the changes raise")
	flag.StringVar(&o.source, "source", "", "the source of that provider, as in required_providers. Default hashicorp/NAME, from the name of its file")
	flag.StringVar(&o.profile, "profile", "", "write CPU profiles of the provider and of the floor to this `directory`. What it measures then is not comparable")
	flag.IntVar(&o.parallelism, "parallelism", 0, "the -parallelism of applies, which wait for operations. Plans have Terraform's, which is 10")
	flag.BoolVar(&o.noFloor, "no-floor", false, "measure no floor")
	baseline := flag.String("check", "", "run the Go benchmarks instead, and compare their allocations and requests with this `file`")
	write := flag.Bool("write", false, "write that file")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	for _, text := range strings.Split(*sizes, ",") {
		n, bad := strconv.Atoi(text)
		if bad != nil || n < 1 {
			err = fmt.Errorf("-n is %q: give whole numbers from 1, with commas between them", *sizes)
		}
		o.sizes = append(o.sizes, n)
	}
	if (o.provider == "") != (o.config == "") {
		err = errors.New("give both -provider and -config, or neither")
	}
	switch {
	case err != nil:
	case *baseline != "":
		err = check(ctx, *baseline, *write, os.Stdout)
	default:
		err = run(ctx, o, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	sizes                    []int
	latency                  time.Duration
	provider, config, source string
	profile                  string
	noFloor                  bool
	parallelism              int
}
