// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package state

import (
	"strings"
	"time"

	"github.com/google/uuid"
)

// State is everything that calls can change; Emulator.mu guards it. Its tags, and
// those of the types below it, are the state file.
type State struct {
	Tenant          string            `json:"tenant"`
	ManagedIdentity string            `json:"managedIdentity"`
	Principals      []*Principal      `json:"principals"`
	Workspaces      Table[*Workspace] `json:"workspaces"` // by lower-case ARM id: ids are case-insensitive
}

// Workspace is one workspace with all that is in it.
type Workspace struct {
	ID           string              `json:"-"` // made of the next three
	Subscription string              `json:"subscription"`
	Group        string              `json:"group"`
	Name         string              `json:"name"`
	Location     string              `json:"location"`
	GUID         string              `json:"-"` // made of the id
	Tags         map[string]string   `json:"tags"`
	Created      time.Time           `json:"created"`
	Computes     Table[*Compute]     `json:"computes"` // by lower-case name
	Services     Table[*Service]     `json:"services"`
	Operations   Table[*Operation]   `json:"operations"`
	Models       []*Model            `json:"models"`
	Versions     map[string]int      `json:"versions"` // the highest model version ever, by name
	Assets       Table[*Asset]       `json:"assets"`
	Artifacts    Table[*Artifact]    `json:"artifacts"`
	Environments environmentVersions `json:"environments"`

	// Of v2: what Resource Manager has beside the above.
	OnlineEndpoints  Table[*OnlineEndpoint]  `json:"onlineEndpoints"` // by lower-case name
	OnlineOperations Table[*OnlineOperation] `json:"onlineOperations"`
	Codes            Table[*Code]            `json:"codes"` // by CodeKey
}

// Compute is one attached compute.
type Compute struct {
	Name, Kind, Location, State string
	Created                     time.Time
}

// Service is one deployed service. Doc is its wire form without what changes by
// itself (state, times, operation), Live is Doc as the running containers have it:
// scoring follows Live, so an update has no effect before its operation has ended.
type Service struct {
	Name, Kind, Instance, State    string // Instance is new with every create: tokens of a deleted namesake are worthless
	Doc, Live, Failure             map[string]any
	Created, Updated               time.Time
	UnhealthyAt, HealthyAt         time.Time // zero: no change of state is scheduled
	Primary, Secondary             string
	FormerPrimary, FormerSecondary string      // before the last regenerate, for stale listkeys
	PrimarySince, SecondarySince   time.Time   // zero: since the service was created
	Rotations                      []Rotation  // oldest first
	Tokens                         []HandedOut `json:"-"` // oldest first; the next process signs with another key
	DNSLabel                       string      // as asked for; empty if the service chose
	Label                          string      // in the address
	HasCertificate, HasTLSKey      bool        // the PEM texts themselves are not kept
	There                          bool        // false in the state file for a deleted service that an operation still names
	OperationID                    string      `json:"Operation"`

	Workspace *Workspace `json:"-"`
	Operation *Operation `json:"-"` // the latest
	Running   any        `json:"-"` // what the executor of code keeps of it in this process
}

// NewWorkspace is an empty workspace, without names.
func NewWorkspace() *Workspace {
	return &Workspace{
		Computes: Table[*Compute]{}, Services: Table[*Service]{}, Operations: Table[*Operation]{}, Versions: map[string]int{},
		Assets: Table[*Asset]{}, Artifacts: Table[*Artifact]{}, Environments: environmentVersions{},
		OnlineEndpoints: Table[*OnlineEndpoint]{}, OnlineOperations: Table[*OnlineOperation]{}, Codes: Table[*Code]{},
	}
}

// Identify makes the ids of a workspace out of its names.
func (w *Workspace) Identify() {
	w.ID = "/subscriptions/" + w.Subscription + "/resourceGroups/" + w.Group + "/providers/Microsoft.MachineLearningServices/workspaces/" + w.Name
	w.GUID = uuid.NewSHA1(uuid.NameSpaceURL, []byte(strings.ToLower(w.ID))).String()
}

// WorkspaceByID finds a workspace by its full id; nil if there is none.
func (s *State) WorkspaceByID(id string) *Workspace { return s.Workspaces[strings.ToLower(id)] }

// Each calls f for every service of every workspace.
func (s *State) Each(f func(*Service)) {
	for _, w := range s.Workspaces {
		for _, svc := range w.Services {
			f(svc)
		}
	}
}

// ServiceNames are the names of the services of all workspaces, sorted.
func (s *State) ServiceNames() []string {
	names := map[string]bool{}
	s.Each(func(svc *Service) { names[svc.Name] = true })
	return SortedKeys(names)
}

// HasOperation tells whether an operation of this id exists.
func (s *State) HasOperation(id string) bool {
	for _, w := range s.Workspaces {
		if w.Operations[id] != nil {
			return true
		}
	}
	return false
}

// ID is the full id of a service.
func (svc *Service) ID() string { return svc.Workspace.ID + "/services/" + svc.Name }

// Compute finds an attached compute; nil if there is none.
func (w *Workspace) Compute(name string) *Compute { return w.Computes[strings.ToLower(name)] }
