// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"golang.org/x/sync/errgroup"

	"github.com/mlws/terraform-provider-mlws/internal/codearchive"
	"github.com/mlws/terraform-provider-mlws/internal/credential"
	"github.com/mlws/terraform-provider-mlws/internal/filetree"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/provider"
	"github.com/mlws/terraform-provider-mlws/internal/redact"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
	"github.com/mlws/terraform-provider-mlws/internal/webservice"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

const (
	serviceType = "mlws_aks_service"
	keyType     = "mlws_service_key"
)

// planned is a workspace in memory with services that Terraform manages.
type planned struct {
	b         *testing.B
	workspace *workspacetest.Workspace
	objects   []object
}

// object is a resource in the form in which Terraform sends it.
type object struct {
	typeName      string
	config, state *tfprotov6.DynamicValue
	private       []byte
}

// newPlanned makes services, each with a key.
func newPlanned(b *testing.B, services int) *planned {
	p := &planned{b: b, workspace: workspacetest.New(b)}
	p.workspace.AddModel("iris", nil)
	s := p.serve()
	add := func(typeName, id string, config protocoltest.Values) {
		typ := s.ResourceType(typeName)
		before := s.Import(typeName, id)
		encode := func(values protocoltest.Values) *tfprotov6.DynamicValue {
			return s.Encode(typ, protocoltest.Build(b, typ, values))
		}
		// The configuration adds to an import what Azure does not know.
		if typeName == keyType {
			before = s.Apply(typeName, before, config)
		} else {
			before.State = s.Plan(typeName, before, config).State
		}
		p.objects = append(p.objects, object{typeName, encode(config), encode(before.State), before.Private})
	}
	for i := range services {
		name := fmt.Sprintf("bench-%d", i)
		id := workspacetest.ID + "/services/" + name
		p.workspace.AddService(name, workspacetest.Object{
			"computeType": "AKS", "computeName": "aks-demo", "description": "as it was", "kvTags": workspacetest.Object{"team": "ml"},
			"models": []any{workspacetest.Object{"id": "iris:1"}}, "modelIds": []string{"iris:1"}, "authEnabled": true, "aadAuthEnabled": false,
		})
		add(serviceType, id, protocoltest.Values{
			"name": name, "model_ids": protocoltest.List{"iris:1"}, "compute_name": "aks-demo", "description": "as it was",
			"tags": protocoltest.Values{"team": "ml"},
		})
		add(keyType, id+"/keys/Primary", protocoltest.Values{"service_id": id, "key_type": "Primary"})
	}
	return p
}

// serve is a new provider.
func (p *planned) serve() *protocoltest.Server {
	clock := protocoltest.At(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	return protocoltest.Serve(p.b, protocoltest.Objects{Resources: slices.Concat(webservice.Resources(), credential.Resources())}, protocoltest.Data(p.b, p.workspace, clock))
}

// must ends the benchmark if a call failed.
func must(err error, diags []*tfprotov6.Diagnostic) error {
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return fmt.Errorf("%s: %s", d.Summary, d.Detail)
		}
	}
	return err
}

func (o object) validate(ctx context.Context, s *protocoltest.Server) error {
	reply, err := s.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: o.typeName, Config: o.config})
	return must(err, reply.Diagnostics)
}

func (o object) refresh(ctx context.Context, s *protocoltest.Server) error {
	reply, err := s.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: o.typeName, CurrentState: o.state, Private: o.private})
	return must(err, reply.Diagnostics)
}

func (o object) plan(ctx context.Context, s *protocoltest.Server) error {
	reply, err := s.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: o.typeName, PriorState: o.state, ProposedNewState: o.state, Config: o.config, PriorPrivate: o.private,
	})
	return must(err, reply.Diagnostics)
}

// measure runs one call again and again, and reports the requests of each.
func (p *planned) measure(name string, call func(context.Context) error) {
	p.b.Run(name, func(b *testing.B) {
		p.workspace.Forget()
		b.ReportAllocs()
		for b.Loop() {
			if err := call(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(p.workspace.Calls()))/float64(b.N), "requests/op")
	})
}

// The calls of a plan without a change, one by one.
func BenchmarkCall(b *testing.B) {
	p := newPlanned(b, 1)
	s := p.serve()
	for _, o := range p.objects {
		p.measure(o.typeName+"/validate", func(ctx context.Context) error { return o.validate(ctx, s) })
		p.measure(o.typeName+"/refresh", func(ctx context.Context) error { return o.refresh(ctx, s) })
		p.measure(o.typeName+"/plan", func(ctx context.Context) error { return o.plan(ctx, s) })
	}
}

// A plan of 50 services with a key each, by a new provider, ten at a time as Terraform does it.
func BenchmarkPlanOf50(b *testing.B) {
	p := newPlanned(b, 50)
	p.measure("services and keys", func(ctx context.Context) error {
		s := p.serve()
		calls, ctx := errgroup.WithContext(ctx)
		calls.SetLimit(10)
		for _, o := range p.objects {
			calls.Go(func() error {
				for _, call := range []func(context.Context, *protocoltest.Server) error{o.validate, o.refresh, o.plan} {
					if err := call(ctx, s); err != nil {
						return err
					}
				}
				return nil
			})
		}
		return calls.Wait()
	})
}

// All schemas, as Terraform asks for them: first of a new provider, then again.
func BenchmarkSchemas(b *testing.B) {
	ask := func(b *testing.B, server tfprotov6.ProviderServer) {
		reply, err := server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
		if err := must(err, reply.Diagnostics); err != nil {
			b.Fatal(err)
		}
	}
	server := func() tfprotov6.ProviderServer { return providerserver.NewProtocol6(provider.New("bench")())() }
	b.Run("first", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ask(b, server())
		}
	})
	b.Run("again", func(b *testing.B) {
		again := server()
		ask(b, again)
		b.ReportAllocs()
		for b.Loop() {
			ask(b, again)
		}
	})
}

// A folder of 1,000 files is listed and hashed.
func BenchmarkFolder(b *testing.B) {
	root := b.TempDir()
	for i := range 1000 {
		if err := os.WriteFile(filepath.Join(root, fmt.Sprintf("%04d.py", i)), []byte("import json\n"), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("list", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := filetree.List(b.Context(), root, filetree.Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("scan and hash", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			tree, err := codearchive.Scan(b.Context(), root)
			if err == nil {
				_, err = tree.Hash(b.Context())
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// Texts of a plan: ids, and the log of a container without its secrets.
func BenchmarkText(b *testing.B) {
	b.Run("service id", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := resourceid.ParseService(workspacetest.ID + "/services/iris"); err != nil {
				b.Fatal(err)
			}
		}
	})
	log := strings.Repeat("2026-03-01T12:00:00 INFO root: request took 12 ms, status 200\n", 500)
	b.Run("log", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if redact.Of("primary-0001").Text(log) == "" {
				b.Fatal("the log is empty")
			}
		}
	})
}
