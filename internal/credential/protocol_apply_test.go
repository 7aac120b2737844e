// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/providerdata"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// manualClock is a clock that a test sets.
type manualClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *manualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *manualClock) set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// lab is a provider over the protocol, on an emulator, with a clock of its own.
type lab struct {
	*server
	emulator  *emulator.Emulator
	workspace *azureml.Workspace
	clock     *manualClock
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func newLab(t testing.TB, options ...emulator.Option) *lab {
	t.Helper()
	e := emulator.Start(t, options...)
	client := newClient(t, e)
	id, err := resourceid.ParseWorkspace(emulator.DefaultWorkspaceID)
	if err != nil {
		t.Fatal(err)
	}
	clock := &manualClock{now: noon}
	data := &providerdata.Data{Client: client, Workspace: &id, Clock: clock}
	return &lab{server: serve(t, data), emulator: e, workspace: client.Workspace(id), clock: clock}
}

// deploy creates a service and waits for it.
func (l *lab) deploy(request azureml.CreateServiceRequest) {
	l.t.Helper()
	request.Image = &azureml.EnvironmentImage{ModelIDs: []string{"iris:1"}}
	ref, err := l.workspace.CreateService(l.t.Context(), request)
	if err == nil {
		err = l.workspace.WaitOperation(l.t.Context(), ref)
	}
	if err != nil {
		l.t.Fatal(err)
	}
	l.emulator.ResetRequests()
}

// deployIris creates the service of irisID, on ACI with key auth.
func (l *lab) deployIris() {
	l.t.Helper()
	on := true
	l.deploy(azureml.CreateServiceRequest{Name: "iris", ComputeType: azureml.ComputeACI, AuthEnabled: &on})
}

// object is a resource as Terraform holds it between calls.
type object struct {
	state    values
	private  []byte
	warnings []string
}

// apply plans and applies, with a destroy and a create where the plan replaces.
func (s *server) apply(typeName string, prior object, config values) object {
	s.t.Helper()
	plan := s.plan(typeName, prior.state, config, prior.private)
	if len(plan.replace) > 0 {
		s.destroy(typeName, prior)
		prior = object{}
		plan = s.plan(typeName, nil, config, nil)
	}
	result, diags := s.tryApply(typeName, prior, config, plan)
	s.check(nil, diags)
	return result
}

func (s *server) tryApply(typeName string, prior object, config values, plan planned) (object, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	typ := s.resourceType(typeName)
	response, err := s.ApplyResourceChange(s.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: s.encode(typ, build(s.t, typ, orNil(prior.state))), PlannedState: plan.raw,
		Config: s.encode(typ, build(s.t, typ, config)), PlannedPrivate: plan.private,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return object{state: s.decode(typ, response.NewState), private: response.Private}, response.Diagnostics
}

func (s *server) destroy(typeName string, prior object) {
	s.t.Helper()
	typ := s.resourceType(typeName)
	response, err := s.ApplyResourceChange(s.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: s.encode(typ, build(s.t, typ, prior.state)), PlannedState: s.encode(typ, build(s.t, typ, nil)),
		Config: s.encode(typ, build(s.t, typ, nil)), PlannedPrivate: prior.private,
	})
	s.check(err, response.Diagnostics)
}

func (s *server) refresh(typeName string, prior object) object {
	s.t.Helper()
	typ := s.resourceType(typeName)
	response, err := s.ReadResource(s.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: typeName, CurrentState: s.encode(typ, build(s.t, typ, prior.state)), Private: prior.private,
	})
	s.check(err, response.Diagnostics)
	result := object{state: s.decode(typ, response.NewState), private: response.Private}
	for _, d := range response.Diagnostics {
		result.warnings = append(result.warnings, d.Summary+": "+d.Detail)
	}
	return result
}

// importKey imports and refreshes, as Terraform does.
func (s *server) importKey(typeName, id string) object {
	s.t.Helper()
	response, err := s.ImportResourceState(s.t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id})
	s.check(err, response.Diagnostics)
	imported := response.ImportedResources[0]
	return s.refresh(typeName, object{state: s.decode(s.resourceType(typeName), imported.State), private: imported.Private})
}

// upgrade reads a stored state.
func (s *server) upgrade(typeName string, version int64, stored []byte) object {
	s.t.Helper()
	if !json.Valid(stored) {
		s.t.Fatal("the stored state is not JSON")
	}
	response, err := s.UpgradeResourceState(s.t.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: typeName, Version: version, RawState: &tfprotov6.RawState{JSON: stored},
	})
	s.check(err, response.Diagnostics)
	return object{state: s.decode(s.resourceType(typeName), response.UpgradedState)}
}

func orNil(state values) any {
	if state == nil {
		return nil
	}
	return state
}
