// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command soak changes a workspace at random for a long time, under random faults: it
// applies, rotates, replaces, imports and destroys with a real terraform, one provider
// that lives for all of it, and the emulator. After each cycle the workspace has to be
// as configured, and the next plan empty. In the end, memory and goroutines of the
// provider and of the emulator must not have grown. The seed that it prints repeats a run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/terraformcli"
)

func main() {
	cycles := flag.Int("cycles", 1000, "how many cycles to run")
	seed := flag.Uint64("seed", 0, "repeats the run that has printed it; 0 draws one")
	provider := flag.Bool("provider", false, "be the provider of a soak: for the command itself")
	flag.Parse()
	if *provider {
		if err := serveProvider(); err != nil {
			fmt.Fprintln(os.Stderr, "soak: provider:", err)
			os.Exit(1)
		}
		return
	}
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	begun := time.Now()
	done, err := run(ctx, *seed, *cycles)
	fmt.Printf("seed %d: %d of %d cycles in %s\n", *seed, done, *cycles, time.Since(begun).Round(time.Second))
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// run runs the cycles, and returns how many ended well.
func run(ctx context.Context, seed uint64, cycles int) (done int, err error) {
	fmt.Printf("seed %d, %d cycles\n", seed, cycles)
	path, err := terraformcli.Find(ctx)
	if err != nil {
		return 0, err
	}
	s, err := newSoak(ctx, path, seed)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	var measured samples
	for done < cycles {
		if err := s.cycle(ctx); err != nil {
			return done, fmt.Errorf("cycle %d: %w", done+1, err)
		}
		done++
		sample, err := s.measure()
		if err != nil {
			return done, err
		}
		measured = append(measured, sample)
		if done%50 == 0 {
			fmt.Printf("%d cycles: %s; %s\n", done, s.counts(), sample)
		}
	}
	fmt.Println(s.counts())
	return done, measured.flat(os.Stdout)
}
