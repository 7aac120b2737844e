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

// store is everything that calls can change; Emulator.mu guards it. Its tags, and
// those of the types below it, are the state file.
type store struct {
	Tenant          string            `json:"tenant"`
	ManagedIdentity string            `json:"managedIdentity"`
	Principals      []*Principal      `json:"principals"`
	Workspaces      table[*workspace] `json:"workspaces"` // by lower-case ARM id: ids are case-insensitive
	pending         []*operation      // not yet over
}

type workspace struct {
	ID           string              `json:"-"` // made of the next three
	Subscription string              `json:"subscription"`
	Group        string              `json:"group"`
	Name         string              `json:"name"`
	Location     string              `json:"location"`
	GUID         string              `json:"-"` // made of the id
	Tags         map[string]string   `json:"tags"`
	Created      time.Time           `json:"created"`
	Computes     table[*compute]     `json:"computes"` // by lower-case name
	Services     table[*service]     `json:"services"`
	Operations   table[*operation]   `json:"operations"`
	Models       []*model            `json:"models"`
	Versions     map[string]int      `json:"versions"` // the highest model version ever, by name
	Assets       table[*asset]       `json:"assets"`
	Artifacts    table[*artifact]    `json:"artifacts"`
	Environments environmentVersions `json:"environments"`
}

type compute struct {
	Name, Kind, Location, State string
	Created                     time.Time
}

// service is one deployed service. Doc is its wire form without what changes by
// itself (state, times, operation), Live is Doc as the running containers have it:
// scoring follows Live, so an update has no effect before its operation is over.
type service struct {
	Name, Kind, Instance, State    string // Instance is new with every create: tokens of a deleted namesake are worthless
	Doc, Live, Failure             map[string]any
	Created, Updated               time.Time
	UnhealthyAt, HealthyAt         time.Time // zero: no change of state is scheduled
	Primary, Secondary             string
	FormerPrimary, FormerSecondary string // before the last regenerate, for stale listkeys
	DNSLabel                       string // as asked for; empty if the service chose
	Label                          string // in the address
	HasCertificate, HasTLSKey      bool   // the PEM texts themselves are not kept
	There                          bool   // false in the state file for a deleted service that an operation still names
	OperationID                    string `json:"Operation"`

	Workspace *workspace `json:"-"`
	Operation *operation `json:"-"` // the latest
	running   `json:"-"`
}

// running is what executed code has in this process.
type running struct {
	container *pyrunner.Container // answers scoring calls
	log       *pyrunner.Log       // of the latest deployment of code
	crashed   bool                // Unhealthy because of the container
	recovery  *launch             // of a service whose deployment timed out and that is to be Healthy later
}

func newStore(seed Seed, now time.Time) (*store, error) {
	s := &store{Tenant: seed.TenantID, ManagedIdentity: seed.ManagedIdentityClientID, Workspaces: table[*workspace]{}}
	if s.Tenant == "" {
		s.Tenant = DefaultTenantID
	}
	for _, p := range seed.Principals {
		principal, err := newPrincipal(p)
		if err != nil {
			return nil, err
		}
		s.Principals = append(s.Principals, principal)
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
	w := newWorkspace()
	w.Subscription, w.Group, w.Name, w.Location = seed.SubscriptionID, seed.ResourceGroup, seed.Name, seed.Location
	w.Tags, w.Created = seed.Tags, now
	w.identify()
	if _, taken := s.Workspaces[strings.ToLower(w.ID)]; taken {
		return fmt.Errorf("seed: workspace %s is there twice", w.ID)
	}
	for _, c := range seed.Computes {
		w.Computes[strings.ToLower(c.Name)] = &compute{
			Name: c.Name, Kind: cmp.Or(c.Type, "AKS"), Location: cmp.Or(c.Location, w.Location),
			State: cmp.Or(c.State, "Succeeded"), Created: now,
		}
	}
	for _, m := range seed.Models {
		w.add(newModel(m, now))
	}
	for _, env := range seed.Environments {
		w.Environments[env.Name] = append(w.Environments[env.Name], newEnvironment(env))
	}
	s.Workspaces[strings.ToLower(w.ID)] = w
	for _, svc := range seed.Services {
		if err := s.seedService(w, svc, now); err != nil {
			return fmt.Errorf("seed: service %s of workspace %s: %w", svc.Name, w.Name, err)
		}
	}
	return nil
}

func newWorkspace() *workspace {
	return &workspace{
		Computes: table[*compute]{}, Services: table[*service]{}, Operations: table[*operation]{}, Versions: map[string]int{},
		Assets: table[*asset]{}, Artifacts: table[*artifact]{}, Environments: environmentVersions{},
	}
}

// identify makes the ids of a workspace out of its names.
func (w *workspace) identify() {
	w.ID = "/subscriptions/" + w.Subscription + "/resourceGroups/" + w.Group + "/providers/Microsoft.MachineLearningServices/workspaces/" + w.Name
	w.GUID = uuid.NewSHA1(uuid.NameSpaceURL, []byte(strings.ToLower(w.ID))).String()
}

func (s *store) workspaceByID(id string) *workspace { return s.Workspaces[strings.ToLower(id)] }

// each calls f for every service of every workspace.
func (s *store) each(f func(*service)) {
	for _, w := range s.Workspaces {
		for _, svc := range w.Services {
			f(svc)
		}
	}
}

// serviceNames are the names of the services of all workspaces, sorted.
func (s *store) serviceNames() []string {
	names := map[string]bool{}
	s.each(func(svc *service) { names[svc.Name] = true })
	return sortedKeys(names)
}

func (s *store) hasOperation(id string) bool {
	for _, w := range s.Workspaces {
		if w.Operations[id] != nil {
			return true
		}
	}
	return false
}

func (svc *service) id() string { return svc.Workspace.ID + "/services/" + svc.Name }

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
