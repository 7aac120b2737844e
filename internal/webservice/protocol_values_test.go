// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"encoding/json"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

// How a test writes and reads values.
type (
	fields  = protocoltest.Values
	list    = protocoltest.List
	unknown = protocoltest.Unknown
)

var (
	build = protocoltest.Build
	plain = protocoltest.Plain
)

// encodePrivate makes private state as the framework stores it.
func encodePrivate(t testing.TB, private map[string]string) []byte {
	t.Helper()
	encoded := map[string][]byte{}
	for name, value := range private {
		encoded[name] = []byte(value)
	}
	result, err := json.Marshal(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return result
}
