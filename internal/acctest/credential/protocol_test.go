// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"maps"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/credential"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

const (
	workspaceID      = emulator.DefaultWorkspaceID
	irisID           = workspaceID + "/services/iris"
	keyResource      = "mlws_service_key"
	rotationResource = "mlws_service_key_rotation"
)

// Short names for the values that a test writes and reads.
type (
	fields  = protocoltest.Values
	unknown = protocoltest.Unknown
	object  = protocoltest.Object
)

var (
	build = protocoltest.Build
	texts = protocoltest.Texts
)

// with returns the fields with changes on top.
func with(base, changes fields) fields {
	result := maps.Clone(base)
	maps.Copy(result, changes)
	return result
}

// fixture is a provider over the protocol, on an emulator, with a clock of its own.
type fixture struct {
	*protocoltest.Server
	emulator  *emulator.Emulator
	workspace *azureml.Workspace
	clock     *protocoltest.Clock
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func serve(t testing.TB, data *framework.Data) *protocoltest.Server {
	t.Helper()
	return protocoltest.Serve(t, protocoltest.Objects{
		Resources: credential.Resources(), DataSources: credential.DataSources(),
		EphemeralResources: credential.EphemeralResources(), Actions: credential.Actions(),
	}, data)
}

func newFixture(t testing.TB, options ...emulator.Option) *fixture {
	t.Helper()
	e := emulator.Start(t, options...)
	client := newClient(t, e)
	id, err := resourceid.ParseWorkspace(emulator.DefaultWorkspaceID)
	if err != nil {
		t.Fatal(err)
	}
	clock := protocoltest.At(noon)
	data := &framework.Data{Client: client, Workspace: &id, Clock: clock}
	return &fixture{Server: serve(t, data), emulator: e, workspace: client.Workspace(id), clock: clock}
}

// deploy creates a service and waits for it.
func (l *fixture) deploy(request azureml.CreateServiceRequest) {
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
func (l *fixture) deployIris() {
	l.T.Helper()
	on := true
	l.deploy(azureml.CreateServiceRequest{ServiceSpec: azureml.ServiceSpec{Name: "iris", ComputeType: azureml.ComputeACI, AuthEnabled: &on}})
}
