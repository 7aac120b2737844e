// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/provider"
)

// keptKey is the key of a value in a context.
type keptKey struct{}

// Nothing keeps the context of a call that has ended.
func TestContextsAreReleased(t *testing.T) {
	t.Parallel()
	constructor, err := provider.Serve(provider.New("test"))
	if err != nil {
		t.Fatal(err)
	}
	s := constructor()
	schemas, err := s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	typ := schemas.ResourceSchemas["mlws_aci_service"].ValueType()
	config, err := tfprotov6.NewDynamicValue(typ, protocoltest.Build(t, typ, protocoltest.Values{"name": "iris", "model_ids": protocoltest.List{"iris:1"}}))
	if err != nil {
		t.Fatal(err)
	}
	null, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, nil))
	if err != nil {
		t.Fatal(err)
	}
	for name, call := range map[string]func(context.Context) error{
		"validate": func(ctx context.Context) error {
			_, err := s.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: "mlws_aci_service", Config: &config})
			return err
		},
		"upgrade": func(ctx context.Context) error {
			_, err := s.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{TypeName: "mlws_aci_service", RawState: &tfprotov6.RawState{JSON: []byte(`{"name":"iris"}`)}})
			return err
		},
		"read": func(ctx context.Context) error {
			_, err := s.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: "mlws_aci_service", CurrentState: &null})
			return err
		},
		"plan": func(ctx context.Context) error {
			_, err := s.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{TypeName: "mlws_aci_service", PriorState: &null, ProposedNewState: &config, Config: &config})
			return err
		},
	} {
		kept := func() weak.Pointer[[1 << 16]byte] {
			value := new([1 << 16]byte)
			if err := call(context.WithValue(t.Context(), keptKey{}, value)); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return weak.Make(value)
		}()
		runtime.GC()
		if kept.Value() != nil {
			t.Errorf("%s: the context is kept after the call", name)
		}
	}
}

// The server has all that the plugin framework serves.
func TestServerIsWhole(t *testing.T) {
	t.Parallel()
	constructor, err := provider.Serve(provider.New("test"))
	if err != nil {
		t.Fatal(err)
	}
	s := constructor()
	for _, optional := range []bool{is[tfprotov6.ProviderServerWithActions](s), is[tfprotov6.ProviderServerWithListResource](s), is[tfprotov6.ProviderServerWithStateStores](s)} { //nolint:staticcheck // as in Serve
		if !optional {
			t.Error("the server lacks what the plugin framework serves")
		}
	}
}

func is[T any](value any) bool { _, ok := value.(T); return ok }
