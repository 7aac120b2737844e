// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command check-azure compares the answers of a real workspace with what this
// project believes about the API. It deploys small services, changes, rotates,
// scores and deletes them, and prints a report in Markdown that can be pasted
// into an issue: every difference, the answers to questions that nobody could
// answer without Azure, and no secret, no id and no host name.
//
// It reads the variables of internal/acctest/README.md and the provider's own
// (ARM_*, MLWS_CA_CERTIFICATE_FILE). It exits with 0 if nothing differs, with 1
// if something does, and with 2 if it could not compare at all.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/provider"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

func main() {
	poll := flag.Duration("poll", 5*time.Second, "how often to ask for the state of an operation, if Azure does not say")
	limit := flag.Duration("timeout", 45*time.Minute, "how long one operation may take")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	c, err := newChecker(ctx, os.LookupEnv)
	if err != nil {
		fmt.Fprintln(os.Stderr, "check-azure:", err)
		os.Exit(2)
	}
	c.poll, c.limit = *poll, *limit
	err = c.run(ctx)
	c.report.print(os.Stdout, time.Now())
	if err != nil {
		fmt.Fprintln(os.Stderr, "check-azure:", err)
		os.Exit(2)
	}
	if len(c.report.differences) > 0 {
		os.Exit(1)
	}
}

// checker walks through the API with services of its own.
type checker struct {
	connection provider.Connection
	workspace  resourceid.Workspace
	model      string // name:version of a registered no-code model
	compute    string // name of an attached AKS cluster; empty: no checks on AKS

	poll, limit time.Duration
	suffix      string // of the names of this run's services
	hosts       map[string]string
	report      report
	made        []string // names of services to delete at the end
}

func newChecker(ctx context.Context, lookup auth.Lookup) (*checker, error) {
	id, model := lookup.First("MLWS_TEST_WORKSPACE_ID"), lookup.First("MLWS_TEST_MODEL_ID")
	if id == "" || model == "" {
		return nil, fmt.Errorf("set MLWS_TEST_WORKSPACE_ID to the id of a workspace, and MLWS_TEST_MODEL_ID to the name:version of a model in it that is deployed without code; MLWS_TEST_COMPUTE_NAME, an attached AKS cluster, adds the checks on AKS")
	}
	workspace, err := resourceid.ParseWorkspace(id)
	if err != nil {
		return nil, fmt.Errorf("MLWS_TEST_WORKSPACE_ID: %w", err)
	}
	connection, err := provider.FromEnvironment(ctx, lookup)
	if err != nil {
		return nil, err
	}
	return &checker{
		connection: connection, workspace: workspace, model: model, compute: lookup.First("MLWS_TEST_COMPUTE_NAME"),
		poll: 5 * time.Second, limit: 45 * time.Minute, suffix: uuid.NewString()[:8],
	}, nil
}

// run walks through all checks. It fails if it cannot reach the API at all; a
// step that fails is a difference, and the steps that need it are left out.
func (c *checker) run(ctx context.Context) error {
	if err := c.discover(ctx); err != nil {
		return err
	}
	// Deletes what was made after an interrupt too.
	defer c.cleanUp(context.WithoutCancel(ctx))
	c.checkReads(ctx)
	c.checkACI(ctx)
	if c.compute == "" {
		c.report.leaveOut("everything on AKS", "MLWS_TEST_COMPUTE_NAME is not set")
	} else {
		c.checkAKS(ctx)
	}
	return ctx.Err()
}

// progress tells on standard error what is being done; the report goes to standard output.
func (c *checker) progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
}
