// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"crypto/x509"
	"fmt"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

// stateVersion is the form of the state file.
const stateVersion = 1

// The types below are the state file. They name every field of the store that
// lasts, apart from it, so that a change of the store does not change the file.
type savedState struct {
	Version         int              `json:"version"`
	Tenant          string           `json:"tenant"`
	ManagedIdentity string           `json:"managedIdentity"`
	SigningKey      []byte           `json:"signingKey"` // PKCS #1
	SASSecret       string           `json:"sasSecret"`
	IdentityHeader  string           `json:"identityHeader"`
	ClockAhead      time.Duration    `json:"clockAhead"`
	Authority       savedAuthority   `json:"authority"`
	Principals      []Principal      `json:"principals"`
	Workspaces      []savedWorkspace `json:"workspaces"`
}

// savedAuthority is a certificate, and its key in SEC 1 form.
type savedAuthority struct {
	Certificate []byte `json:"certificate"`
	Key         []byte `json:"key"`
}

type savedWorkspace struct {
	Subscription string            `json:"subscription"`
	Group        string            `json:"group"`
	Name         string            `json:"name"`
	Location     string            `json:"location"`
	Tags         map[string]string `json:"tags"`
	Created      time.Time         `json:"created"`
	Computes     []savedCompute    `json:"computes"`
	Services     []savedService    `json:"services"`
	Operations   []savedOperation  `json:"operations"`
	Models       []savedModel      `json:"models"`
	Versions     map[string]int    `json:"versions"`
	Assets       []savedAsset      `json:"assets"`
	Artifacts    []savedArtifact   `json:"artifacts"`
	Environments []EnvironmentSeed `json:"environments"` // oldest first
}

type savedCompute struct {
	Name, Kind, Location, State string
	Created                     time.Time
}

type savedService struct {
	Name, Kind, Instance, State      string
	Doc, Live, Failure               map[string]any
	Created, Updated                 time.Time
	UnhealthyAt, HealthyAt           time.Time
	Primary, Secondary               string
	FormerPrimary, FormerSecondary   string
	DNSLabel, Label                  string
	HasCertificate, HasTLSKey, There bool   // There is false for a deleted service that an operation still names
	Operation                        string // id of the latest
}

type savedOperation struct {
	ID, Kind, Service string // Service is the instance
	Deploys, Endless  bool
	Started, Ended    time.Time
	Duration          time.Duration
	Outcome, State    string
	Failure           *savedError
	Effect            effect
	GetsSick          bool
	SickAfter         time.Duration
	GetsWell          bool
	WellAfter         time.Duration
	EndsIn            string `json:",omitempty"`
}

type savedError struct {
	Status        int
	Code, Message string
	Details       []api.Detail
}

type savedEntry struct {
	Created, Modified time.Time
	Serial            int
}

type savedModel struct {
	Name, Framework string
	Version         int
	Doc             map[string]any
	Entry           savedEntry
}

type savedAsset struct {
	ID    string
	Doc   map[string]any
	Entry savedEntry
}

type savedArtifact struct {
	Origin, Container, Path, Blob string
	Created                       time.Time
}

func (e *Emulator) snapshot() (savedState, error) {
	authority, err := e.authority.saved()
	if err != nil {
		return savedState{}, err
	}
	saved := savedState{
		Authority: authority,
		Version:   stateVersion, Tenant: e.store.tenant, ManagedIdentity: e.store.managedIdentity,
		SigningKey: x509.MarshalPKCS1PrivateKey(e.signer().key), SASSecret: e.sasSecret, IdentityHeader: e.identityHeader, ClockAhead: e.clock.ahead(),
	}
	for _, p := range e.store.principals {
		saved.Principals = append(saved.Principals, *p)
	}
	for _, id := range sortedKeys(e.store.workspaces) {
		saved.Workspaces = append(saved.Workspaces, e.store.workspaces[id].saved())
	}
	return saved, nil
}

