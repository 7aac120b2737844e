// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package testrequest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

func objectOf(t *testing.T, members map[string]attr.Value) types.Object {
	t.Helper()
	kinds := Attribute().GetType().(types.ObjectType).AttrTypes
	for name, kind := range kinds {
		if _, set := members[name]; set {
			continue
		}
		null, err := kind.ValueFromTerraform(t.Context(), tftypes.NewValue(kind.TerraformType(t.Context()), nil))
		if err != nil {
			t.Fatal(err)
		}
		members[name] = null
	}
	return types.ObjectValueMust(kinds, members)
}

func TestModelFitsTheSchema(t *testing.T) {
	t.Parallel()
	test := values.Decode[model](t.Context(), objectOf(t, map[string]attr.Value{
		"body": types.StringValue("x"), "content_type": types.StringValue("y"), "expect_status": types.Int64Value(7), "timeout": types.StringValue("z"),
	}))
	if test.Body.ValueString() != "x" || test.ContentType.ValueString() != "y" || test.ExpectStatus.ValueInt64() != 7 || test.Timeout.ValueString() != "z" {
		t.Errorf("%v", test)
	}
}

// An update ends with the test request if it sent something, if the request is
// another one, or if it has not succeeded yet.
func TestDue(t *testing.T) {
	t.Parallel()
	request := func(body string) types.Object {
		return objectOf(t, map[string]attr.Value{"body": types.StringValue(body)})
	}
	none := types.ObjectNull(request("").AttributeTypes(t.Context()))
	for name, test := range map[string]struct {
		plan, state         types.Object
		sent, pending, want bool
	}{
		"nothing":            {request("1"), request("1"), false, false, false},
		"sent":               {request("1"), request("1"), true, false, true},
		"pending":            {request("1"), request("1"), false, true, true},
		"another":            {request("2"), request("1"), false, false, true},
		"new":                {request("1"), none, false, false, true},
		"removed, and sent":  {none, request("1"), true, false, false},
		"removed, pending":   {none, request("1"), false, true, false},
		"never had, pending": {none, none, true, true, false},
	} {
		if got := Due(test.plan, test.state, test.sent, test.pending); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
