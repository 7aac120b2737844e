// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

type texts = map[string]string

var (
	noTags      = types.MapNull(types.StringType)
	unknownTags = types.MapUnknown(types.StringType)
	halfKnown   = types.MapValueMust(types.StringType, map[string]attr.Value{"env": types.StringUnknown()})
)

func TestTagsFlatten(t *testing.T) {
	t.Parallel()
	prod := Tags{Defaults: values.StringMap(texts{"env": "prod"})}
	policy := Tags{IgnoredKeys: []string{"cost"}, IgnoredPrefixes: []string{"policy-"}}
	for name, test := range map[string]struct {
		tags               Tags
		found              texts
		priorOwn, priorAll types.Map
		own, all           types.Map
	}{
		"nothing":                     {Tags{}, nil, noTags, noTags, noTags, values.StringMap(nil)},
		"an empty map stays":          {prod, texts{"env": "prod"}, values.StringMap(nil), noTags, values.StringMap(nil), values.StringMap(texts{"env": "prod"})},
		"an import, a default":        {prod, texts{"env": "prod", "a": "1"}, noTags, noTags, values.StringMap(texts{"a": "1"}), values.StringMap(texts{"env": "prod", "a": "1"})},
		"an import, another value":    {prod, texts{"env": "test"}, noTags, noTags, values.StringMap(texts{"env": "test"}), values.StringMap(texts{"env": "test"})},
		"a default is a tag too":      {prod, texts{"env": "prod"}, values.StringMap(texts{"env": "prod"}), values.StringMap(texts{"env": "prod"}), values.StringMap(texts{"env": "prod"}), values.StringMap(texts{"env": "prod"})},
		"a tag wins over a default":   {prod, texts{"env": "own"}, values.StringMap(texts{"env": "own"}), values.StringMap(texts{"env": "own"}), values.StringMap(texts{"env": "own"}), values.StringMap(texts{"env": "own"})},
		"drift of a default":          {prod, texts{"env": "test"}, noTags, values.StringMap(texts{"env": "prod"}), noTags, values.StringMap(texts{"env": "test"})},
		"a default is gone":           {prod, nil, noTags, values.StringMap(texts{"env": "prod"}), noTags, values.StringMap(nil)},
		"a default was removed":       {Tags{}, texts{"env": "prod"}, noTags, values.StringMap(texts{"env": "prod"}), noTags, values.StringMap(texts{"env": "prod"})},
		"a tag of others":             {prod, texts{"env": "prod", "b": "2"}, noTags, values.StringMap(texts{"env": "prod"}), values.StringMap(texts{"b": "2"}), values.StringMap(texts{"env": "prod", "b": "2"})},
		"ignored":                     {policy, texts{"cost": "9", "policy-x": "1", "costs": "3"}, noTags, noTags, values.StringMap(texts{"costs": "3"}), values.StringMap(texts{"costs": "3"})},
		"ignored from now on":         {policy, texts{"cost": "9"}, values.StringMap(texts{"cost": "9"}), values.StringMap(texts{"cost": "9"}), values.StringMap(nil), values.StringMap(nil)},
		"unknown default, an import":  {Tags{Defaults: unknownTags}, texts{"env": "prod"}, noTags, noTags, values.StringMap(texts{"env": "prod"}), values.StringMap(texts{"env": "prod"})},
		"unknown default, a refresh":  {Tags{Defaults: unknownTags}, texts{"env": "prod"}, noTags, values.StringMap(texts{"env": "prod"}), noTags, values.StringMap(texts{"env": "prod"})},
		"created, defaults not known": {prod, texts{"env": "prod"}, noTags, unknownTags, noTags, values.StringMap(texts{"env": "prod"})},
	} {
		own, all := test.tags.Flatten(test.found, test.priorOwn, test.priorAll)
		if !own.Equal(test.own) || !all.Equal(test.all) {
			t.Errorf("%s: got %s and %s, want %s and %s", name, own, all, test.own, test.all)
		}
	}
}

func TestTagsAll(t *testing.T) {
	t.Parallel()
	prod := Tags{Defaults: values.StringMap(texts{"env": "prod", "team": "a"})}
	for name, test := range map[string]struct {
		tags      Tags
		own, want types.Map
	}{
		"nothing":                {Tags{}, noTags, values.StringMap(nil)},
		"empty maps":             {Tags{Defaults: values.StringMap(nil)}, values.StringMap(nil), values.StringMap(nil)},
		"defaults":               {prod, noTags, values.StringMap(texts{"env": "prod", "team": "a"})},
		"a tag wins":             {prod, values.StringMap(texts{"env": "own"}), values.StringMap(texts{"env": "own", "team": "a"})},
		"unknown defaults":       {Tags{Defaults: unknownTags}, noTags, unknownTags},
		"unknown tags":           {prod, unknownTags, unknownTags},
		"an unknown default":     {Tags{Defaults: halfKnown}, noTags, halfKnown},
		"an unknown tag":         {Tags{}, halfKnown, halfKnown},
		"over an unknown one":    {Tags{Defaults: halfKnown}, values.StringMap(texts{"env": "own"}), values.StringMap(texts{"env": "own"})},
		"unknown over a default": {Tags{Defaults: values.StringMap(texts{"env": "prod"})}, halfKnown, halfKnown},
	} {
		if got := test.tags.All(test.own); !got.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

func TestTagsManagedAndWhole(t *testing.T) {
	t.Parallel()
	tags := Tags{Defaults: values.StringMap(texts{"env": "prod"}), IgnoredPrefixes: []string{"policy-"}}
	own, both := values.StringMap(texts{"a": "1"}), texts{"a": "1", "env": "prod"}
	for name, test := range map[string]struct {
		all  types.Map
		want texts
	}{
		"an earlier version": {noTags, texts{"a": "1"}},
		"unknown":            {unknownTags, both},
		"known":              {values.StringMap(texts{"b": "2"}), texts{"b": "2"}},
	} {
		if got := tags.Managed(own, test.all); !maps.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
	if got := tags.Whole(both, texts{"policy-x": "1", "b": "2"}); !maps.Equal(got, texts{"a": "1", "env": "prod", "policy-x": "1"}) {
		t.Errorf("the whole map: %v", got)
	}
	if tags.Check(own).HasError() || !tags.Check(values.StringMap(texts{"policy-x": "1"})).HasError() {
		t.Error("an ignored tag is not refused, or another one is")
	}
	if !tags.CanIgnore() || (Tags{}).CanIgnore() {
		t.Error("CanIgnore is wrong")
	}
}
