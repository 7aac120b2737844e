// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"time"
)

// answerWithin bounds the answer, for which an emulator does no work.
const answerWithin = 3 * time.Second

// health asks a running emulator whether it answers. The check of a container is this,
// since its image has no shell and no curl.
func health(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("mlws-emulator health", flag.ContinueOnError)
	flags.SetOutput(stdout)
	address := flags.String("url", "http://127.0.0.1:8080", "scheme, host and port of its plain listener, with the path prefix")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q; see health -help", flags.Arg(0))
	}
	response, err := (&http.Client{Timeout: answerWithin}).Get(*address + "/_emulator/health")
	if err != nil {
		return fmt.Errorf("no emulator answers at %s (give its address with -url): %w", *address, err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode == http.StatusServiceUnavailable {
		var failing struct{ Reason string }
		if err := json.NewDecoder(io.LimitReader(response.Body, 1<<16)).Decode(&failing); err == nil && failing.Reason != "" {
			return fmt.Errorf("the emulator at %s is failing: %s", *address, failing.Reason)
		}
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s: it is no emulator, or -url lacks the path prefix", *address, response.Status)
	}
	_, err = fmt.Fprintln(stdout, "healthy")
	return err
}
