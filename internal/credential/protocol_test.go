// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/credential"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

// serve serves this package's objects alone, so that a test can give them a clock.
func serve(t testing.TB, data *framework.Data) *protocoltest.Server {
	t.Helper()
	return protocoltest.Serve(t, protocoltest.Objects{
		Resources: credential.Resources(), DataSources: credential.DataSources(),
		EphemeralResources: credential.EphemeralResources(), Actions: credential.Actions(),
	}, data)
}

// How a test writes and reads values.
type (
	fields  = protocoltest.Values
	unknown = protocoltest.Unknown
	object  = protocoltest.Object
)
