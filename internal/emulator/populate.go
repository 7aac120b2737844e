// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/registry"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/services"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

func newStore(seed state.Seed, now time.Time) (*state.State, error) {
	s := &state.State{Tenant: seed.TenantID, ManagedIdentity: seed.ManagedIdentityClientID, Workspaces: state.Table[*state.Workspace]{}}
	if s.Tenant == "" {
		s.Tenant = state.DefaultTenantID
	}
	for _, p := range seed.Principals {
		principal, err := state.NewPrincipal(p)
		if err != nil {
			return nil, err
		}
		s.Principals = append(s.Principals, principal)
	}
	for _, w := range seed.Workspaces {
		if err := addWorkspace(s, w, now); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func addWorkspace(s *state.State, seed state.WorkspaceSeed, now time.Time) error {
	if seed.SubscriptionID == "" || seed.ResourceGroup == "" || seed.Name == "" {
		return fmt.Errorf("seed: a workspace needs subscriptionId, resourceGroup and name")
	}
	if seed.Location == "" {
		seed.Location = state.DefaultLocation
	}
	w := state.NewWorkspace()
	w.Subscription, w.Group, w.Name, w.Location = seed.SubscriptionID, seed.ResourceGroup, seed.Name, seed.Location
	w.Tags, w.Created = seed.Tags, now
	w.Identify()
	if _, taken := s.Workspaces[strings.ToLower(w.ID)]; taken {
		return fmt.Errorf("seed: workspace %s is there twice", w.ID)
	}
	for _, c := range seed.Computes {
		w.Computes[strings.ToLower(c.Name)] = &state.Compute{
			Name: c.Name, Kind: cmp.Or(c.Type, "AKS"), Location: cmp.Or(c.Location, w.Location),
			State: cmp.Or(c.State, "Succeeded"), Created: now,
		}
	}
	for _, m := range seed.Models {
		w.AddModel(registry.NewModel(m, now))
	}
	for _, env := range seed.Environments {
		w.Environments[env.Name] = append(w.Environments[env.Name], registry.NewEnvironment(env))
	}
	s.Workspaces[strings.ToLower(w.ID)] = w
	for _, svc := range seed.Services {
		if err := services.Seed(s, w, svc, now); err != nil {
			return fmt.Errorf("seed: service %s of workspace %s: %w", svc.Name, w.Name, err)
		}
	}
	return nil
}