func (w *workspace) saved() savedWorkspace {
	out := savedWorkspace{Subscription: w.subscription, Group: w.group, Name: w.name, Location: w.location, Tags: w.tags, Created: w.created, Versions: w.versions}
	for _, name := range sortedKeys(w.computes) {
		c := w.computes[name]
		out.Computes = append(out.Computes, savedCompute{Name: c.name, Kind: c.kind, Location: c.location, State: c.state, Created: c.created})
	}
	seen := map[*service]bool{}
	for _, name := range sortedKeys(w.services) {
		seen[w.services[name]] = true
		out.Services = append(out.Services, w.services[name].saved(true))
	}
	for _, id := range sortedKeys(w.operations) {
		op := w.operations[id]
		if !seen[op.service] {
			seen[op.service] = true
			out.Services = append(out.Services, op.service.saved(false))
		}
		out.Operations = append(out.Operations, op.saved())
	}
	for _, m := range w.models {
		out.Models = append(out.Models, savedModel{Name: m.name, Framework: m.framework, Version: m.version, Doc: m.doc, Entry: m.entry.saved()})
	}
	for _, id := range sortedKeys(w.assets) {
		out.Assets = append(out.Assets, savedAsset{ID: id, Doc: w.assets[id].doc, Entry: w.assets[id].entry.saved()})
	}
	for _, id := range sortedKeys(w.artifacts) {
		a := w.artifacts[id]
		out.Artifacts = append(out.Artifacts, savedArtifact{Origin: a.origin, Container: a.container, Path: a.path, Blob: a.blob, Created: a.created})
	}
	for _, name := range sortedKeys(w.environments) {
		for _, env := range w.environments[name] {
			out.Environments = append(out.Environments, EnvironmentSeed{Name: env.name, Version: env.version, Definition: env.definition})
		}
	}
	return out
}

func (e *entry) saved() savedEntry {
	return savedEntry{Created: e.created, Modified: e.modified, Serial: e.serial}
}

func (s savedEntry) entry() entry {
	return entry{created: s.Created, modified: s.Modified, serial: s.Serial}
}

func (svc *service) saved(there bool) savedService {
	out := savedService{
		Name: svc.name, Kind: svc.kind, Instance: svc.instance, State: svc.state, Doc: svc.doc, Live: svc.live, Failure: svc.failure,
		Created: svc.created, Updated: svc.updated, UnhealthyAt: svc.unhealthyAt, HealthyAt: svc.healthyAt, Primary: svc.primary, Secondary: svc.secondary,
		FormerPrimary: svc.formerPrimary, FormerSecondary: svc.formerSecondary, DNSLabel: svc.dnsLabel, Label: svc.label,
		HasCertificate: svc.hasCertificate, HasTLSKey: svc.hasTLSKey, There: there,
	}
	if svc.operation != nil {
		out.Operation = svc.operation.id
	}
	return out
}

func (op *operation) saved() savedOperation {
	out := savedOperation{
		ID: op.id, Kind: op.kind, Service: op.service.instance, Deploys: op.deploys, Endless: op.endless, Started: op.started, Ended: op.ended,
		Duration: op.duration, Outcome: op.outcome, State: op.state, Effect: op.effect, GetsSick: op.getsSick, SickAfter: op.sickAfter,
		GetsWell: op.getsWell, WellAfter: op.wellAfter, EndsIn: op.endsIn,
	}
	if f := op.failure; f != nil {
		out.Failure = &savedError{Status: f.Status, Code: f.Code, Message: f.Message, Details: f.Details}
	}
	return out
}

// restore makes the store of a state file. Operations that were on their way
// go on: their time counts from their start.
func (e *Emulator) restore(saved savedState) error {
	key, err := x509.ParsePKCS1PrivateKey(saved.SigningKey)
	if err != nil {
		return fmt.Errorf("the signing key: %w", err)
	}
	if e.authority, err = restoredAuthority(saved.Authority); err != nil {
		return err
	}
	restored := &signer{key: key, id: fingerprint(key.N.String())}
	e.signer = func() *signer { return restored }
	e.sasSecret, e.identityHeader = saved.SASSecret, saved.IdentityHeader
	e.clock.advance(saved.ClockAhead)
	e.store = &store{tenant: saved.Tenant, managedIdentity: saved.ManagedIdentity, workspaces: map[string]*workspace{}}
	for _, p := range saved.Principals {
		e.store.principals = append(e.store.principals, &p)
	}
	for _, w := range saved.Workspaces {
		if err := e.store.restore(w); err != nil {
			return err
		}
	}
	return nil
}

