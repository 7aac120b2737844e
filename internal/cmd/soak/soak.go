// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/acctest/faults"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// soak is a workspace, its configuration, and a provider that lives for all cycles.
type soak struct {
	terraform string
	dir       string
	environ   []string
	emulator  *emulator.Emulator
	provider  *longLived
	world     *world
	random    *rand.Rand
	seeded    []string // the models of the seed
	did       map[string]int
	failed    int // applies that a fault has made fail
	faults    int
}

func newSoak(ctx context.Context, terraform string, seed uint64) (*soak, error) {
	random := rand.New(rand.NewPCG(seed, seed))
	s := &soak{terraform: terraform, random: random, world: newWorld(random), did: map[string]int{}}
	var err error
	if s.dir, err = os.MkdirTemp("", "mlws-soak-"); err != nil {
		return nil, err
	}
	if s.emulator, err = emulator.New(emulator.WithOperationDuration(20 * time.Millisecond)); err != nil {
		return nil, err
	}
	s.seeded = s.emulator.ModelIDs(emulator.DefaultWorkspaceID)
	if s.provider, err = startProvider(ctx, s.dir); err != nil {
		return nil, errors.Join(err, s.emulator.Close())
	}
	s.environ = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + s.dir, "CHECKPOINT_DISABLE=1", "GOGC=400",
		"TF_CLI_CONFIG_FILE=" + os.DevNull, "TF_REATTACH_PROVIDERS=" + strings.TrimSpace(s.provider.reattach),
	}
	return s, nil
}

func (s *soak) close() error {
	return errors.Join(s.provider.close(), s.emulator.Close(), os.RemoveAll(s.dir))
}

// rest is how long connections take to end.
const rest = 100 * time.Millisecond

// measure measures both processes between two cycles. The connections that a run has
// left open for the next request are closed: the next run opens its own.
func (s *soak) measure() (sample, error) {
	s.emulator.CloseIdleConnections()
	time.Sleep(rest)
	provider, err := s.provider.usage()
	if err != nil {
		return sample{}, err
	}
	own, err := ownUsage()
	return sample{provider: provider, emulator: own}, err
}

func (s *soak) counts() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(s.did)) {
		parts = append(parts, fmt.Sprintf("%d %s", s.did[name], name))
	}
	return fmt.Sprintf("%s; %d requests met a fault, %d applies failed and were repeated", strings.Join(parts, ", "), s.faults, s.failed)
}

// cycle is one change: its plan has to be the right one, its apply meets faults, and
// what comes of it, now or with the next apply, has to be what is configured.
func (s *soak) cycle(ctx context.Context) error {
	change := s.world.next()
	s.did[change.name]++
	if change.forget != "" {
		if output, err := s.run(ctx, "state", "rm", change.forget); err != nil {
			return fmt.Errorf("state rm %s: %w\n%s", change.forget, err, output)
		}
	}
	if err := s.write(); err != nil {
		return err
	}
	args := []string{"plan", "-json", "-out=next"}
	if change.replace != "" {
		args = append(args, "-replace="+change.replace)
	}
	output, err := s.run(ctx, args...)
	if planned := faults.ReadReport(output).Planned; err != nil || !maps.Equal(planned, change.want) {
		return fmt.Errorf("%s: the plan is %v, want %v (%w)\n%s", change.name, planned, change.want, err, output)
	}
	s.disturb()
	output, err = s.run(ctx, "apply", "-json", "next")
	s.endFaults()
	if err != nil {
		s.failed++
		if len(faults.ReadReport(output).Errors) == 0 {
			return fmt.Errorf("%s: the apply failed without an error\n%s", change.name, output)
		}
		if repeated, err := s.run(ctx, "apply", "-json", "-auto-approve"); err != nil {
			return fmt.Errorf("%s: the apply after a failed one failed: %w\n%s\nThe failed one:\n%s", change.name, err, repeated, output)
		}
	}
	output, err = s.run(ctx, "plan", "-json")
	if planned := faults.ReadReport(output).Planned; err != nil || len(planned) > 0 {
		return fmt.Errorf("%s: the plan after it is %v (%w)\n%s", change.name, planned, err, output)
	}
	if err := s.check(); err != nil {
		return fmt.Errorf("%s: %w", change.name, err)
	}
	return nil
}

