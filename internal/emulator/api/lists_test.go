// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package api_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

// Pages join without a gap and without an item twice, also if an item is deleted in between.
func TestPages(t *testing.T) {
	t.Parallel()
	key := func(item string) string { return item }
	first, next, err := api.Page([]string{"d", "b", "a", "c"}, key, api.Paging{Size: 2})
	if err != nil || !slices.Equal(first, []string{"a", "b"}) || next == "" {
		t.Fatalf("first page: %q, %q, %v", first, next, err)
	}
	second, next, err := api.Page([]string{"d", "a", "c"}, key, api.Paging{Token: next, Size: 2})
	if err != nil || !slices.Equal(second, []string{"c", "d"}) || next != "" {
		t.Errorf("second page: %q, %q, %v", second, next, err)
	}
	if _, _, err := api.Page([]string{"a"}, key, api.Paging{Parameter: "$skipToken", Token: "!", Size: 2}); err == nil || !strings.Contains(err.Error(), "$skipToken") {
		t.Errorf("a token of nobody: %v", err)
	}
}

// The keys of a list by time are in its order, and the tie decides within one moment.
func TestTimeKeys(t *testing.T) {
	t.Parallel()
	early := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	late := early.Add(1)
	for order, want := range map[string][2]bool{
		"CreatedAtAsc": {true, false}, "CreatedAtDesc": {false, true}, "UpdatedAtAsc": {false, true}, "UpdatedAtDesc": {true, false},
	} {
		a, b := api.TimeKey(order, early, late, "x"), api.TimeKey(order, late, early, "x")
		if got := [2]bool{a < b, b < a}; got != want {
			t.Errorf("%s: %q and %q", order, a, b)
		}
		if api.TimeKey(order, early, early, "x") >= api.TimeKey(order, early, early, "y") {
			t.Errorf("%s: the tie does not decide", order)
		}
	}
}

// An integer of the specification is an int32.
func TestIntegersAreBounded(t *testing.T) {
	t.Parallel()
	for value, wrong := range map[float64]bool{math.MaxInt32: false, -math.MaxInt32: false, math.MaxInt32 + 1: true, -math.MaxInt32 - 2: true, 1.5: true} {
		if found := (api.Field{Kind: api.Integer}).Check(value, "n"); (len(found) > 0) != wrong {
			t.Errorf("%v: %v", value, found)
		}
	}
}