func (s *store) restore(saved savedWorkspace) error {
	seed := WorkspaceSeed{
		SubscriptionID: saved.Subscription, ResourceGroup: saved.Group, Name: saved.Name, Location: saved.Location, Tags: saved.Tags, Environments: saved.Environments,
	}
	if err := s.addWorkspace(seed, saved.Created); err != nil {
		return err
	}
	w := s.workspaceByID("/subscriptions/" + saved.Subscription + "/resourceGroups/" + saved.Group +
		"/providers/Microsoft.MachineLearningServices/workspaces/" + saved.Name)
	for _, c := range saved.Computes {
		w.computes[strings.ToLower(c.Name)] = &compute{name: c.Name, kind: c.Kind, location: c.Location, state: c.State, created: c.Created}
	}
	instances := map[string]*service{}
	for _, from := range saved.Services {
		svc := from.service(w)
		instances[from.Instance] = svc
		if from.There {
			w.services[svc.name] = svc
		}
	}
	for _, from := range saved.Operations {
		svc := instances[from.Service]
		if svc == nil {
			return fmt.Errorf("operation %s names no service", from.ID)
		}
		op := from.operation(svc)
		w.operations[op.id] = op
		if op.state == "" {
			s.pending = append(s.pending, op)
		}
	}
	for _, from := range saved.Services {
		instances[from.Instance].operation = w.operations[from.Operation]
	}
	for _, m := range saved.Models {
		w.models = append(w.models, &model{name: m.Name, framework: m.Framework, version: m.Version, doc: modelFields.Numbers(m.Doc), entry: m.Entry.entry()})
	}
	for name, version := range saved.Versions {
		w.versions[name] = version
	}
	for _, a := range saved.Assets {
		w.assets[a.ID] = &asset{id: a.ID, doc: assetFields.Numbers(a.Doc), entry: a.Entry.entry()}
	}
	for _, from := range saved.Artifacts {
		a := &artifact{origin: from.Origin, container: from.Container, path: from.Path, blob: from.Blob, created: from.Created}
		w.artifacts[a.id()] = a
	}
	return nil
}

func (from savedService) service(w *workspace) *service {
	return &service{
		workspace: w, name: from.Name, kind: from.Kind, instance: from.Instance, state: from.State, doc: serviceFields.Numbers(from.Doc), live: serviceFields.Numbers(from.Live), failure: api.Fields(nil).Numbers(from.Failure),
		created: from.Created, updated: from.Updated, unhealthyAt: from.UnhealthyAt, healthyAt: from.HealthyAt, primary: from.Primary, secondary: from.Secondary,
		formerPrimary: from.FormerPrimary, formerSecondary: from.FormerSecondary, dnsLabel: from.DNSLabel, label: from.Label,
		hasCertificate: from.HasCertificate, hasTLSKey: from.HasTLSKey,
	}
}

func (from savedOperation) operation(svc *service) *operation {
	op := &operation{
		id: from.ID, kind: from.Kind, service: svc, deploys: from.Deploys, endless: from.Endless, started: from.Started, ended: from.Ended,
		duration: from.Duration, outcome: from.Outcome, state: from.State, effect: from.Effect, getsSick: from.GetsSick, sickAfter: from.SickAfter,
		getsWell: from.GetsWell, wellAfter: from.WellAfter, endsIn: from.EndsIn,
	}
	if f := from.Failure; f != nil {
		op.failure = &api.Error{Status: f.Status, Code: f.Code, Message: f.Message, Details: f.Details}
	}
	return op
}
