// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Opened is an ephemeral resource that was opened.
type Opened struct {
	// Result is nil if it could not be opened.
	Result      Values
	RenewAt     time.Time
	Private     []byte
	Diagnostics []*tfprotov6.Diagnostic
}

// Open opens an ephemeral resource.
func (s *Server) Open(typeName string, config Values) Opened {
	s.T.Helper()
	schema, exists := s.Schema.EphemeralResourceSchemas[typeName]
	if !exists {
		s.T.Fatalf("there is no ephemeral resource %s", typeName)
	}
	typ := schema.ValueType()
	response, err := s.OpenEphemeralResource(s.T.Context(), &tfprotov6.OpenEphemeralResourceRequest{TypeName: typeName, Config: s.Encode(typ, Build(s.T, typ, config))})
	if err != nil {
		s.T.Fatal(err)
	}
	opened := Opened{RenewAt: response.RenewAt, Private: response.Private, Diagnostics: response.Diagnostics}
	if response.Result != nil && !Failed(response.Diagnostics) {
		opened.Result = s.Decode(typ, response.Result)
	}
	return opened
}

// Renew renews what was opened, and returns when it is to be renewed again.
func (s *Server) Renew(typeName string, opened Opened) (again time.Time, diags []*tfprotov6.Diagnostic) {
	s.T.Helper()
	response, err := s.RenewEphemeralResource(s.T.Context(), &tfprotov6.RenewEphemeralResourceRequest{TypeName: typeName, Private: opened.Private})
	if err != nil {
		s.T.Fatal(err)
	}
	return response.RenewAt, response.Diagnostics
}
