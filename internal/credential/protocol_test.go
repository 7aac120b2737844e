// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/credential"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

// server serves this package's objects alone, so that a test can give them a clock.
type server struct{ *protocoltest.Server }

func serve(t testing.TB, data *framework.Data) *server {
	t.Helper()
	return &server{protocoltest.Serve(t, protocoltest.Objects{
		Resources: credential.Resources(), DataSources: credential.DataSources(),
		EphemeralResources: credential.EphemeralResources(), Actions: credential.Actions(),
	}, data)}
}

// How a test writes and reads values.
type (
	fields  = protocoltest.Values
	unknown = protocoltest.Unknown
)

var build = protocoltest.Build
