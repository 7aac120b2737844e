// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package protocoltest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

// A test reads what it would have written.
func TestBuildAndPlain(t *testing.T) {
	t.Parallel()
	typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"text": tftypes.String, "none": tftypes.String, "later": tftypes.Bool, "yes": tftypes.Bool, "whole": tftypes.Number, "part": tftypes.Number,
		"tags": tftypes.Map{ElementType: tftypes.String}, "ids": tftypes.List{ElementType: tftypes.String},
	}}
	given := protocoltest.Values{
		"text": "a", "later": protocoltest.Unknown{}, "yes": true, "whole": 3, "part": 0.5,
		"tags": protocoltest.Values{"a": "b"}, "ids": protocoltest.List{"iris:1"},
	}
	if diff := cmp.Diff(any(given), protocoltest.Plain(t, protocoltest.Build(t, typ, given))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := protocoltest.Plain(t, protocoltest.Build(t, typ, nil)); got != nil {
		t.Errorf("null: %v", got)
	}
}
