// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

const (
	aciType = "mlws_aci_service"
	aksType = "mlws_aks_service"
)

// server serves this package's objects alone, so that a test can ask what a
// configuration cannot.
type server struct{ *protocoltest.Server }

func serve(t *testing.T, data *framework.Data) *server {
	t.Helper()
	return &server{protocoltest.Serve(t, protocoltest.Objects{Resources: Resources(), DataSources: DataSources(), ListResources: ListResources()}, data)}
}

func (s *server) validate(typeName string, config fields) []*tfprotov6.Diagnostic {
	s.T.Helper()
	return s.Validate(typeName, config)
}

// planned is what a plan came to.
type planned struct {
	values  fields
	replace []string
	diags   []*tfprotov6.Diagnostic
}

// plan plans a configuration; a nil prior state is a create.
func (s *server) plan(typeName string, config, prior fields, private map[string]string) planned {
	s.T.Helper()
	before := protocoltest.Object{State: prior}
	if private != nil {
		before.Private = encodePrivate(s.T, private)
	}
	plan := s.TryPlan(typeName, before, config)
	return planned{values: plan.State, replace: plan.Replace, diags: plan.Diagnostics}
}
