// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Object is a resource as Terraform keeps it between calls. The zero value is one
// that does not exist.
type Object struct {
	// State is nil if the resource does not exist.
	State   Values
	Private []byte
	// Warnings are those of the call that returned the object.
	Warnings []string
}

// Planned is the answer to a plan.
type Planned struct {
	// State is nil if the plan failed.
	State Values
	// Replace are the paths of the attributes that require a replacement, sorted.
	Replace     []string
	Private     []byte
	Identity    *tfprotov6.ResourceIdentityData
	Diagnostics []*tfprotov6.Diagnostic
	// Warnings are the texts of the diagnostics that are warnings.
	Warnings []string

	raw *tfprotov6.DynamicValue
}

// ResourceType returns the type of a resource's state.
func (s *Server) ResourceType(typeName string) tftypes.Type {
	s.T.Helper()
	schema, ok := s.Schema.ResourceSchemas[typeName]
	if !ok {
		s.T.Fatalf("there is no resource %s", typeName)
	}
	return schema.ValueType()
}

// Validate returns the diagnostics of a resource's configuration.
func (s *Server) Validate(typeName string, config Values) []*tfprotov6.Diagnostic {
	s.T.Helper()
	response, err := s.ValidateResourceConfig(s.T.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: s.resource(typeName, config),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return response.Diagnostics
}

// Plan plans a change of a resource to a configuration. An error ends the test.
func (s *Server) Plan(typeName string, prior Object, config Values) Planned {
	s.T.Helper()
	plan := s.TryPlan(typeName, prior, config)
	s.Must(nil, plan.Diagnostics)
	return plan
}

// TryPlan is Plan for a test that looks at the errors. The proposed state is made by ProposedNew.
func (s *Server) TryPlan(typeName string, prior Object, config Values) Planned {
	s.T.Helper()
	return s.plan(typeName, prior, config, ProposedNew(s.T, s.Schema.ResourceSchemas[typeName], prior.State, config))
}

func (s *Server) plan(typeName string, prior Object, config, proposed Values) Planned {
	s.T.Helper()
	response, err := s.PlanResourceChange(s.T.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName:         typeName,
		PriorState:       s.resource(typeName, prior.State),
		ProposedNewState: s.resource(typeName, proposed),
		Config:           s.resource(typeName, config),
		PriorPrivate:     prior.Private,
	})
	if err != nil {
		s.T.Fatal(err)
	}
	plan := Planned{Diagnostics: response.Diagnostics, Private: response.PlannedPrivate, Identity: response.PlannedIdentity, Warnings: warnings(response.Diagnostics), raw: response.PlannedState}
	if Failed(response.Diagnostics) {
		return plan
	}
	plan.State = s.Decode(s.ResourceType(typeName), response.PlannedState)
	for _, path := range response.RequiresReplace {
		plan.Replace = append(plan.Replace, PathText(path))
	}
	slices.Sort(plan.Replace)
	return plan
}

// Apply plans and applies. If the plan requires a replacement, the resource is
// destroyed and created; there is no create_before_destroy. An error ends the test.
func (s *Server) Apply(typeName string, prior Object, config Values) Object {
	s.T.Helper()
	plan := s.Plan(typeName, prior, config)
	if len(plan.Replace) > 0 {
		s.Destroy(typeName, prior)
		prior = Object{}
		plan = s.Plan(typeName, prior, config)
	}
	object, diags := s.TryApply(s.T.Context(), typeName, prior, config, plan)
	s.Must(nil, diags)
	return object
}

// TryApply applies a plan, and returns the new object with all diagnostics. As
// Terraform does after an apply without errors, it fails the test if the new state
// differs from a value that was known in the plan.
func (s *Server) TryApply(ctx context.Context, typeName string, prior Object, config Values, plan Planned) (Object, []*tfprotov6.Diagnostic) {
	s.T.Helper()
	response, err := s.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: s.resource(typeName, prior.State), PlannedState: plan.raw,
		Config: s.resource(typeName, config), PlannedPrivate: plan.Private,
	})
	if err != nil {
		s.T.Fatal(err)
	}
	object := Object{State: s.Decode(s.ResourceType(typeName), response.NewState), Private: response.Private, Warnings: warnings(response.Diagnostics)}
	if !Failed(response.Diagnostics) {
		for name := range s.ResourceType(typeName).(tftypes.Object).AttributeTypes {
			if !Agrees(plan.State[name], object.State[name]) {
				s.T.Errorf("%s: the provider produced an inconsistent result: %s is not what was planned", typeName, name)
			}
		}
	}
	return object, response.Diagnostics
}

// Destroy plans and applies the destruction of a resource. An error ends the test.
func (s *Server) Destroy(typeName string, prior Object) {
	s.T.Helper()
	object, diags := s.TryDestroy(s.T.Context(), typeName, prior)
	s.Must(nil, diags)
	if object.State != nil {
		s.T.Errorf("%s: it is still in the state after it was destroyed", typeName)
	}
}

