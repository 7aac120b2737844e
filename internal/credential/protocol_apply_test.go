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
	"github.com/mlws/terraform-provider-mlws/internal/framework"
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
	data := &framework.Data{Client: client, Workspace: &id, Clock: clock}
	return &lab{server: serve(t, data), emulator: e, workspace: client.Workspace(id), clock: clock}
}

// deploy creates a service and waits for it.
func (l *lab) deploy(request azureml.CreateServiceRequest) {
	l.T.Helper()
	request.Image = &azureml.EnvironmentImage{ModelIDs: []string{"iris:1"}}
	ref, err := l.workspace.CreateService(l.T.Context(), request)
	if err == nil {
		err = l.workspace.WaitOperation(l.T.Context(), ref)
	}
	if err != nil {
		l.T.Fatal(err)
	}
	l.emulator.ResetRequests()
}

// deployIris creates the service of irisID, on ACI with key auth.
func (l *lab) deployIris() {
	l.T.Helper()
	on := true
	l.deploy(azureml.CreateServiceRequest{ServiceSpec: azureml.ServiceSpec{Name: "iris", ComputeType: azureml.ComputeACI, AuthEnabled: &on}})
}

// object is a resource as Terraform holds it between calls.
type object struct {
	state    fields
	private  []byte
	warnings []string
}

// apply plans and applies, with a destroy and a create where the plan replaces.
func (s *server) apply(typeName string, prior object, config fields) object {
	s.T.Helper()
	plan := s.plan(typeName, prior.state, config, prior.private)
	if len(plan.replace) > 0 {
		s.destroy(typeName, prior)
		prior = object{}
		plan = s.plan(typeName, nil, config, nil)
	}
	result, diags := s.tryApply(typeName, prior, config, plan)
	s.Must(nil, diags)
	return result
}

func (s *server) tryApply(typeName string, prior object, config fields, plan planned) (object, []*tfprotov6.Diagnostic) {
	s.T.Helper()
	typ := s.resourceType(typeName)
	response, err := s.ApplyResourceChange(s.T.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: s.Encode(typ, build(s.T, typ, orNil(prior.state))), PlannedState: plan.raw,
		Config: s.Encode(typ, build(s.T, typ, config)), PlannedPrivate: plan.private,
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return object{state: s.Decode(typ, response.NewState), private: response.Private}, response.Diagnostics
}

func (s *server) destroy(typeName string, prior object) {
	s.T.Helper()
	typ := s.resourceType(typeName)
	response, err := s.ApplyResourceChange(s.T.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: s.Encode(typ, build(s.T, typ, prior.state)), PlannedState: s.Encode(typ, build(s.T, typ, nil)),
		Config: s.Encode(typ, build(s.T, typ, nil)), PlannedPrivate: prior.private,
	})
	s.Must(err, response.Diagnostics)
}

func (s *server) refresh(typeName string, prior object) object {
	s.T.Helper()
	typ := s.resourceType(typeName)
	response, err := s.ReadResource(s.T.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: typeName, CurrentState: s.Encode(typ, build(s.T, typ, prior.state)), Private: prior.private,
	})
	s.Must(err, response.Diagnostics)
	result := object{state: s.Decode(typ, response.NewState), private: response.Private}
	for _, d := range response.Diagnostics {
		result.warnings = append(result.warnings, d.Summary+": "+d.Detail)
	}
	return result
}

// importKey imports and refreshes, as Terraform does.
func (s *server) importKey(typeName, id string) object {
	s.T.Helper()
	response, err := s.ImportResourceState(s.T.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id})
	s.Must(err, response.Diagnostics)
	imported := response.ImportedResources[0]
	return s.refresh(typeName, object{state: s.Decode(s.resourceType(typeName), imported.State), private: imported.Private})
}

// upgrade reads a stored state.
func (s *server) upgrade(typeName string, version int64, stored []byte) object {
	s.T.Helper()
	if !json.Valid(stored) {
		s.T.Fatal("the stored state is not JSON")
	}
	response, err := s.UpgradeResourceState(s.T.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: typeName, Version: version, RawState: &tfprotov6.RawState{JSON: stored},
	})
	s.Must(err, response.Diagnostics)
	return object{state: s.Decode(s.resourceType(typeName), response.UpgradedState)}
}

func orNil(state fields) any {
	if state == nil {
		return nil
	}
	return state
}
