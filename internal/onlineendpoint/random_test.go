// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint_test

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/onlineendpoint"
)

// odd are values that a member of a random document may have.
var odd = []any{
	nil, "", "x", "iris:1", "a:b:c", "${x}", "EOT\n%{y}\n", "\x00\u2028\"\\", strings.Repeat("n", 700), true, false, 0.0, -1.0, 1.0, 2.5, 1e18, 1e300,
	[]any{},
	[]any{"iris:1", "b:2"},
	[]any{nil},
	map[string]any{},
	map[string]any{"a": nil, "b c": "d", "": "e"},
}

// mutate changes members of a document at random, at any depth.
func mutate(random *rand.Rand, value any, others [][]byte) any {
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			switch random.IntN(50) {
			case 0:
				v[name] = odd[random.IntN(len(odd))]
			case 1:
				delete(v, name)
			case 2:
				var other any
				_ = json.Unmarshal(others[random.IntN(len(others))], &other)
				v[name] = other
			default:
				v[name] = mutate(random, v[name], others)
			}
		}
		return v
	case []any:
		for i := range v {
			v[i] = mutate(random, v[i], others)
		}
		return v
	}
	return value
}

// checkMapping asserts what has to hold for any document: a body that the types accept,
// or a blocker.
func checkMapping(t testing.TB, ts types, from onlineendpoint.Source) {
	t.Helper()
	mapping := onlineendpoint.Map(from)
	known := map[onlineendpoint.Code]bool{}
	for _, kind := range onlineendpoint.Kinds() {
		known[kind.Code] = true
	}
	for _, f := range slices.Concat(mapping.Blockers, mapping.Warnings) {
		if !known[f.Code] || f.Message == "" || f.Action == "" || strings.Contains(f.Message+f.Action, "\n") {
			t.Errorf("the finding %+v", f)
		}
	}
	if mapping.JSON == "" || mapping.HCL == "" {
		if len(mapping.Blockers) == 0 || mapping.JSON != mapping.HCL {
			t.Errorf("neither a body nor a blocker: %+v", mapping)
		}
		return
	}
	list := requests(t, ts, mapping)
	if len(list) < 3 || list[len(list)-1].ID != list[len(list)-3].ID {
		t.Fatalf("the requests are %+v", list)
	}
	if mapping.Target == onlineendpoint.Managed && mapping.InstanceType == "" && !slices.Contains(codesOf(mapping.Blockers), "instance_type") {
		t.Error("there is no instance type, and no blocker")
	}
}

// Random documents never make the mapper panic, and always give a body that the types
// accept or a blocker.
func TestRandomDocuments(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(16, 18))
	ts, all := readTypes(t), shapes(t)
	names := slices.Sorted(maps.Keys(all))
	var values [][]byte // of the members of all shapes
	for _, name := range names {
		var document map[string]json.RawMessage
		if err := json.Unmarshal(all[name], &document); err != nil {
			t.Fatal(err)
		}
		for _, member := range slices.Sorted(maps.Keys(document)) {
			values = append(values, document[member])
		}
	}
	decoded, targets := 0, []onlineendpoint.Target{"", onlineendpoint.Managed, onlineendpoint.Kubernetes}
	for range 4000 {
		var document any
		if err := json.Unmarshal(all[names[random.IntN(len(names))]], &document); err != nil {
			t.Fatal(err)
		}
		encoded, err := json.Marshal(mutate(random, document, values))
		if err != nil {
			t.Fatal(err)
		}
		var service azureml.Service
		if json.Unmarshal(encoded, &service) != nil {
			continue // no document of a service
		}
		decoded++
		from := onlineendpoint.Source{Service: &service, Workspace: workspace, Location: "westeurope", Target: targets[random.IntN(len(targets))], ContentInfo: contentInfo}
		checkMapping(t, ts, from)
		if t.Failed() {
			t.Fatalf("of %s", encoded)
		}
	}
	if decoded < 1000 {
		t.Errorf("only %d documents were services", decoded)
	}
}

func FuzzMap(f *testing.F) {
	ts := readTypes(f)
	for _, document := range shapes(f) {
		f.Add(document)
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		var service azureml.Service
		if json.Unmarshal(document, &service) != nil {
			return
		}
		for _, target := range []onlineendpoint.Target{"", onlineendpoint.Managed} {
			checkMapping(t, ts, onlineendpoint.Source{Service: &service, Workspace: workspace, Location: "westeurope", Target: target, ContentInfo: contentInfo})
		}
	})
}
