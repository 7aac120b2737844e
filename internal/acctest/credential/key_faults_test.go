// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// create creates the Primary key of the fixture's service under a context.
func (l *fixture) create(ctx context.Context, config fields) (fields, []*tfprotov6.Diagnostic) {
	l.T.Helper()
	plan := l.Plan(keyResource, object{}, config)
	made, diags := l.TryApply(ctx, keyResource, object{}, config, plan)
	return made.State, diags
}

func primaryKey() fields { return fields{"service_id": irisID, "key_type": "Primary"} }

// However a regenerate goes wrong, it is sent once, and a key in the state is
// the live one.
func TestRegenerateFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault emulator.Fault
		calls int
		want  string // of the error; empty if the key is made anyway
	}{
		"throttled":               {emulator.Fault{Operation: "RegenerateKeys", Kind: emulator.FaultThrottle}, 2, ""},
		"busy":                    {emulator.Fault{Operation: "RegenerateKeys", Kind: emulator.FaultBusy}, 2, ""},
		"reset after it was done": {emulator.Fault{Operation: "RegenerateKeys", Kind: emulator.FaultResetAfter}, 1, ""},
		"reset before it was":     {emulator.Fault{Operation: "RegenerateKeys", Kind: emulator.FaultResetBefore}, 1, "not sent a second time"},
		"an HTML page":            {emulator.Fault{Operation: "RegenerateKeys", Kind: emulator.FaultBadGateway}, 1, "not sent a second time"},
		"the old key is listed":   {emulator.Fault{Operation: "ListKeys", Kind: emulator.FaultStaleKeys, Skip: 1}, 1, ""},
		"the operation failed":    {emulator.Fault{Operation: "RegenerateKeys", Kind: emulator.FaultOperationFailed}, 1, "ended as Failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newFixture(t)
			l.deployIris()
			test.fault.Times = 1
			l.emulator.Fault(test.fault)
			before, _ := l.emulator.Keys(workspaceID, "iris")
			state, diags := l.create(t.Context(), primaryKey())
			if got := l.emulator.Count("RegenerateKeys"); got != test.calls {
				t.Errorf("%d regenerate calls, want %d", got, test.calls)
			}
			if test.want != "" {
				if report := strings.Join(texts(diags), "\n"); !strings.Contains(report, test.want) || strings.Contains(report, before) {
					t.Errorf("want %q, got %s", test.want, report)
				}
				if state != nil {
					t.Error("a key that was not made is in the state")
				}
				return
			}
			l.Must(nil, diags)
			if live, _ := l.emulator.Keys(workspaceID, "iris"); state["key"] != live || live == before {
				t.Error("the key in the state is not the new one")
			}
		})
	}
}

// An interrupt after the request was sent must not lose the new key.
func TestInterruptKeepsTheOutcome(t *testing.T) {
	t.Parallel()
	l := newFixture(t)
	l.deployIris()
	l.emulator.SetOperationDuration(time.Hour) // until the interrupt
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	go func() {
		for l.emulator.Count("RegenerateKeys") == 0 && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		interrupt()
		l.emulator.SetOperationDuration(0)
	}()
	state, diags := l.create(ctx, primaryKey())
	l.Must(nil, diags)
	if ctx.Err() == nil {
		t.Fatal("it was not interrupted")
	}
	if live, _ := l.emulator.Keys(workspaceID, "iris"); state["key"] != live {
		t.Error("the new key is not in the state")
	}
}

// An interrupt before it changes nothing.
func TestInterruptBeforeTheRequest(t *testing.T) {
	t.Parallel()
	l := newFixture(t)
	l.deployIris()
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	state, diags := l.create(ctx, primaryKey())
	if report := strings.Join(texts(diags), "\n"); state != nil || !strings.Contains(report, "interrupted") {
		t.Errorf("%s", report)
	}
	if got := l.emulator.Count("RegenerateKeys"); got != 0 {
		t.Errorf("%d regenerate calls, want 0", got)
	}
}

func TestRefreshWarnsWhenKeyAuthIsOff(t *testing.T) {
	t.Parallel()
	l := newFixture(t)
	l.deployIris()
	key := l.Apply(keyResource, object{}, primaryKey())
	if err := l.emulator.EditService(workspaceID, "iris", func(service map[string]any) { service["authEnabled"] = false }); err != nil {
		t.Fatal(err)
	}
	refreshed := l.Refresh(keyResource, key)
	if len(refreshed.Warnings) != 1 || !strings.Contains(refreshed.Warnings[0], "auth_enabled = true") {
		t.Errorf("%v", refreshed.Warnings)
	}
	l.unchanged(keyResource, refreshed, primaryKey())
}

func TestTokenOutageNamesTheRegion(t *testing.T) {
	t.Parallel()
	l := newFixture(t)
	l.deployTokens()
	l.emulator.Fault(emulator.Fault{Operation: "ServiceToken", Kind: emulator.FaultTokenOutage})
	typ := l.Schema.DataSourceSchemas["mlws_service_token"].ValueType()
	response, err := l.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: "mlws_service_token", Config: l.Encode(typ, build(t, typ, fields{"service_id": irisID})),
	})
	if err != nil {
		t.Fatal(err)
	}
	if report := strings.Join(texts(response.Diagnostics), "\n"); !strings.Contains(report, "westeurope") || !strings.Contains(report, "while it is down there are none") {
		t.Errorf("%s", report)
	}
}

// A key that somebody else rotated is adopted with one warning: the refresh that
// finds it gives it, and those after it do not. An answer by rotation gives none.
func TestAdoptionIsWarnedAboutOnce(t *testing.T) {
	t.Parallel()
	for typeName, config := range map[string]fields{keyResource: primaryKey(), rotationResource: {"service_id": irisID}} {
		for _, store := range []bool{true, false} {
			for mode, want := range map[string]int{"adopt": 1, "rotate": 0} {
				t.Run(fmt.Sprintf("%s, store_key = %t, %s", typeName, store, mode), func(t *testing.T) {
					t.Parallel()
					l := newFixture(t)
					l.deployIris()
					at := l.Apply(typeName, object{}, with(config, fields{"store_key": store, "on_external_rotation": mode}))
					if err := l.emulator.SetKeys(workspaceID, "iris", "rotated-by-somebody-else-1", "rotated-by-somebody-else-2"); err != nil {
						t.Fatal(err)
					}
					found := l.Refresh(typeName, at)
					if len(found.Warnings) != want || want == 1 && !strings.Contains(found.Warnings[0], "outside this configuration") {
						t.Errorf("warnings: %v, want %d", found.Warnings, want)
					}
					if again := l.Refresh(typeName, found); len(again.Warnings) > 0 {
						t.Errorf("warned again: %v", again.Warnings)
					}
				})
			}
		}
	}
}
