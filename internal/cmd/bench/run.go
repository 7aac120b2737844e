// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/terraformcli"
)

const module = "github.com/mlws/terraform-provider-mlws"

// names of the subjects
const (
	ours  = "provider"
	floor = "floor"
	other = "other"
)

// run measures all subjects, and prints the report.
func run(ctx context.Context, o options, out io.Writer) error {
	terraform, err := terraformcli.Find(ctx)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "mlws-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	e, err := emulator.New(emulator.WithLatency(o.latency))
	if err != nil {
		return err
	}
	defer func() { _ = e.Close() }()
	subjects, err := o.subjects(ctx, dir, e)
	if err != nil {
		return err
	}
	var all []measurement
	for _, s := range subjects {
		s.parallelism = o.parallelism
	}
	for _, n := range o.sizes {
		for _, s := range subjects {
			for _, keys := range []bool{false, true} {
				if keys && s.name == other {
					continue
				}
				measured, err := s.measureAll(ctx, terraform, n, keys)
				if err != nil {
					return err
				}
				all = append(all, measured...)
			}
		}
	}
	report(out, o, all)
	return nil
}

// subjects builds what is measured.
func (o options) subjects(ctx context.Context, dir string, e *emulator.Emulator) ([]*subject, error) {
	mainBinary, floorBinary := filepath.Join(dir, ours), filepath.Join(dir, floor)
	err := errors.Join(build(ctx, mainBinary, module), build(ctx, floorBinary, module+"/internal/cmd/bench/floor"))
	if err != nil {
		return nil, err
	}
	var environ []string
	if o.profile != "" {
		if o.profile, err = filepath.Abs(o.profile); err != nil {
			return nil, err
		}
		for _, name := range []string{ours, floor} {
			if err := os.MkdirAll(filepath.Join(o.profile, name), 0o750); err != nil {
				return nil, err
			}
		}
		mainBinary = floorBinary
		environ = []string{"MLWS_BENCH_WORK=1", "MLWS_BENCH_PROFILE=" + filepath.Join(o.profile, ours)}
	}
	work, err := configured(dir, ours, mainBinary, e, environ...)
	if err != nil {
		return nil, err
	}
	work.emulator = e
	subjects := []*subject{work}
	if !o.noFloor {
		environ = nil
		if o.profile != "" {
			environ = []string{"MLWS_BENCH_PROFILE=" + filepath.Join(o.profile, floor)}
		}
		idle, err := configured(dir, floor, floorBinary, e, environ...)
		if err != nil {
			return nil, err
		}
		subjects = append(subjects, idle)
	}
	if o.provider != "" {
		foreign, err := o.foreign(dir)
		if err != nil {
			return nil, err
		}
		subjects = append(subjects, foreign)
	}
	return subjects, nil
}

// build builds a command as a release does.
func build(ctx context.Context, to, pkg string) error {
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", to, pkg)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", pkg, err, output)
	}
	return nil
}

// configured is a subject with the configuration of the services.
func configured(dir, name, binary string, e *emulator.Emulator, environ ...string) (*subject, error) {
	own := filepath.Join(dir, name+"-config")
	if err := os.Mkdir(own, 0o700); err != nil {
		return nil, err
	}
	values := strings.NewReplacer(
		"WORKSPACE", emulator.DefaultWorkspaceID, "TENANT", emulator.DefaultTenantID, "CLIENT", emulator.ContributorClientID, "SECRET", emulator.ContributorSecret,
		"MANAGER", e.ResourceManagerURL(), "AUTHORITY", e.AuthorityURL(), "CERTIFICATE", filepath.ToSlash(e.CAFile()))
	if err := os.WriteFile(filepath.Join(own, "main.tf"), []byte(values.Replace(services)), 0o600); err != nil {
		return nil, err
	}
	return newSubject(name, binary, "mlws/mlws", own, environ...)
}

// foreign is another provider, with a copy of its configuration.
func (o options) foreign(dir string) (*subject, error) {
	own := filepath.Join(dir, "other-config")
	if err := os.CopyFS(own, os.DirFS(o.config)); err != nil {
		return nil, err
	}
	binary, err := filepath.Abs(o.provider)
	if err != nil {
		return nil, err
	}
	source := o.source
	if source == "" {
		name, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(binary), "terraform-provider-"), "_")
		source = "hashicorp/" + name
	}
	return newSubject(other, binary, source, own)
}

// services is the configuration of the provider and of the floor.
const services = `terraform {
  required_providers {
    mlws = {
      source = "mlws/mlws"
    }
  }
}

provider "mlws" {
  workspace_id  = "WORKSPACE"
  tenant_id     = "TENANT"
  client_id     = "CLIENT"
  client_secret = "SECRET"
  use_cli       = false
  endpoints = {
    resource_manager    = "MANAGER"
    authority           = "AUTHORITY"
    ca_certificate_file = "CERTIFICATE"
  }
}

variable "n" { type = number }
variable "keys" { type = bool }
variable "revision" { type = number }
variable "rotation" { type = number }

resource "mlws_aks_service" "all" {
  count        = var.n
  name         = "bench-${count.index}"
  model_ids    = ["iris:1"]
  compute_name = "aks-demo"
  cpu_cores    = 0.2
  memory_gb    = 0.5
  description  = count.index == 0 ? "revision ${var.revision}" : "as it was"
  tags         = { team = "ml", number = count.index }
  autoscale    = { min_replicas = 1, max_replicas = 3 }
}

resource "mlws_service_key" "all" {
  count      = var.keys ? var.n : 0
  service_id = mlws_aks_service.all[count.index].id
  key_type   = "Primary"
  triggers   = { rotation = var.rotation }
}
`
