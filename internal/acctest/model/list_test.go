// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/provider"
)

// A query finds every version of every model, and what it says of a version is what an
// import of it reads.
func TestAccListFindsModels(t *testing.T) {
	t.Parallel()
	env := acctest.StartEmulated(t, acctest.Seed, emulator.WithBehavior(emulator.Behavior{PageSize: 2}))
	s := protocoltest.Connect(t, provider.New("test")(), env.ProviderArguments())
	var found []string
	for result := range s.List(t.Context(), "mlws_model", protocoltest.Query{IncludeResource: true}) {
		if len(result.Diagnostics) > 0 {
			t.Fatal(protocoltest.Texts(result.Diagnostics))
		}
		found = append(found, result.Resource["model_id"].(string))
		imported := s.Import("mlws_model", result.Resource["id"].(string))
		if diff := cmp.Diff(imported.State, result.Resource); diff != "" {
			t.Errorf("%s (-imported +listed)\n%s", result.DisplayName, diff)
		}
	}
	slices.Sort(found)
	if want := []string{"iris:1", "iris:2", "raw:1"}; !slices.Equal(found, want) {
		t.Errorf("found %q, want %q", found, want)
	}
}
