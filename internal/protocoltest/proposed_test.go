// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package protocoltest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

func TestProposedNew(t *testing.T) {
	t.Parallel()
	type values = protocoltest.Values
	type list = protocoltest.List
	unknown := protocoltest.Unknown{}
	text := func(name string, optional, computed, writeOnly bool) *tfprotov6.SchemaAttribute {
		return &tfprotov6.SchemaAttribute{Name: name, Type: tftypes.String, Optional: optional, Computed: computed, WriteOnly: writeOnly}
	}
	members := []*tfprotov6.SchemaAttribute{text("set", true, false, false), text("both", true, true, false)}
	nested := func(name string, computed bool, nesting tfprotov6.SchemaObjectNestingMode, attributes []*tfprotov6.SchemaAttribute) *tfprotov6.SchemaAttribute {
		return &tfprotov6.SchemaAttribute{Name: name, Optional: true, Computed: computed, NestedType: &tfprotov6.SchemaObject{Nesting: nesting, Attributes: attributes}}
	}
	schema := &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{
		text("set", true, false, false), text("both", true, true, false), text("out", false, true, false), text("secret", true, false, true),
		nested("object", false, tfprotov6.SchemaObjectNestingModeSingle, members),
		nested("mixed", true, tfprotov6.SchemaObjectNestingModeSingle, members),
		nested("defaults", true, tfprotov6.SchemaObjectNestingModeSingle, members[1:]),
		nested("byKey", false, tfprotov6.SchemaObjectNestingModeMap, members),
		nested("byIndex", false, tfprotov6.SchemaObjectNestingModeList, members),
	}}}
	for name, test := range map[string]struct{ prior, config, want values }{
		"a create has no computed value":           {nil, values{"set": "a"}, values{"set": "a"}},
		"computed values are kept":                 {values{"out": "x", "both": "y"}, values{}, values{"out": "x", "both": "y"}},
		"a configured value wins":                  {values{"both": "y"}, values{"both": "z"}, values{"both": "z"}},
		"an unknown value wins":                    {values{"both": "y"}, values{"both": unknown}, values{"both": unknown}},
		"an attribute that is removed is null":     {values{"set": "a"}, values{}, values{}},
		"a write-only value is not proposed":       {nil, values{"secret": "s"}, values{}},
		"a member is kept":                         {values{"object": values{"both": "y"}}, values{"object": values{"set": "a"}}, values{"object": values{"set": "a", "both": "y"}}},
		"an object that is removed is null":        {values{"object": values{"set": "a"}}, values{}, values{}},
		"an object that is added":                  {values{}, values{"object": values{"set": "a"}}, values{"object": values{"set": "a"}}},
		"an object that is not known":              {values{"object": values{"set": "a"}}, values{"object": unknown}, values{"object": unknown}},
		"an object that was configured is null":    {values{"mixed": values{"set": "a", "both": "y"}}, values{}, values{}},
		"an object that was computed is kept":      {values{"mixed": values{"both": "y"}}, values{}, values{"mixed": values{"both": "y"}}},
		"an object of computed members is kept":    {values{"defaults": values{"both": "y"}}, values{}, values{"defaults": values{"both": "y"}}},
		"elements are matched by key":              {values{"byKey": values{"a": values{"both": "y"}}}, values{"byKey": values{"a": values{}, "b": values{}}}, values{"byKey": values{"a": values{"both": "y"}, "b": values{}}}},
		"elements are matched by index":            {values{"byIndex": list{values{"both": "y"}}}, values{"byIndex": list{values{"set": "a"}, values{}}}, values{"byIndex": list{values{"set": "a", "both": "y"}, values{}}}},
		"a map that is not known":                  {values{"byKey": values{"a": values{"both": "y"}}}, values{"byKey": unknown}, values{"byKey": unknown}},
		"an element of a list that is not known":   {values{"byIndex": list{values{"both": "y"}}}, values{"byIndex": list{unknown}}, values{"byIndex": list{unknown}}},
		"an element that is not known, of a map":   {values{"byKey": values{"a": values{"both": "y"}}}, values{"byKey": values{"a": unknown}}, values{"byKey": values{"a": unknown}}},
		"a list that is shorter than it was":       {values{"byIndex": list{values{"both": "x"}, values{"both": "y"}}}, values{"byIndex": list{values{}}}, values{"byIndex": list{values{"both": "x"}}}},
		"an object loses a member that is removed": {values{"object": values{"set": "a", "both": "y"}}, values{"object": values{}}, values{"object": values{"both": "y"}}},
	} {
		if diff := cmp.Diff(test.want, protocoltest.ProposedNew(t, schema, test.prior, test.config)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestAgrees(t *testing.T) {
	t.Parallel()
	type values = protocoltest.Values
	unknown := protocoltest.Unknown{}
	for name, test := range map[string]struct {
		planned, value any
		want           bool
	}{
		"equal":                     {"a", "a", true},
		"another value":             {"a", "b", false},
		"unknown":                   {unknown, "b", true},
		"unknown and null":          {unknown, nil, true},
		"null":                      {nil, nil, true},
		"null and a value":          {nil, "a", false},
		"an unknown member":         {values{"a": unknown, "b": "1"}, values{"a": "x", "b": "1"}, true},
		"another member":            {values{"a": "1"}, values{"a": "2"}, false},
		"a member that was null":    {values{}, values{"a": "2"}, false},
		"a member that became null": {values{"a": "1"}, values{}, false},
		"an object and null":        {values{}, nil, false},
	} {
		if got := protocoltest.Agrees(test.planned, test.value); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
