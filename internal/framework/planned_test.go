// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

var (
	mapType    = tftypes.Map{ElementType: tftypes.String}
	nestedType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"url": tftypes.String, "script": tftypes.String}}
	objectType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String, "tags": mapType, "code": nestedType}}
)

// object is a value of objectType; nil is null.
func plannedObject(name, tag, url, script any) tftypes.Value {
	text := func(value any) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }
	tags := tftypes.NewValue(mapType, nil)
	if tag != nil {
		tags = tftypes.NewValue(mapType, map[string]tftypes.Value{"a": text(tag)})
	}
	code := tftypes.NewValue(nestedType, nil)
	if script != nil {
		code = tftypes.NewValue(nestedType, map[string]tftypes.Value{"url": text(url), "script": text(script)})
	}
	return tftypes.NewValue(objectType, map[string]tftypes.Value{"name": text(name), "tags": tags, "code": code})
}

func TestKeepPlanned(t *testing.T) {
	t.Parallel()
	open := tftypes.UnknownValue
	for name, test := range map[string]struct {
		plan, result, want tftypes.Value
		names              string
	}{
		"as planned":             {plan: plannedObject("n", "1", "u", "s"), result: plannedObject("n", "1", "u", "s"), want: plannedObject("n", "1", "u", "s")},
		"what was open":          {plan: plannedObject(open, open, open, "s"), result: plannedObject("n", "1", "u", "s"), want: plannedObject("n", "1", "u", "s")},
		"another text":           {plan: plannedObject("n", nil, nil, nil), result: plannedObject("x", nil, nil, nil), want: plannedObject("n", nil, nil, nil), names: "of: name."},
		"none instead of a text": {plan: plannedObject("n", nil, nil, nil), result: plannedObject(nil, nil, nil, nil), want: plannedObject("n", nil, nil, nil), names: "of: name."},
		"more than none":         {plan: plannedObject("n", nil, nil, nil), result: plannedObject("n", "1", "u", "s"), want: plannedObject("n", nil, nil, nil), names: "of: code, tags."},
		"a member of an object":  {plan: plannedObject("n", nil, open, "s"), result: plannedObject("n", nil, "u", "x"), want: plannedObject("n", nil, "u", "s"), names: "of: code.script."},
		"an element of a map":    {plan: plannedObject("n", "1", nil, nil), result: plannedObject("n", "2", nil, nil), want: plannedObject("n", "1", nil, nil), names: "of: tags."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state := tfsdk.State{Raw: test.result}
			diags := framework.KeepPlanned(tfsdk.Plan{Raw: test.plan}, &state, `service "iris"`)
			if !state.Raw.Equal(test.want) {
				t.Errorf("got %s, want %s", state.Raw, test.want)
			}
			switch {
			case test.names == "" && len(diags) > 0:
				t.Error(diags)
			case test.names != "" && (len(diags) != 1 || diags.HasError() || !strings.Contains(diags[0].Detail(), test.names)):
				t.Errorf("want a warning that names %q, got %v", test.names, diags)
			}
		})
	}
}