// write writes the configuration and the files of the models.
func (s *soak) write() error {
	for _, m := range s.world.models {
		if err := os.WriteFile(filepath.Join(s.dir, m.file()), fmt.Appendf(nil, "content %d", m.content), 0o600); err != nil {
			return err
		}
	}
	config := fmt.Sprintf(`terraform {
  required_providers {
    mlws = {
      source = "mlws/mlws"
    }
  }
}

provider "mlws" {
  workspace_id  = %q
  tenant_id     = %q
  client_id     = %q
  client_secret = %q
  use_cli       = false
  endpoints = {
    resource_manager    = %q
    authority           = %q
    ca_certificate_file = %q
  }
}

`, emulator.DefaultWorkspaceID, emulator.DefaultTenantID, emulator.ContributorClientID, emulator.ContributorSecret,
		s.emulator.ResourceManagerURL(), s.emulator.AuthorityURL(), s.emulator.CAFile())
	config += s.world.config(func(name string) string { return emulator.DefaultWorkspaceID + "/services/" + name })
	return os.WriteFile(filepath.Join(s.dir, "main.tf"), []byte(config), 0o600)
}

func (s *soak) run(ctx context.Context, args ...string) (string, error) {
	command := exec.CommandContext(ctx, s.terraform, args...)
	command.Dir, command.Env = s.dir, s.environ
	output, err := command.CombinedOutput()
	return string(output), err
}

// check compares the workspace with the configuration: nothing is missing, and nothing
// is left over.
func (s *soak) check() error {
	var services, models, wrong []string
	for _, service := range s.world.services {
		if !service.exists {
			continue
		}
		services = append(services, service.name())
		if live, _ := s.emulator.ServiceJSON(emulator.DefaultWorkspaceID, service.name()); live["state"] != emulator.StateHealthy {
			wrong = append(wrong, fmt.Sprintf("service %s is %v", service.name(), live["state"]))
		}
	}
	if got := s.emulator.ServiceNames(emulator.DefaultWorkspaceID); !slices.Equal(got, services) {
		wrong = append(wrong, fmt.Sprintf("the workspace has the services %v, want %v", got, services))
	}
	for _, m := range s.world.models {
		if m.exists {
			models = append(models, m.name())
		}
	}
	var registered []string
	for _, id := range s.emulator.ModelIDs(emulator.DefaultWorkspaceID) {
		if !slices.Contains(s.seeded, id) {
			name, _, _ := strings.Cut(id, ":")
			registered = append(registered, name)
		}
	}
	if slices.Sort(registered); !slices.Equal(registered, models) {
		wrong = append(wrong, fmt.Sprintf("the workspace has versions of the models %v, want one of each of %v", registered, models))
	}
	if len(wrong) > 0 {
		return errors.New(strings.Join(wrong, "; "))
	}
	return s.checkKeys()
}

// checkKeys compares the keys in the state with the live ones.
func (s *soak) checkKeys() error {
	content, err := os.ReadFile(filepath.Join(s.dir, "terraform.tfstate"))
	if err != nil {
		return err
	}
	var state struct {
		Resources []struct {
			Name      string
			Instances []struct {
				Attributes struct {
					Key       *string
					ActiveKey *string `json:"active_key"`
				}
			}
		}
	}
	if err := json.Unmarshal(content, &state); err != nil {
		return err
	}
	for _, resource := range state.Resources {
		primary, secondary := s.emulator.Keys(emulator.DefaultWorkspaceID, resource.Name)
		for _, instance := range resource.Instances {
			if key := instance.Attributes.Key; key != nil && *key != primary {
				return fmt.Errorf("the key of service %s in the state is not the live one", resource.Name)
			}
			if key := instance.Attributes.ActiveKey; key != nil && *key != primary && *key != secondary {
				return fmt.Errorf("the active key of service %s in the state is not a live one", resource.Name)
			}
		}
	}
	return nil
}