// TryDestroy is Destroy for a test that looks at the errors: it returns what is left in the state.
func (s *Server) TryDestroy(ctx context.Context, typeName string, prior Object) (Object, []*tfprotov6.Diagnostic) {
	s.T.Helper()
	plan := s.plan(typeName, prior, nil, nil)
	s.Must(nil, plan.Diagnostics)
	return s.TryApply(ctx, typeName, prior, nil, plan)
}

// Refresh reads a resource. The state of the result is nil if the resource is gone.
func (s *Server) Refresh(typeName string, prior Object) Object {
	s.T.Helper()
	object, diags := s.TryRefresh(typeName, prior)
	s.Must(nil, diags)
	return object
}

// TryRefresh is Refresh for a test that looks at the errors.
func (s *Server) TryRefresh(typeName string, prior Object) (Object, []*tfprotov6.Diagnostic) {
	s.T.Helper()
	response, err := s.ReadResource(s.T.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: typeName, CurrentState: s.resource(typeName, prior.State), Private: prior.Private,
	})
	if err != nil {
		s.T.Fatal(err)
	}
	object := Object{Private: response.Private, Warnings: warnings(response.Diagnostics)}
	if response.NewState != nil {
		object.State = s.Decode(s.ResourceType(typeName), response.NewState)
	}
	return object, response.Diagnostics
}

// Import imports by id and refreshes, as Terraform does. An error ends the test.
func (s *Server) Import(typeName, id string) Object {
	s.T.Helper()
	object, diags := s.TryImport(typeName, id)
	s.Must(nil, diags)
	return object
}

// TryImport is Import for a test that looks at the errors of the refresh.
func (s *Server) TryImport(typeName, id string) (Object, []*tfprotov6.Diagnostic) {
	s.T.Helper()
	response, err := s.ImportResourceState(s.T.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id})
	s.Must(err, response.Diagnostics)
	imported := response.ImportedResources[0]
	return s.TryRefresh(typeName, Object{State: s.Decode(s.ResourceType(typeName), imported.State), Private: imported.Private})
}

// Upgrade reads a state as it is stored, written by a schema of this version.
func (s *Server) Upgrade(typeName string, version int64, stored []byte) Object {
	s.T.Helper()
	if !json.Valid(stored) {
		s.T.Fatal("the stored state is not JSON")
	}
	response, err := s.UpgradeResourceState(s.T.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: typeName, Version: version, RawState: &tfprotov6.RawState{JSON: stored},
	})
	s.Must(err, response.Diagnostics)
	return Object{State: s.Decode(s.ResourceType(typeName), response.UpgradedState)}
}

// resource encodes a state or configuration; nil is null.
func (s *Server) resource(typeName string, values Values) *tfprotov6.DynamicValue {
	s.T.Helper()
	typ := s.ResourceType(typeName)
	if values == nil {
		return s.Encode(typ, Build(s.T, typ, nil))
	}
	return s.Encode(typ, Build(s.T, typ, values))
}

// Agrees reports whether a value may follow on a planned one: it is equal, or
// unknown in the plan. Members of objects and maps are compared one by one.
func Agrees(planned, value any) bool {
	if planned == any(Unknown{}) {
		return true
	}
	members, ok := planned.(Values)
	if !ok {
		return reflect.DeepEqual(planned, value)
	}
	known, ok := value.(Values)
	if !ok {
		return false
	}
	for name := range known {
		if _, exists := members[name]; !exists {
			return false
		}
	}
	for name, member := range members {
		if !Agrees(member, known[name]) {
			return false
		}
	}
	return true
}

// Texts returns the diagnostics as "summary: detail".
func Texts(diags []*tfprotov6.Diagnostic) []string {
	var texts []string
	for _, d := range diags {
		texts = append(texts, d.Summary+": "+d.Detail)
	}
	return texts
}

// PathText returns a path as a person writes it: a.b["c"].d[0].
func PathText(path *tftypes.AttributePath) string {
	var text strings.Builder
	for _, step := range path.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			if text.Len() > 0 {
				text.WriteString(".")
			}
			text.WriteString(string(step))
		case tftypes.ElementKeyString:
			fmt.Fprintf(&text, "[%q]", string(step))
		case tftypes.ElementKeyInt:
			fmt.Fprintf(&text, "[%d]", int64(step))
		}
	}
	return text.String()
}

// Failed reports whether there is an error among the diagnostics.
func Failed(diags []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
}

func warnings(diags []*tfprotov6.Diagnostic) []string {
	return Texts(slices.DeleteFunc(slices.Clone(diags), func(d *tfprotov6.Diagnostic) bool { return d.Severity != tfprotov6.DiagnosticSeverityWarning }))
}
