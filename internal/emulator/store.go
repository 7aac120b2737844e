// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner"
)

// store is everything that calls can change; Emulator.mu guards it.
type store struct {
	tenant          string
	managedIdentity string
	principals      []*Principal
	workspaces      map[string]*workspace // by lower-case ARM id: ids are case-insensitive
	pending         []*operation          // not yet over
}

type workspace struct {
	id, subscription, group, name, location string
	guid                                    string
	tags                                    map[string]string
	created                                 time.Time
	computes                                map[string]*compute
	services                                map[string]*service
	operations                              map[string]*operation
	models                                  []*model
	versions                                map[string]int // the highest model version ever, by name
	assets                                  map[string]*asset
	artifacts                               map[string]*artifact      // by artifact id
	environments                            map[string][]*environment // by name, oldest first
}

type compute struct {
	name, kind, location, state string
	created                     time.Time
}

// service is one deployed service. doc is its wire form without what changes by
// itself (state, times, operation), live is doc as the running containers have it:
// scoring follows live, so an update has no effect before its operation is over.
type service struct {
	workspace *workspace
	name      string
	kind      string // ACI or AKS
	doc       map[string]any
	live      map[string]any
	state     string
	failure   map[string]any
	created   time.Time
	updated   time.Time
	operation *operation // the latest
	instance  string     // new with every create: tokens of a deleted namesake are worthless

	primary, secondary             string
	formerPrimary, formerSecondary string    // before the last regenerate, for stale listkeys
	dnsLabel                       string    // as asked for; empty where the service chose
	label                          string    // in the address
	unhealthyAt, healthyAt         time.Time // zero: nothing is to come
	recovery                       *launch   // of the code of a service that is coming good

	hasCertificate, hasTLSKey bool // the PEM texts themselves are not kept

	container *pyrunner.Container // answers scoring calls, where code is executed
	log       *pyrunner.Log       // of the latest deployment of code
	crashed   bool                // Unhealthy because of the container
}

func newStore(seed Seed, now time.Time) (*store, error) {
	s := &store{tenant: seed.TenantID, managedIdentity: seed.ManagedIdentityClientID, workspaces: map[string]*workspace{}}
	if s.tenant == "" {
		s.tenant = DefaultTenantID
	}
	for _, p := range seed.Principals {
		principal, err := newPrincipal(p)
		if err != nil {
			return nil, err
		}
		s.principals = append(s.principals, principal)
	}
	for _, w := range seed.Workspaces {
		if err := s.addWorkspace(w, now); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *store) addWorkspace(seed WorkspaceSeed, now time.Time) error {
	if seed.SubscriptionID == "" || seed.ResourceGroup == "" || seed.Name == "" {
		return fmt.Errorf("seed: a workspace needs subscriptionId, resourceGroup and name")
	}
	if seed.Location == "" {
		seed.Location = DefaultLocation
	}
	w := &workspace{
		id: "/subscriptions/" + seed.SubscriptionID + "/resourceGroups/" + seed.ResourceGroup +
			"/providers/Microsoft.MachineLearningServices/workspaces/" + seed.Name,
		subscription: seed.SubscriptionID, group: seed.ResourceGroup, name: seed.Name, location: seed.Location,
		tags: seed.Tags, created: now,
		computes: map[string]*compute{}, services: map[string]*service{}, operations: map[string]*operation{},
		environments: map[string][]*environment{}, versions: map[string]int{}, assets: map[string]*asset{}, artifacts: map[string]*artifact{},
	}
	w.guid = uuid.NewSHA1(uuid.NameSpaceURL, []byte(strings.ToLower(w.id))).String()
	if _, taken := s.workspaces[strings.ToLower(w.id)]; taken {
		return fmt.Errorf("seed: workspace %s is there twice", w.id)
	}
	for _, c := range seed.Computes {
		w.computes[strings.ToLower(c.Name)] = &compute{
			name: c.Name, kind: cmp.Or(c.Type, "AKS"), location: cmp.Or(c.Location, w.location),
			state: cmp.Or(c.State, "Succeeded"), created: now,
		}
	}
	for _, m := range seed.Models {
		w.add(newModel(m, now))
	}
	for _, env := range seed.Environments {
		w.environments[env.Name] = append(w.environments[env.Name], newEnvironment(env))
	}
	s.workspaces[strings.ToLower(w.id)] = w
	for _, svc := range seed.Services {
		if err := s.seedService(w, svc, now); err != nil {
			return fmt.Errorf("seed: service %s of workspace %s: %w", svc.Name, w.name, err)
		}
	}
	return nil
}

func (s *store) workspaceByID(id string) *workspace { return s.workspaces[strings.ToLower(id)] }

// each calls f for every service of every workspace.
func (s *store) each(f func(*service)) {
	for _, w := range s.workspaces {
		for _, svc := range w.services {
			f(svc)
		}
	}
}

// serviceNames are the names of the services of all workspaces, sorted.
func (s *store) serviceNames() []string {
	names := map[string]bool{}
	s.each(func(svc *service) { names[svc.name] = true })
	return sortedKeys(names)
}

func (s *store) hasOperation(id string) bool {
	for _, w := range s.workspaces {
		if w.operations[id] != nil {
			return true
		}
	}
	return false
}

func (svc *service) id() string { return svc.workspace.id + "/services/" + svc.name }

// fingerprint makes short, stable, address-safe names out of ids.
func fingerprint(text string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(text)))
	return hex.EncodeToString(sum[:4])
}

const alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// randomText has the look of the service's keys: mixed-case alphanumerics.
func randomText(length int) string {
	raw := make([]byte, length)
	_, _ = rand.Read(raw) // never fails since Go 1.24
	for i, b := range raw {
		raw[i] = alphanumerics[int(b)%len(alphanumerics)]
	}
	return string(raw)
}

// discardLog silences net/http's own log: cut connections are ordered here.
var discardLog = log.New(io.Discard, "", 0)
