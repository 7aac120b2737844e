// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"fmt"
	"strings"
	"testing"
)

// The replacement of an object of which the regenerate was accepted, with an unknown
// outcome, takes the key if there is one, and else regenerates. Terraform taints such an
// object, and destroys it without its private state.
func TestTaintedKeyIsNotRegeneratedAgain(t *testing.T) {
	for _, typeName := range []string{keyResource, rotationResource} {
		for _, store := range []bool{true, false} {
			for _, refreshed := range []bool{true, false} {
				for _, carriedOut := range []bool{true, false} {
					inMemory(t, fmt.Sprintf("%s, store_key = %t, refreshed = %t, carried out = %t", typeName, store, refreshed, carriedOut), func(t *testing.T, l *live) {
						config, slot := fields{"service_id": irisID, "store_key": store}, "Secondary"
						if typeName == keyResource {
							config, slot = with(config, fields{"key_type": "Primary"}), "Primary"
						}
						blind := false
						l.accepted(&blind, carriedOut)
						open, _ := l.TryApply(t.Context(), typeName, object{}, config, l.Plan(typeName, object{}, config))
						fingerprint := "key_fingerprint"
						if typeName == rotationResource {
							fingerprint = "active_key_fingerprint"
						}
						if mark, _ := open.State[fingerprint].(string); !strings.HasPrefix(mark, "pending:") || open.State["rotated_at"] != nil {
							t.Fatalf("the state: %v", open.State)
						}
						blind = false
						l.restart(t)
						if refreshed {
							open = l.Refresh(typeName, open)
						}
						l.restart(t) // the apply
						l.workspace.Forget()
						l.Destroy(typeName, object{State: open.State})
						made := l.Apply(typeName, object{}, config)
						want := slot
						if carriedOut {
							want = ""
						}
						l.wantRegenerated(want)
						if store {
							for _, key := range []string{"key", "active_key"} {
								if made.State[key] != nil {
									l.wantKey(made.State[key], slot)
								}
							}
						}
						l.restart(t)
						l.unchanged(typeName, l.Refresh(typeName, made), config)
					})
				}
			}
		}
	}
}
